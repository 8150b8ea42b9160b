"""Fetches a CSV file from the server of somebody else, once: for `aftership csv fetch`.

`address`, `content`, `state` take values and return values; `https` and `sftp` carry the bytes; `fetch` puts
them in order. It writes files and uses logins, so nothing that a language model can call may import it.
"""
