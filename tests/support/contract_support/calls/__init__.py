"""Sending requests to an application in this process: as bytes, by operation, with the state they need."""
