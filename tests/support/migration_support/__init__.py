"""What the tests of the migration share: documents, values made up from schemas, and paths."""
