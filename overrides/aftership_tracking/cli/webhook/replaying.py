"""Passes deliveries on to another URL: those that come, and those of a recording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import stop, write, write_json
from aftership_tracking.cli.webhook.inputs import summarize
from aftership_tracking.cli.webhook.recording import ReceivedRequest, end_to_end_headers, read_recording
from aftership_tracking.webhooks.sending.retry_schedule import is_accepted
from aftership_tracking.webhooks.sending.sender import HttpSender, Outgoing

if TYPE_CHECKING:
    from aftership_tracking.cli.webhook.reshaping import Reshaping
    from aftership_tracking.webhooks import Verifier

__all__ = ["BAD_GATEWAY", "pass_on", "replay"]

BAD_GATEWAY = 502


def pass_on(
    sender: HttpSender, url: str, request: ReceivedRequest, *, with_credentials: bool = False
) -> tuple[int, str | None]:
    """Send a delivery to another URL. Without a response the status is 502, and the error says why."""
    try:
        headers = end_to_end_headers(request.headers, with_credentials=with_credentials)
        return sender(Outgoing(url, headers, request.body)).status, None
    except Exception as error:  # noqa: BLE001 - httpx is imported lazily, and any failure means no response
        return BAD_GATEWAY, type(error).__name__


def replay(
    file: Path, url: str, reshaping: Reshaping | None, verifier: Verifier | None, *, as_json: bool
) -> None:
    """Send the deliveries of a recording, byte for byte: their signatures stay valid.

    With a reshaping, those that the verifier takes get another shape and signature; the others are not sent.
    Exits with 1 if one was not accepted or not sent.
    """
    sender = HttpSender()
    all_accepted = True
    try:
        # The file is read as a whole first, because the target may be recording to the same file.
        for number, request in enumerate(tuple(read_recording(file)), start=1):
            lost: tuple[str, ...] = ()
            status: int | None
            if reshaping is None or verifier is None:
                status, error = pass_on(sender, url, request)
            else:
                status, error, lost = _pass_on_reshaped(sender, url, request, reshaping, verifier)
            all_accepted = all_accepted and error is None and is_accepted(status)
            line: dict[str, Any] = {
                "kind": "replayed",
                "number": number,
                "status": None if error else status,
                "error": error,
                **summarize(request.body),
                "lost": lost,
            }
            if as_json:
                write_json(line)
            else:
                result = f"no response ({error})" if error else status
                left_out = f"  (lost: {', '.join(lost)})" if lost else ""
                write(f"{number}  {result}  {line['event']}  {line['tag']}  {line['event_id']}{left_out}")
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}")
    except ValueError as error:
        stop(f"{file}: {error}")
    finally:
        sender.close()
    if not all_accepted:
        raise typer.Exit(FAILED)


def _pass_on_reshaped(
    sender: HttpSender, url: str, request: ReceivedRequest, reshaping: Reshaping, verifier: Verifier
) -> tuple[int, str | None, tuple[str, ...]]:
    from aftership_tracking.webhooks import WebhookError

    try:
        reshaped = reshaping.apply(request, verifier.parse(request.body, request.headers))
    except WebhookError as error:
        return BAD_GATEWAY, f"not sent: {error.message}", ()
    return *pass_on(sender, url, reshaped.request), reshaped.lost
