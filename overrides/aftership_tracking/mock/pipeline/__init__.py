"""The way of a request through its handlers, in this order:

1. `route` finds version and operation.
2. `authenticate` finds the account.
3. `limits` refuses what could not be read or is too long, and counts the request.
4. `faults` fails the request if a test planned that.
5. `content_type` and `validate_request` check it by the document.
6. `serve` calls the service of the operation.
7. `validate_response` checks the response by the document.
8. `give_hints` adds what there is to say about it.
9. `finish` writes body, headers and journal.

Each handler is a small callable that takes the exchange and can be tested alone. `pipeline` assembles them.
"""
