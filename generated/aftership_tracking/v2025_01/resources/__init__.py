"""One module for each resource of API version 2025-01; each loads when a client first uses it."""
