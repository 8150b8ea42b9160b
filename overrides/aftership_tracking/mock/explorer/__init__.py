"""The explorer: a page per operation of each version, which calls the mock and never the service."""
