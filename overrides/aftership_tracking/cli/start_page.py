"""What `aftership` alone prints: what a new user does next."""

from __future__ import annotations

import typer

START = """\
First steps
  aftership mock                              a sandbox on this machine, without a key
  aftership config set api_key                store the key of your account
  aftership ping                              whether it works
  aftership trackings create --help           what a call takes
"""


def print_start(help_text: str) -> None:
    """Print the first steps, then the help."""
    typer.echo(f"{START}\n{help_text}")
