"""One module for each resource of API version 2026-07; each loads when a client first uses it."""
