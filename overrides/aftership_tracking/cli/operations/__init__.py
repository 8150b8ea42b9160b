"""The commands that are made from the documents: one for each operation of a version."""
