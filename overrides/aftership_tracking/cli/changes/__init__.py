"""The commands that say what changed from version to version, read from the data of the package."""
