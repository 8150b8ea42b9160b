"""Which name took over from which, and where data went."""
