"""What every generated version package builds on: requests, retries, decoding, paging.

Nothing is imported here, so importing one module never loads the others.
Modules that a user may want: `options`, `page`, `surprise`, `call_result`, `hooks`, `attempt`,
`models.times`, `models.unset`, `auth.oauth`, `limits`, `wire.transport`, `wire.request`.
"""
