"""Authentication of requests: keys, signatures, OAuth tokens, and the sources of secrets."""
