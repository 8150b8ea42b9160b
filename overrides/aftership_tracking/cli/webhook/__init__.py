"""The commands of `aftership webhook`: listen, send, verify and doctor."""
