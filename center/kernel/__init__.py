"""What everything stands on: it knows no rows, or only that there are some."""
