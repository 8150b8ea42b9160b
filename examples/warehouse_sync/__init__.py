"""Copy what changed into DuckDB, every night for instance. Run `python -m examples.warehouse_sync`."""
