"""What the contract tests and the mutants share.

`document` reads documents and checks values by them. `calls` sends requests. `behaviour` checks what no
schema says, `client` checks the generated client, and `property_run` sends drawn requests. `mutants` plants
faults that these must find. `target` is the mock as the tests start it.

Nothing in `document` and `property_run` imports the mock or the client.
"""
