"""What every generated version package stands on: requests, retries, decoding, paging.

Nothing is imported here, so that importing one module never loads the others.
Modules that a user may want: `options`, `times`, `unset`, `page`, `surprise`, `hooks`, `auth`, `limits`,
`transport`.
"""
