"""`aftership csv`: check, import and write the CSV files of AfterShip's admin."""
