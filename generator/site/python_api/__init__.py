"""The reference of the Python package and of its command, from the source and from what `--help` prints."""
