"""What people do with several calls: read changes, create many, create or get, wait. Hand-written bases of
generated classes; nothing here is loaded before it is used.
"""
