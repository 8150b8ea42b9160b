"""One module for each resource of API version 2025-04; each loads when a client first uses it."""
