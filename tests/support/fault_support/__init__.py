"""A server that misbehaves on purpose, and what is needed to judge a client that talks to it."""
