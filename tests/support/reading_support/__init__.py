"""Shared by the tests of reading: accounts on the mock, readers that are killed, and made-up pages."""
