"""The kernel: merges source by name and runs cells, by the standard library alone."""
