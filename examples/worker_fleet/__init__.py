"""Several processes share the limit of one API key. Run `python -m examples.worker_fleet`."""
