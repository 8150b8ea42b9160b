"""`aftership doctor`: says why something does not work."""
