"""Shared by the tests of CSV files: files with planted faults, and a command that runs by a fast clock."""
