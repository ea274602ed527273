"""Forms explain what was typed; actions decide what is allowed."""
