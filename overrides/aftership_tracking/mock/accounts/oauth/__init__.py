"""Partner apps, the merchants that consent, and the tokens that come of it."""
