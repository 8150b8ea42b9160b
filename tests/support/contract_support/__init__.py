"""What the contract tests and the mutants share: how to read a document, run against it and judge an answer.

Nothing here imports the mock or the client, except `target` (the mock) and `client_calls` (the client).
"""
