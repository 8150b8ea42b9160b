"""Who calls: keys and tokens, the signatures that prove them, and what belongs to each account."""
