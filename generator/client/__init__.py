"""From Document(VERSION) to the text of a version package."""
