"""Writes to disk: client code, migration data, guides and the manifest."""
