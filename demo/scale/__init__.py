"""A district of fifty thousand files, written by statements."""
