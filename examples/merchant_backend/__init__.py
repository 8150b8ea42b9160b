"""A shop: parcels of orders, webhooks, a page for customers. Run `python -m examples.merchant_backend`."""
