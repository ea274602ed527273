"""Import and export: workbooks in, checked; registers out, provable (house.md §7)."""
