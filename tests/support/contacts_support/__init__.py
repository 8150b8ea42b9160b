"""A name server on loopback, for the checks of mail domains."""
