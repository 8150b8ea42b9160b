"""A verified body as a typed event: the models of its version, and the order of events."""
