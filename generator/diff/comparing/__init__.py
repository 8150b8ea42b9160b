"""What changed: two documents compared, operation by operation and schema by schema."""
