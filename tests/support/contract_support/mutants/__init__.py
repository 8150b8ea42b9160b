"""Faults that are planted on purpose, and the checks that must find them."""
