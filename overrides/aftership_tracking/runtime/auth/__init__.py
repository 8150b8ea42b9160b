"""How a request proves who sends it: keys, signatures, OAuth tokens, and where secrets come from."""
