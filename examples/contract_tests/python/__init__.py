"""The integration and its tests in Python."""
