"""`aftership webhook inbox`: what waits in an inbox, what is dead, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aftership_tracking.cli.command_tree import PLAIN
from aftership_tracking.cli.completion import complete_number
from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import remark, stop, write, write_json
from aftership_tracking.cli.webhook.inputs import Json, summarize
from aftership_tracking.errors import AfterShipError

if TYPE_CHECKING:
    from aftership_tracking.webhooks.inbox import EntryState, InboxEntry, RedisInbox, SqliteInbox

application = typer.Typer(
    help="The inbox of a receiver: list, show, retry and purge what is in it.",
    no_args_is_help=True,
    **PLAIN,
)

File = Annotated[Path | None, typer.Option(help="The file of a SqliteInbox.")]
RedisUrl = Annotated[str | None, typer.Option("--redis", help="The URL of the server of a RedisInbox.")]
Prefix = Annotated[str, typer.Option(help="With --redis: the prefix of the inbox.")]
DEFAULT_PREFIX = "aftership:inbox"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@application.command("list")
def list_entries(
    file: File = None,
    redis: RedisUrl = None,
    prefix: Prefix = DEFAULT_PREFIX,
    state: Annotated[str | None, typer.Option(help="waiting or dead. Without it: both.")] = None,
    json: Json = False,
) -> None:
    """Print one line for each entry, in the order of arrival."""
    wanted = _state(state)
    with _opened(file, redis, prefix) as inbox:
        for entry in inbox.entries(wanted):
            line = _line(entry)
            if json:
                write_json(line)
            else:
                parts = [line["number"], line["state"], line["received"], f"{line['attempts']} attempts"]
                parts += [line["event"], line["tag"], line["event_id"], line["error"]]
                write("  ".join(str(part) for part in parts if part not in (None, "")))


@application.command("show")
def show(
    number: Annotated[int, typer.Argument(help="The number of the entry.", autocompletion=complete_number)],
    file: File = None,
    redis: RedisUrl = None,
    prefix: Prefix = DEFAULT_PREFIX,
    json: Json = False,
) -> None:
    """Print an entry with its headers and its body, which holds personal data."""
    with _opened(file, redis, prefix) as inbox:
        entry = inbox.find(number)
    if entry is None:
        stop(f"There is no entry {number}.")
    line = {**_line(entry), "due": _time(entry.due), "headers": entry.headers}
    body = entry.body.decode("utf-8", "replace")
    if json:
        write_json({**line, "body": body})
        return
    for name, value in line.items():
        if name != "headers" and value not in (None, ""):
            write(f"{name}: {value}")
    for name, value in entry.headers:
        write(f"{name}: {value}")
    write(body)


@application.command("retry")
def retry(
    numbers: Annotated[
        list[int] | None, typer.Argument(help="The numbers of entries.", autocompletion=complete_number)
    ] = None,
    file: File = None,
    redis: RedisUrl = None,
    prefix: Prefix = DEFAULT_PREFIX,
    every: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
) -> None:
    """Make entries due now, with all their attempts before them. A worker handles them.

    Exit code 1 if one of the numbers is not in the inbox.
    """
    if bool(numbers) == every:
        raise typer.BadParameter("give numbers of entries, or --all", param_hint="numbers")
    with _opened(file, redis, prefix) as inbox:
        chosen = numbers or [entry.number for entry in inbox.entries(_state("dead"))]
        missing = [number for number in chosen if not inbox.retry(number)]
    write(f"{len(chosen) - len(missing)} due now")
    for number in missing:
        remark(f"There is no entry {number}.")
    if missing:
        raise typer.Exit(FAILED)


@application.command("purge")
def purge(
    older_than: Annotated[
        str,
        typer.Option("--older-than", help="Since their arrival: 30d, 12h, 15m or 0s.", show_default=False),
    ],
    file: File = None,
    redis: RedisUrl = None,
    prefix: Prefix = DEFAULT_PREFIX,
    waiting_too: Annotated[
        bool, typer.Option("--waiting-too", help="Also what nobody has handled yet: it is lost.")
    ] = False,
) -> None:
    """Remove dead letters for good."""
    age = _seconds(older_than)
    with _opened(file, redis, prefix) as inbox:
        removed = inbox.purge(older_than=age, state=None if waiting_too else _state("dead"))
    write(f"{removed} removed")


@contextmanager
def _opened(file: Path | None, url: str | None, prefix: str) -> Iterator[SqliteInbox | RedisInbox]:
    if (file is None) == (url is None):
        raise typer.BadParameter("give one of --file and --redis", param_hint="inbox")
    # Imported lazily: only these commands need it.
    from aftership_tracking.webhooks.inbox import RedisInbox, SqliteInbox

    if file is not None and not file.is_file():
        # Opening it would make a new one, with nothing in it.
        stop(f"There is no file {file}.")
    try:
        inbox: Any = SqliteInbox(file) if file is not None else RedisInbox(url or "", prefix=prefix)
        try:
            yield inbox
        finally:
            inbox.close()
    except AfterShipError as error:
        stop(f"{error.message} {error.hint or ''}".rstrip())
    except ValueError:
        # Of the package redis. Its message may hold the URL, and so a password.
        raise typer.BadParameter("must be a URL that begins with redis://", param_hint="--redis") from None


def _line(entry: InboxEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "state": entry.state.value,
        "received": _time(entry.received),
        "attempts": entry.attempts,
        **summarize(entry.body),
        "bytes": len(entry.body),
        "error": entry.error or None,
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _state(text: str | None) -> EntryState | None:
    from aftership_tracking.webhooks.inbox import EntryState

    try:
        return None if text is None else EntryState(text)
    except ValueError:
        raise typer.BadParameter("must be waiting or dead", param_hint="--state") from None


def _seconds(text: str) -> float:
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdecimal() and unit in _SECONDS and len(number) < 9):
        raise typer.BadParameter("must be a number and s, m, h or d: 30d", param_hint="--older-than")
    return int(number) * float(_SECONDS[unit])
