"""What a test does with partner apps and merchants, and the file that declares them."""
