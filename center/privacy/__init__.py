"""Personal numbers: how they are kept, compared, masked, shown and logged (house.md §5)."""
