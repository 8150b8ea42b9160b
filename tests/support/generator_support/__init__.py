"""What the tests of the generator share: small documents, and clients made of them."""
