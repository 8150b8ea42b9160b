"""One module for each resource of API version 2031-05; each loads when a client first uses it."""
