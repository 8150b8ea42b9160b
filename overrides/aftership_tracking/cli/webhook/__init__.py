"""The commands of `aftership webhook`: listen, send, verify, doctor and inbox."""
