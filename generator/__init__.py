"""From the document in `spec/` to the client in `generated/`: a development tool, no part of the package."""
