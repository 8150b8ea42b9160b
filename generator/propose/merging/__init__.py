"""Our document, changed until it has the shapes of the other one."""
