"""What arrives: the request as one value, its headers, and events of API gateways."""
