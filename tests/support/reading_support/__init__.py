"""What the tests of reading share: accounts on the mock, a server that can be killed at, made-up pages."""
