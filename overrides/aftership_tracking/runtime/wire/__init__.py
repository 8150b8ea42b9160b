"""Everything sent over the network: requests, responses, and the transports that exchange them."""
