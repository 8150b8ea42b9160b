"""What the webhook commands read: secrets, headers and bodies. And how they write: never a secret."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from aftership_tracking.sending.transport import is_url

FAILED = 1
SECRET_VARIABLE = "AFTERSHIP_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
LEGACY = "legacy"
"""How a URL of before the versions is called: its deliveries have no version header."""
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
        f"Without any of these options: {SECRET_VARIABLE}, or you are asked.",
    ),
]
SecretText = Annotated[
    list[str] | None,
    typer.Option("--secret", help="The secret itself. Others on this machine can see it: better a file."),
]
HeaderOption = Annotated[
    list[str] | None, typer.Option("--header", "-H", help="A header, 'Name: value'; may be repeated.")
]
HeadersFile = Annotated[
    Path | None,
    typer.Option(
        "--headers-file", help="Headers, one 'Name: value' a line, or as JSON. - is standard input."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]


def secrets_of(
    files: Sequence[Path] | None, variables: Sequence[str] | None, texts: Sequence[str] | None
) -> list[str]:
    """The secrets of the three options, in this order. Without any: the known variable, or a question."""
    found = [_text_of(file, "--secret-file").rstrip("\r\n") for file in files or ()]
    for name in variables or ():
        if name not in os.environ:
            raise typer.BadParameter(f"there is no variable {name}", param_hint="--secret-env")
        found.append(os.environ[name])
    if texts:
        say("Note: others can see a secret on the command line; --secret-file is better.")
        found += texts
    if not found and SECRET_VARIABLE in os.environ:
        found.append(os.environ[SECRET_VARIABLE])
    if not found and _can_ask():
        found.append(typer.prompt("Webhook secret", hide_input=True, err=True))
    if not found:
        raise typer.BadParameter(
            f"give --secret-file or --secret-env, or set {SECRET_VARIABLE}", param_hint="secret"
        )
    if any(not secret.strip() for secret in found):
        raise typer.BadParameter("the webhook secret is blank", param_hint="secret")
    if not all(_is_utf8(secret) for secret in found):
        raise typer.BadParameter("the webhook secret is not UTF-8 text", param_hint="secret")
    return found


def headers_of(lines: Sequence[str] | None, file: Path | None) -> Pairs:
    """The headers of both options, those of the file first."""
    found: Pairs = []
    if file is not None:
        found += _read_headers(_text_of(file, "--headers-file", otherwise="latin-1"))
    for line in lines or ():
        found.append(_header(line, "--header"))
    return found


def body_of(file: Path) -> bytes:
    """The exact bytes of a file, or of standard input."""
    if str(file) == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="body-file") from None


def url_of(url: str, option: str) -> str:
    """A URL that something can be sent to."""
    if not is_url(url):
        raise typer.BadParameter("must be a URL that begins with http:// or https://", param_hint=option)
    return url


def summary(body: bytes) -> dict[str, Any]:
    """What a body says about itself, as far as it is an event: event, event_id and tag."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    event = event if isinstance(event, dict) else {}
    message = event.get("msg")
    tag = message.get("tag") if isinstance(message, dict) else None
    found = {"event": event.get("event"), "tag": tag, "event_id": event.get("event_id")}
    return {name: value if isinstance(value, str) else None for name, value in found.items()}


def write(text: str) -> None:
    """A line for people, or one of JSON. Control characters of a sender do nothing to the terminal."""
    typer.echo(shown(text))


def write_json(value: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(value))


def say(text: str) -> None:
    """A remark, apart from the results."""
    typer.echo(shown(text), err=True)


def stop(text: str, code: int = FAILED) -> NoReturn:
    say(text)
    raise typer.Exit(code)


def shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _is_utf8(text: str) -> bool:
    """A variable that holds other bytes comes as a text with surrogates in it."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _text_of(file: Path, option: str, *, otherwise: str | None = None) -> str:
    """The text of a file in UTF-8, or in another encoding where it is not that."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint=option) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if otherwise is not None:
            return raw.decode(otherwise)
        # Without the cause: it would show the bytes.
        raise typer.BadParameter(f"{file} is not UTF-8 text", param_hint=option) from None


def _read_headers(text: str) -> Pairs:
    if text.lstrip().startswith(("{", "[")):
        try:
            return list(_json_pairs(json.loads(text)))
        except (ValueError, TypeError, RecursionError):
            raise typer.BadParameter(
                "the JSON is neither an object of names and values nor a list of pairs",
                param_hint="--headers-file",
            ) from None
    # Only line ends of HTTP end a line: a value may hold other separators.
    lines = text.replace("\r\n", "\n").split("\n")
    return [_header(line, "--headers-file") for line in lines if line.strip() and not _is_request_line(line)]


def _json_pairs(value: Any) -> Iterable[tuple[str, str]]:
    for name, values in value.items() if isinstance(value, dict) else value:
        for each in values if isinstance(values, list) else [values]:
            if not isinstance(name, str) or not isinstance(each, str):
                raise TypeError(name)
            yield name, each


def _is_request_line(line: str) -> bool:
    return line.split(" ", 1)[0] == "POST"


def _header(line: str, option: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        # Not the line itself: it may hold a secret.
        raise typer.BadParameter("a header is written 'Name: value'", param_hint=option)
    return name.strip(), value.strip()
