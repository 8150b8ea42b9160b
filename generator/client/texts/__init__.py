"""What the document says to people: docstrings, the limits of values, and what is deprecated."""
