"""What goes over the network: requests, responses, and the transports that carry them."""
