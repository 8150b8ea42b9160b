"""A partner app: two merchants install it, each on their own page. Run `python -m examples.partner_app`."""
