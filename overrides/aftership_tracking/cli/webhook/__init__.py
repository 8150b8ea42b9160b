"""The commands of `aftership webhook`: listen, send, verify, doctor, addresses and inbox."""
