"""Reading the documents of the API, and checking values by them."""
