"""One call from request to response: attempts, retries, hooks and log lines."""
