"""Exporting: notebooks, wheels, volumes, and what stands beside the pages of a site."""
