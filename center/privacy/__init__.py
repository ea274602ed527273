"""Personal numbers: how they are kept, compared, masked, shown and logged (architecture.md §5)."""
