"""`aftership webhook send`: sends signed webhooks to a URL of yours, as AfterShip does."""

from __future__ import annotations

import random
import re
import time
from dataclasses import replace
from typing import Annotated, Any

import typer

from aftership_tracking.cli.exit_codes import FAILED, SERVICE
from aftership_tracking.cli.output import remark, stop, write, write_json
from aftership_tracking.cli.webhook.delivery_plan import (
    ALL,
    CHAOS,
    PlannedDelivery,
    SendSettings,
    find_idle_chaos,
    plan_deliveries,
)
from aftership_tracking.cli.webhook.inputs import (
    LEGACY,
    HeaderOption,
    Json,
    SecretEnv,
    SecretFile,
    SecretText,
    check_url,
    read_headers,
    read_secrets,
    refuse_old_spelling,
)
from aftership_tracking.webhooks.sending.retry_schedule import is_accepted
from aftership_tracking.webhooks.sending.sender import TIMEOUT, HttpSender, Outgoing, mask_url

MOST_HEADERS = 5
# Arguments of the kit that builds events.
_NOT_FIELDS = frozenset({"event", "event_id", "is_first_tag", "more", "serial", "tag", "ts", "version"})
_VERSION = re.compile(r"(?a)\d{4}-\d{2}")


def run(
    url: Annotated[str, typer.Option(help="The URL to send to.")],
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    event: Annotated[str, typer.Option(help="The event code. Any string.")] = "tracking_update",
    tag: Annotated[str | None, typer.Option(help="The status, such as Delivered. Any string.")] = None,
    version: Annotated[
        str, typer.Option("--api-version", help=f"YYYY-MM, newest, or {LEGACY}: no version header.")
    ] = "newest",
    _old_version: Annotated[
        str | None, typer.Option("--version", hidden=True, callback=refuse_old_spelling)
    ] = None,
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
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a response.", min=0.1)] = TIMEOUT,
    show_body: Annotated[bool, typer.Option("--show-body", help="Print the bodies too.")] = False,
    json: Json = False,
) -> None:
    """Send signed webhooks to a URL and show the responses.

    They have the documented headers and the shape of any version.

    Exit code 0: the URL accepted all genuine ones and refused all forged ones. 1: it did not. A right
    digest in another spelling may be accepted or refused.
    """
    secrets = read_secrets(secret_file, secret_env, secret)
    if len(secrets) > 1:
        raise typer.BadParameter("one secret is enough to sign with", param_hint="secret")
    check_url(url, "--url")
    settings = SendSettings(
        secret=secrets[0],
        version=_check_version(version),
        event=event,
        tag=tag,
        fields=_parse_fields(field),
        headers=_parse_headers(header),
        count=count,
        duplicate=duplicate,
        chaos=_parse_chaos(chaos),
        seed=random.SystemRandom().getrandbits(64) if seed is None else seed,
        now=int(time.time()),
    )
    if idle := find_idle_chaos(settings):
        names = ", ".join(idle)
        if ALL not in (chaos or ()):
            raise typer.BadParameter(
                f"{names} would change nothing for version {version}", param_hint="--chaos"
            )
        remark(f"Left out, because it would change nothing for version {version}: {names}")
        settings = replace(settings, chaos=settings.chaos.difference(idle))
    try:
        deliveries = plan_deliveries(settings)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--field") from None
    if not _send(deliveries, url, timeout, show_body=show_body, as_json=json):
        raise typer.Exit(FAILED)


def _send(
    deliveries: list[PlannedDelivery], url: str, timeout: float, *, show_body: bool, as_json: bool
) -> bool:
    """Send all deliveries. Return whether each was accepted or refused as it should be."""
    sender = HttpSender(timeout)
    all_right = True
    try:
        for number, each in enumerate(deliveries, start=1):
            status, error = _attempt(sender, Outgoing(url, each.request.pairs, each.request.body))
            is_right = status is not None and (each.is_respelled or is_accepted(status) != each.is_forged)
            all_right = all_right and is_right
            line = _line(number, each, status, error, is_right=is_right)
            if as_json:
                write_json({**line, "body": each.request.body.decode()} if show_body else line)
            else:
                write(_format(line))
                if show_body:
                    write(each.request.body.decode())
            if error == "ConnectError":
                stop(f"No response from {mask_url(url)}. Is the receiver running?", SERVICE)
    finally:
        sender.close()
    if not as_json:
        write(f"{len(deliveries)} sent: {'all as it should be' if all_right else 'NOT all as it should be'}")
    return all_right


def _attempt(sender: HttpSender, request: Outgoing) -> tuple[int | None, str | None]:
    try:
        return sender(request).status, None
    except Exception as error:  # noqa: BLE001 - httpx is imported lazily, and any failure means no response
        return None, type(error).__name__


def _line(
    number: int, each: PlannedDelivery, status: int | None, error: str | None, *, is_right: bool
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


def _format(line: dict[str, Any]) -> str:
    result = line["status"] if line["error"] is None else f"no response ({line['error']})"
    parts = [line["number"], result, line["event"], line["tag"], line["version"] or LEGACY, line["event_id"]]
    if line["note"]:
        parts.append(f"({line['note']})")
    if not line["as_it_should_be"]:
        parts.append("<- forged, and accepted!" if is_accepted(line["status"]) else "<- not accepted")
    return "  ".join(str(part) for part in parts)


def _check_version(text: str) -> str:
    if text not in ("newest", LEGACY) and _VERSION.fullmatch(text) is None:
        raise typer.BadParameter(f"must be YYYY-MM, newest or {LEGACY}", param_hint="--api-version")
    return text


def _parse_fields(given: list[str] | None) -> dict[str, str]:
    found = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name.isidentifier():
            raise typer.BadParameter("a field is written name=value", param_hint="--field")
        if name in _NOT_FIELDS:
            raise typer.BadParameter(
                f"{name} is not a field of a tracking, or has its own option", param_hint="--field"
            )
        found[name] = value
    return found


def _parse_headers(given: list[str] | None) -> list[tuple[str, str]]:
    found = read_headers(given, None)
    if len(found) > MOST_HEADERS:
        raise typer.BadParameter(f"a URL may have {MOST_HEADERS} headers of its own", param_hint="--header")
    return found


def _parse_chaos(given: list[str] | None) -> frozenset[str]:
    wanted = set(given or ())
    unknown = sorted(wanted - CHAOS.keys() - {ALL})
    if unknown:
        raise typer.BadParameter(
            f"{unknown[0]} is unknown; use one of: {', '.join(CHAOS)}", param_hint="--chaos"
        )
    return frozenset(CHAOS if ALL in wanted else wanted)
