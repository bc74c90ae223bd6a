"""Tangling: the package on disk, written from the chapters and carried back."""
