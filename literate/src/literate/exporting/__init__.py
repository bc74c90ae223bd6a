"""Exporting: notebooks, wheels and a PDF."""
