"""The registry as a workbook: read, checked against itself and against the registry, given back with its faults."""
