"""One call from arguments to result: plan, attempts, retries, log lines, reading of the response."""
