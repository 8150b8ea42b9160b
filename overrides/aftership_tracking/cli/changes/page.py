"""Writes pages that the generator has written, for people."""

from __future__ import annotations

import sys

import typer

_SIGN, _PLAIN_SIGN = "\u26a0\ufe0f", "(!)"


def write_page(text: str) -> None:
    """Write lines of text. An output that cannot hold the sign of what breaks gets a plain one."""
    try:
        _SIGN.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = text.replace(_SIGN, _PLAIN_SIGN)
    typer.echo(text)
