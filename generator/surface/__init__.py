"""The public surface of the package as lines of text: read from a wheel, stored, compared."""
