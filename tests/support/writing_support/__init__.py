"""A mock behind a wire that can lose answers, and clients of both colours that are called alike."""
