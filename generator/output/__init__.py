"""What is written to disk besides client code, and the one writer that touches the disk."""
