"""Weaving: the pages, with what their cells displayed."""
