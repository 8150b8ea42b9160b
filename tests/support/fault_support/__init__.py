"""The server that misbehaves on purpose, and the player that checks a client against it."""
