"""Checks of what a document may hold and a version may change, with documents that are made up for it."""
