"""The commands that call the API by hand, or say something about a call."""
