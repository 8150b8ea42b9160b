"""Official SDKs against the mock: each installed apart, every method called, with every way to sign."""
