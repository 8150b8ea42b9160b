"""From documents to what the reference says: records of each version, and the lives of what is in them."""
