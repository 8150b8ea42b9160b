"""From two documents to the text of an overlay."""
