"""What a request passes through, in this order: route, authenticate, bound, limit, fault, validate_request,
serve, validate_response, finish. Each is a small callable that takes the exchange and can be tried alone.
"""
