"""Real servers on loopback that have a CSV file."""
