"""Pages of the center room, one module per subject."""
