"""Their document and ours: what both describe, in one form that can be compared."""
