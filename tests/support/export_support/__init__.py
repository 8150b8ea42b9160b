"""What the tests of the documents for other tools share."""
