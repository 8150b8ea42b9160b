"""The generated client against the mock."""
