"""Documents made up from constructs of OpenAPI 3.1, and what is done with each of them."""
