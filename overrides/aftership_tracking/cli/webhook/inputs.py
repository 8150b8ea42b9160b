"""Reads the inputs of the webhook commands: secrets, headers, bodies and URLs. No message shows a secret."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from aftership_tracking.cli.output import remark
from aftership_tracking.webhooks.sending.sender import is_url

SECRET_VARIABLE = "AFTERSHIP_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
LEGACY = "legacy"
"""The name of a URL that is older than webhook versions. Its deliveries have no version header."""
STANDARD_INPUT = "-"
Pairs = list[tuple[str, str]]

SecretFile = Annotated[
    list[Path] | None,
    typer.Option("--secret-file", help="A file that holds the webhook secret; may be repeated."),
]
SecretEnv = Annotated[
    list[str] | None,
    typer.Option(
        "--secret-env",
        help="A variable that holds the webhook secret; may be repeated. "
        f"Without any of these options: {SECRET_VARIABLE}, or a prompt.",
    ),
]
SecretText = Annotated[
    list[str] | None,
    typer.Option("--secret", help="The secret itself. Others on this machine can see it: better use a file."),
]
HeaderOption = Annotated[
    list[str] | None,
    typer.Option("--header", "-H", metavar="HEADER", help="A header, 'Name: value'; may be repeated."),
]
HeadersFile = Annotated[
    Path | None,
    typer.Option(
        "--headers-file",
        metavar="FILE",
        help="Headers, one 'Name: value' per line, or as JSON. - is standard input.",
    ),
]


def refuse_old_spelling(parameter: typer.CallbackParam, value: str | None) -> None:
    """Refuse an option that has another name now. It is hidden from the help."""
    if value is not None:
        raise typer.BadParameter("is now --api-version", param_hint=parameter.opts[0])


Json = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]


def read_secrets(
    files: Sequence[Path] | None,
    variables: Sequence[str] | None,
    texts: Sequence[str] | None,
    *,
    says_removed: bool = False,
) -> list[str]:
    """Return the secrets of the three options, in this order. Without any: the default one, or a prompt.

    A line break at the end of a file is not part of the secret; `says_removed` says that it was removed.
    """
    found = []
    for file in files or ():
        written = read_text(file, "--secret-file")
        found.append(written.rstrip("\r\n"))
        if says_removed and written != found[-1]:
            remark(
                f"Note: the line break at the end of {file} was removed here. A program that does not "
                "remove it has another secret, and refuses everything."
            )
    for name in variables or ():
        if name not in os.environ:
            raise typer.BadParameter(f"the variable {name} is not set", param_hint="--secret-env")
        found.append(os.environ[name])
    if texts:
        remark("Note: others can see a secret on the command line; --secret-file is better.")
        found += texts
    if not found and SECRET_VARIABLE in os.environ:
        found.append(os.environ[SECRET_VARIABLE])
    if not found and _can_prompt():
        found.append(typer.prompt("Webhook secret", hide_input=True, err=True))
    if not found:
        raise typer.BadParameter(
            f"give --secret-file or --secret-env, or set {SECRET_VARIABLE}", param_hint="secret"
        )
    if any(not secret.strip() for secret in found):
        raise typer.BadParameter("the webhook secret is blank", param_hint="secret")
    if not all(is_utf8(secret) for secret in found):
        raise typer.BadParameter("the webhook secret is not UTF-8 text", param_hint="secret")
    return found


def read_headers(lines: Sequence[str] | None, file: Path | None) -> Pairs:
    """Return the headers of both options, those of the file first."""
    found: Pairs = []
    if file is not None:
        found += _parse_headers(read_text(file, "--headers-file", fallback="latin-1"))
    for line in lines or ():
        found.append(_parse_header(line, "--header"))
    return found


def read_body(file: Path) -> bytes:
    """Return the exact bytes of a file, or of standard input."""
    if str(file) == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="the body") from None


def check_url(url: str, option: str) -> str:
    """Return the URL if something can be sent to it."""
    if not is_url(url):
        raise typer.BadParameter("must be a URL that begins with http:// or https://", param_hint=option)
    return url


def summarize(body: bytes) -> dict[str, Any]:
    """Return the event, the event_id and the tag of a body; None for each that it does not have."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    event = event if isinstance(event, dict) else {}
    message = event.get("msg")
    tag = message.get("tag") if isinstance(message, dict) else None
    found = {"event": event.get("event"), "tag": tag, "event_id": event.get("event_id")}
    return {name: value if isinstance(value, str) else None for name, value in found.items()}


def is_utf8(text: str) -> bool:
    """Return whether a string can be encoded as UTF-8. A variable with other bytes comes with surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _can_prompt() -> bool:
    return sys.stdin.isatty()


def read_text(file: Path, option: str, *, fallback: str | None = None) -> str:
    """Return the text of a file in UTF-8; if it is not UTF-8, in the fallback encoding."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint=option) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if fallback is not None:
            return raw.decode(fallback)
        # Not chained to the cause, which would show the bytes.
        raise typer.BadParameter(f"{file} is not UTF-8 text", param_hint=option) from None


def _parse_headers(text: str) -> Pairs:
    if text.lstrip().startswith(("{", "[")):
        try:
            return list(_json_pairs(json.loads(text)))
        except (ValueError, TypeError, RecursionError):
            raise typer.BadParameter(
                "the JSON is neither an object of names and values nor a list of pairs",
                param_hint="--headers-file",
            ) from None
    # Only the line ends of HTTP end a line, because a value may hold other separators.
    lines = text.replace("\r\n", "\n").split("\n")
    return [
        _parse_header(line, "--headers-file") for line in lines if line.strip() and not _is_request_line(line)
    ]


def _json_pairs(value: Any) -> Iterable[tuple[str, str]]:
    for name, values in value.items() if isinstance(value, dict) else value:
        for each in values if isinstance(values, list) else [values]:
            if not isinstance(name, str) or not isinstance(each, str):
                raise TypeError(name)
            yield name, each


def _is_request_line(line: str) -> bool:
    return line.split(" ", 1)[0] == "POST"


def _parse_header(line: str, option: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        # The message does not show the line, which may hold a secret.
        raise typer.BadParameter("a header is written 'Name: value'", param_hint=option)
    return name.strip(), value.strip()
