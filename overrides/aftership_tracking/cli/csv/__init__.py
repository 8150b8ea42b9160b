"""`aftership csv`: files of shipments."""
