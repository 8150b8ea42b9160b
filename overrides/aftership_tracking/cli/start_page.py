"""What `aftership` alone prints: what a new user does next."""

from __future__ import annotations

import typer

START = """\
First steps
  aftership config set api_key       store the key of your account
  aftership ping                     see whether it works
  aftership trackings list           make a call; --help shows what each takes
Without an account
  aftership mock                     a sandbox on this machine; in another terminal:
  aftership trackings list --base-url http://127.0.0.1:4010 --api-key any-key
"""


def print_start(help_text: str) -> None:
    """Print the first steps, then the help."""
    typer.echo(f"{START}\n{help_text}")
