"""What each operation does. No service knows a version; `table` says which service an operation has.

A service gets a `service_call`: the checked request, the account and the time. It returns the `data` of the
response.
"""
