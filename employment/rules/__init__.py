"""Rules as arithmetic: values in, values out, no row read."""
