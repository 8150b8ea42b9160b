"""How requests reach the mock and responses leave it: over ASGI, or over httpx in the same process."""
