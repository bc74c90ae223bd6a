"""Every run of pytest in this repository knows the book."""

pytest_plugins = ["literate.pytest_plugin"]
