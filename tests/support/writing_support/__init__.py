"""Shared by the tests of writing: callers, a transport to the mock that can fail, rows, and a server."""
