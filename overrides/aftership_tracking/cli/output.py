"""How the commands write: results to standard output, remarks and errors to standard error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import typer

from aftership_tracking.cli.exit_codes import FAILED


class CommandError(Exception):
    """A command cannot go on. It is printed by the entry point, as one sentence or as JSON."""

    def __init__(
        self,
        message: str,
        code: int = FAILED,
        *,
        hint: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        """The exit code."""
        self.hint = hint
        """What to do next."""
        self.facts = dict(facts or {})
        """More for programs, such as the code of the API."""


def write(text: str) -> None:
    """Write a line for people. Control characters that a sender put into it do nothing to the terminal."""
    typer.echo(escape(text))


def write_json(value: Mapping[str, Any]) -> None:
    """Write one line of JSON."""
    typer.echo(json.dumps(value))


def remark(text: str) -> None:
    """Write a remark apart from the results, to standard error."""
    typer.echo(escape(text), err=True)


def stop(text: str, code: int = FAILED, *, hint: str | None = None) -> NoReturn:
    """Say why the command ends, and end it."""
    raise CommandError(text, code, hint=hint)


def count_of(number: int, noun: str) -> str:
    """Return `1 row`, `0 rows`, `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def escape(text: str) -> str:
    """Replace every character that is not printable by its escape."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
