"""CSV files of AfterShip's admin: read with positions, and checked. Nothing here sends anything."""
