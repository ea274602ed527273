"""Import and export: workbooks in, checked; registers out, provable (architecture.md §7)."""
