"""How the commands write: results to standard output, remarks to standard error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import typer

from aftership_tracking.cli.exit_codes import FAILED


def write(text: str) -> None:
    """Write a line for people. Control characters that a sender put into it do nothing to the terminal."""
    typer.echo(escape(text))


def write_json(value: Mapping[str, Any]) -> None:
    """Write one line of JSON."""
    typer.echo(json.dumps(value))


def remark(text: str) -> None:
    """Write a remark apart from the results, to standard error."""
    typer.echo(escape(text), err=True)


def stop(text: str, code: int = FAILED) -> NoReturn:
    """Say why the command ends, and end it."""
    remark(text)
    raise typer.Exit(code)


def escape(text: str) -> str:
    """Replace every character that is not printable by its escape."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
