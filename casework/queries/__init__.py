"""Questions about many rows; whose rows may be seen is asked first, by `visible_to`."""
