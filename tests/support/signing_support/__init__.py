"""What the tests of signatures share: an independent reading of the rules, and a socket that keeps bytes."""
