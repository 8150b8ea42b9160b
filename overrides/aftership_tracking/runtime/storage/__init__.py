"""Files in which the package remembers something."""
