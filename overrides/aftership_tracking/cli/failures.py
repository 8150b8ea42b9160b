"""What went wrong, as one sentence with a hint, as JSON for programs, and as an exit code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import typer

from aftership_tracking.cli import exit_codes
from aftership_tracking.cli.output import CommandError, remark

if TYPE_CHECKING:
    from aftership_tracking.couriers import Directory
    from aftership_tracking.errors import AfterShipError, ApiError

JSON_OPTIONS = ("--json", "--ndjson")


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether a command line requests JSON, also one that could not be parsed."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(option in options for option in JSON_OPTIONS)


def report(error: Exception, *, as_json: bool) -> int | None:
    """Print an error to standard error, and return the exit code. None: it is not one that people can cause,
    and nothing is printed.
    """
    if type(error).__name__ == _HELP_INSTEAD and not as_json:
        # A group without a command: the message is its help.
        typer.echo(str(error), err=True)
        return exit_codes.USAGE
    described = describe(error)
    if described is None:
        return None
    if as_json:
        content: dict[str, Any] = {
            "kind": exit_codes.KINDS.get(described.code, "failed"),
            "message": described.message,
            "hint": described.hint,
            "exit_code": described.code,
            **described.facts,
        }
        typer.echo(json.dumps({"error": content}), err=True)
    else:
        hint = "" if described.hint is None else f" {described.hint}"
        message = described.message
        remark(f"{message if not hint or message.endswith(('.', '!', '?')) else message + '.'}{hint}")
    return described.code


@contextmanager
def suggesting_slug(slug: object) -> Iterator[None]:
    """Let the failure of a call name the courier that was probably meant by the slug of its arguments."""
    from aftership_tracking.errors import ApiError

    try:
        yield
    except ApiError as error:
        raise _describe_call(error, slug) from error


def describe(error: Exception, slug: object = None) -> CommandError | None:
    """Return what to tell about an error, or None if it is a fault of this program. `slug`: the courier of
    the call, as the caller wrote it.
    """
    if isinstance(error, CommandError):
        return error
    if isinstance(error, _CLICK_ERRORS):
        return _describe_usage(error)
    # Only a command that calls the API has loaded this module; every other has no such error.
    from aftership_tracking.errors import AfterShipError

    if isinstance(error, AfterShipError):
        return _describe_call(error, slug)
    return None


_HELP_INSTEAD = "NoArgsIsHelpError"
# The base class of what `typer` raises for a wrong command line. It has no public name in all releases.
_CLICK_ERRORS: type[Any] = typer.BadParameter.__mro__[2]


def _describe_usage(error: Any) -> CommandError:
    if type(error).__name__ == _HELP_INSTEAD:
        return CommandError(
            "A command is missing.", exit_codes.USAGE, hint=f"Try '{error.ctx.command_path} --help'."
        )
    message = error.format_message()
    possible = getattr(error, "possibilities", None)
    if possible is not None:
        # The library says "(Possible options: ...)".
        message = error.message
        meant = possible[0] if possible else None
        message = f"{message}; did you mean {meant}?" if meant else message
    context = getattr(error, "ctx", None)
    hint = None if context is None else f"Try '{context.command_path} --help'."
    return CommandError(_sentence(message), getattr(error, "exit_code", exit_codes.USAGE), hint=hint)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _describe_call(error: AfterShipError, slug: object) -> CommandError:
    from aftership_tracking import errors

    facts: dict[str, Any] = {}
    if isinstance(error, errors.CallError):
        facts["operation"] = error.operation
    if isinstance(error, errors.ApiError):
        facts |= {
            "status": error.status,
            "code": error.code,
            "type": error.type,
            "trace_id": error.trace_id,
            "retry_after": error.retry_after,
        }
    if error.cursor is not None:
        facts["cursor"] = error.cursor
    hint = error.hint
    if isinstance(error, errors.ApiError):
        hint = _in_words_of_commands(error, slug) or hint
        if hint is None and isinstance(error.code, errors.ErrorCode):
            hint = error.code.advice
    # The hint is printed apart from the message, and in words of the command line.
    whole = str(error)
    message = whole.removesuffix(error.hint).rstrip() if error.hint else whole
    if hint is not None:
        hint = _CALL_OF_LIST.sub(r"aftership trackings list --tracking-numbers \1", hint)
    return CommandError(message, _code_of(error), hint=hint, facts=facts)


def _in_words_of_commands(error: ApiError, slug: object) -> str | None:
    """Return the advice for a code that names something else at a prompt than in a program."""
    from aftership_tracking import errors

    if isinstance(error, errors.AlreadyExistsError):
        known = f"Its id is {error.existing_id}. " if error.existing_id else ""
        return f"{known}'aftership trackings upsert' updates it; with --no-update it only shows it."
    if error.code == errors.ErrorCode.SLUG_INVALID:
        meant = _find_meant(slug) if isinstance(slug, str) else None
        question = f"Did you mean {meant}? " if meant else ""
        return f"{question}Find the slug with 'aftership couriers search NAME'."
    return None


@cache
def _find_meant(slug: str) -> str | None:
    """Return the known slug that was probably meant. All rows of a file may have the same wrong one."""
    from aftership_tracking.couriers.directory import find_meant

    return find_meant(_known_couriers(), slug)


@cache
def _known_couriers() -> Directory:
    from aftership_tracking import couriers

    # Only the built-in lists: a stored one could be damaged, which is not what went wrong here.
    return couriers.load(use_live=False)


_CALL_OF_LIST = re.compile(r"client\.trackings\.list\(tracking_numbers=\['([^']+)'\]\)")


def _code_of(error: AfterShipError) -> int:
    from aftership_tracking import errors

    codes: tuple[tuple[type[Exception], int], ...] = (
        (errors.AuthenticationError, exit_codes.AUTH),
        (errors.PermissionDeniedError, exit_codes.AUTH),
        (errors.NotFoundError, exit_codes.NOT_FOUND),
        (errors.RateLimitError, exit_codes.LIMITED),
        (errors.ServerError, exit_codes.SERVICE),
        (errors.TransportError, exit_codes.SERVICE),
        (errors.DecodeError, exit_codes.SERVICE),
        (errors.UsageError, exit_codes.USAGE),
    )
    return next((code for kind, code in codes if isinstance(error, kind)), exit_codes.FAILED)
