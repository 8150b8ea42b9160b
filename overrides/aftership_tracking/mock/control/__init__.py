"""What a test does with a mock besides calling it: reset, seed, move, break, look, verify, save.

`sandbox.Sandbox` has it as Python methods, and `Mock` inherits them. `application.Control` offers the same
over HTTP under `/_mock/`, for tests in any language; `openapi.json` describes it.
"""
