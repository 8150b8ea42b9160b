"""`aftership webhook send`: signed webhooks to a URL of yours, as AfterShip sends them."""

from __future__ import annotations

import random
import re
import time
from typing import Annotated, Any

import typer

from aftership_tracking.cli.webhook_inputs import (
    FAILED,
    LEGACY,
    HeaderOption,
    Json,
    SecretEnv,
    SecretFile,
    SecretText,
    headers_of,
    secrets_of,
    stop,
    url_of,
    write,
    write_json,
)
from aftership_tracking.cli.webhook_plan import ALL, CHAOS, Planned, Settings, planned
from aftership_tracking.sending.schedule import is_taken
from aftership_tracking.sending.transport import TIMEOUT, HttpTransport, Outgoing, shown_url

MOST_HEADERS = 5
# Arguments of the kit that builds events.
_NOT_FIELDS = frozenset({"event", "event_id", "is_first_tag", "more", "serial", "tag", "ts", "version"})
_VERSION = re.compile(r"(?a)\d{4}-\d{2}")


def run(
    url: Annotated[str, typer.Option(help="Where to.")],
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    event: Annotated[str, typer.Option(help="The event code. Any text.")] = "tracking_update",
    tag: Annotated[str | None, typer.Option(help="The status, such as Delivered. Any text.")] = None,
    version: Annotated[
        str, typer.Option(help=f"YYYY-MM, newest, or {LEGACY}: no version header.")
    ] = "newest",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="A field of the tracking, name=value; may be repeated."),
    ] = None,
    header: HeaderOption = None,
    count: Annotated[int, typer.Option(help="How many events.", min=1)] = 1,
    duplicate: Annotated[bool, typer.Option("--duplicate", help="Send each twice.")] = False,
    chaos: Annotated[
        list[str] | None,
        typer.Option("--chaos", help=f"May be repeated: {', '.join(CHAOS)}, or {ALL}."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Decides ids and order. Without it each run has new ids.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for an answer.", min=0.1)] = TIMEOUT,
    show_body: Annotated[bool, typer.Option("--show-body", help="Print the bodies too.")] = False,
    json: Json = False,
) -> None:
    """Send signed webhooks to a URL and show the answers.

    They have the documented headers and the shape of any version.

    Exit code 0: all were taken, and forged ones refused. 1: not so.
    """
    given = secrets_of(secret_file, secret_env, secret)
    if len(given) > 1:
        raise typer.BadParameter("one secret is enough to sign with", param_hint="secret")
    url_of(url, "--url")
    settings = Settings(
        secret=given[0],
        version=_version(version),
        event=event,
        tag=tag,
        fields=_fields(field),
        headers=_headers(header),
        count=count,
        duplicate=duplicate,
        chaos=_chaos(chaos),
        seed=random.SystemRandom().getrandbits(64) if seed is None else seed,
        now=int(time.time()),
    )
    try:
        plan = planned(settings)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--field") from None
    if not _sent(plan, url, timeout, show_body=show_body, as_json=json):
        raise typer.Exit(FAILED)


def _sent(plan: list[Planned], url: str, timeout: float, *, show_body: bool, as_json: bool) -> bool:
    """Send everything; whether all went as it should."""
    transport = HttpTransport(timeout)
    good = True
    try:
        for number, each in enumerate(plan, start=1):
            status, error = _attempt(transport, Outgoing(url, each.request.pairs, each.request.body))
            is_right = status is not None and is_taken(status) != each.is_forged
            good = good and is_right
            line = _line(number, each, status, error, is_right=is_right)
            if as_json:
                write_json({**line, "body": each.request.body.decode()} if show_body else line)
            else:
                write(_text(line))
                if show_body:
                    write(each.request.body.decode())
            if error == "ConnectError":
                stop(f"Nothing answers at {shown_url(url)}. Is the receiver running?")
    finally:
        transport.close()
    if not as_json:
        write(f"{len(plan)} sent: {'all as it should be' if good else 'NOT all as it should be'}")
    return good


def _attempt(transport: HttpTransport, request: Outgoing) -> tuple[int | None, str | None]:
    try:
        return transport(request).status, None
    except Exception as error:  # noqa: BLE001 - the library is loaded late, and any failure means no answer
        return None, type(error).__name__


def _line(
    number: int, each: Planned, status: int | None, error: str | None, *, is_right: bool
) -> dict[str, Any]:
    return {
        "number": number,
        "event": each.event["event"],
        "tag": each.event["msg"]["tag"],
        "version": each.version,
        "event_id": each.event["event_id"],
        "status": status,
        "error": error,
        "note": each.note,
        "as_it_should_be": is_right,
    }


def _text(line: dict[str, Any]) -> str:
    answer = line["status"] if line["error"] is None else f"no answer ({line['error']})"
    parts = [line["number"], answer, line["event"], line["tag"], line["version"] or LEGACY, line["event_id"]]
    if line["note"]:
        parts.append(f"({line['note']})")
    if not line["as_it_should_be"]:
        parts.append("<- forged, and taken!" if is_taken(line["status"]) else "<- not taken")
    return "  ".join(str(part) for part in parts)


def _version(text: str) -> str:
    if text not in ("newest", LEGACY) and _VERSION.fullmatch(text) is None:
        raise typer.BadParameter(f"is written YYYY-MM, newest or {LEGACY}", param_hint="--version")
    return text


def _fields(given: list[str] | None) -> dict[str, str]:
    found = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name.isidentifier():
            raise typer.BadParameter("a field is written name=value", param_hint="--field")
        if name in _NOT_FIELDS:
            raise typer.BadParameter(
                f"{name} is no field of a tracking, or has an option", param_hint="--field"
            )
        found[name] = value
    return found


def _headers(given: list[str] | None) -> list[tuple[str, str]]:
    found = headers_of(given, None)
    if len(found) > MOST_HEADERS:
        raise typer.BadParameter(f"a URL may have {MOST_HEADERS} headers of its own", param_hint="--header")
    return found


def _chaos(given: list[str] | None) -> frozenset[str]:
    wanted = set(given or ())
    unknown = sorted(wanted - CHAOS.keys() - {ALL})
    if unknown:
        raise typer.BadParameter(
            f"there is no {unknown[0]}; there are: {', '.join(CHAOS)}", param_hint="--chaos"
        )
    return frozenset(CHAOS if ALL in wanted else wanted)
