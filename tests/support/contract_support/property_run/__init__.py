"""The property tests: drawn requests of every kind to every operation, and what may be excused."""
