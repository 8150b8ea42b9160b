"""What the tests of the generator share: small documents, and clients generated from them."""
