"""`aftership webhook listen`: shows deliveries as they come, passes them on and records them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aftership_tracking.cli.webhook_inputs import (
    FAILED,
    Json,
    SecretEnv,
    SecretFile,
    SecretText,
    secrets_of,
    stop,
    summary,
    url_of,
    write,
    write_json,
)
from aftership_tracking.cli.webhook_recording import Heard, Recording, passed_on, read_recording
from aftership_tracking.cli.webhook_server import Server
from aftership_tracking.sending.schedule import is_taken
from aftership_tracking.sending.transport import HttpTransport, Outgoing

if TYPE_CHECKING:
    from aftership_tracking.webhooks import Verifier

DEFAULT_PORT = 8080  # one of the ports that the service delivers to
GENUINE, REFUSED, NO_EVENT, UNCHECKED = "genuine", "refused", "no event", "not checked"
_STATUS = {GENUINE: 200, REFUSED: 401, NO_EVENT: 400, UNCHECKED: 200}
BAD_GATEWAY = 502


def run(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Take everything: no secret is needed, nothing is proved.")
    ] = False,
    forward: Annotated[
        str | None,
        typer.Option(help="Pass each delivery on to this URL, byte for byte, and answer what it answers."),
    ] = None,
    answer: Annotated[
        int | None, typer.Option(help="The status for genuine deliveries, such as 500.", min=200, max=599)
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Add each delivery to this file.")] = None,
    replay: Annotated[
        Path | None, typer.Option(help="Do not listen: send the deliveries of this file to --to.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Where --replay sends to.")] = None,
    count: Annotated[int | None, typer.Option(help="Stop after so many deliveries.", min=1)] = None,
    show_body: Annotated[bool, typer.Option("--show-body", help="Print the bodies too.")] = False,
    json: Json = False,
) -> None:
    """Receive webhooks on this machine and show them live. Stop it with Ctrl-C.

    Genuine deliveries are answered with 200, others with 401 and with 400 if they are no event. To be reached
    by AfterShip it needs a tunnel or a proxy with a public address; `aftership webhook send` reaches it as it
    is. A recording leaves out Authorization and Cookie; it may hold personal data.
    """
    if (replay is None) != (to is None):
        raise typer.BadParameter("--replay and --to belong together")
    if replay is not None and to is not None:
        _replayed(replay, url_of(to, "--to"), as_json=json)
        return
    verifier = None if unchecked else _verifier(secrets_of(secret_file, secret_env, secret))
    recording = None if record is None else _opened(record)
    desk = _Desk(
        verifier,
        None if forward is None else url_of(forward, "--forward"),
        recording,
        answer,
        count,
        show_body=show_body,
        as_json=json,
    )
    try:
        _serve(host, port, desk, as_json=json)
    finally:
        desk.close()


class _Desk:
    """Answers deliveries and tells of them. Several threads use it."""

    def __init__(
        self,
        verifier: Verifier | None,
        forward: str | None,
        recording: Recording | None,
        answer: int | None,
        count: int | None,
        *,
        show_body: bool,
        as_json: bool,
    ) -> None:
        self._verifier = verifier
        self._forward = forward
        self._recording = recording
        self._answer = answer
        self._left = count
        self._show_body = show_body
        self._as_json = as_json
        self._transport = HttpTransport()
        self._lock = threading.Lock()
        self.done = threading.Event()

    def take(self, heard: Heard) -> int:
        """Give the status to answer with."""
        verdict, why = self._judged(heard)
        status = _STATUS[verdict]
        if verdict == GENUINE and self._answer is not None:
            status = self._answer
        error = None
        if self._forward is not None:
            status, error = _passed(self._transport, self._forward, heard)
        try:
            self._tell(heard, verdict, why, status, error)
        except BrokenPipeError:
            # Nobody reads the lines any more, as behind `head`: there is nothing to listen for.
            self.done.set()
        return status

    def close(self) -> None:
        self._transport.close()
        if self._recording is not None:
            self._recording.close()

    def _judged(self, heard: Heard) -> tuple[str, str | None]:
        if self._verifier is None:
            return UNCHECKED, None
        from aftership_tracking.webhooks import VerificationError, WebhookError

        try:
            self._verifier.parse(heard.body, heard.headers)
        except VerificationError as error:
            return REFUSED, error.message
        except WebhookError as error:
            return NO_EVENT, error.message
        return GENUINE, None

    def _tell(self, heard: Heard, verdict: str, why: str | None, status: int, error: str | None) -> None:
        line = _line(heard, verdict, why, status, error, is_forwarded=self._forward is not None)
        with self._lock:
            if self.done.is_set():
                return
            if self._recording is not None:
                self._recording.add(heard)
            body = heard.body.decode("utf-8", "replace") if self._show_body else None
            if self._as_json:
                write_json(line if body is None else {**line, "body": body})
            else:
                write(_text(line))
                if body is not None:
                    write(body)
            if self._left is not None:
                self._left -= 1
                if self._left == 0:
                    self.done.set()


def _serve(host: str, port: int, desk: _Desk, *, as_json: bool) -> None:
    try:
        server = Server(host, port, desk.take)
    except OSError as error:
        stop(f"Port {port} of {host} cannot be used: {error.strerror}. Try --port 0 for a free one.")
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{server.server_address[1]}"
    if as_json:
        write_json({"kind": "listening", "url": url})
    else:
        write(f"Listening at {url}. Try: aftership webhook send --url {url}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        # With a time limit, so that Ctrl-C is seen on every system.
        while not desk.done.wait(1.0):
            pass
    except KeyboardInterrupt:
        pass  # the way to stop, so no failure
    finally:
        server.shutdown()
        server.server_close()


def _replayed(file: Path, url: str, *, as_json: bool) -> None:
    transport = HttpTransport()
    good = True
    try:
        # Read as a whole: where it is sent to may be recording to the same file.
        for number, heard in enumerate(tuple(read_recording(file)), start=1):
            status, error = _passed(transport, url, heard)
            good = good and error is None and is_taken(status)
            line: dict[str, Any] = {
                "kind": "replayed",
                "number": number,
                "status": None if error else status,
                "error": error,
                **summary(heard.body),
            }
            if as_json:
                write_json(line)
            else:
                answer = f"no answer ({error})" if error else status
                write(f"{number}  {answer}  {line['event']}  {line['tag']}  {line['event_id']}")
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}")
    except ValueError as error:
        stop(f"{file}: {error}")
    finally:
        transport.close()
    if not good:
        raise typer.Exit(FAILED)


def _passed(transport: HttpTransport, url: str, heard: Heard) -> tuple[int, str | None]:
    """Send a delivery on. The status is 502 when no answer came, and then the error says why."""
    try:
        return transport(Outgoing(url, passed_on(heard.headers), heard.body)).status, None
    except Exception as error:  # noqa: BLE001 - the library is loaded late, and any failure means no answer
        return BAD_GATEWAY, type(error).__name__


def _line(
    heard: Heard, verdict: str, why: str | None, status: int, error: str | None, *, is_forwarded: bool
) -> dict[str, Any]:
    version = next((value for name, value in heard.headers if name.lower() == "as-webhook-version"), None)
    return {
        "kind": "delivery",
        "at": heard.at.isoformat(timespec="seconds"),
        "verdict": verdict,
        "why": why,
        **summary(heard.body),
        "version": version,
        "bytes": len(heard.body),
        "status": status,
        "forwarded": is_forwarded,
        "forward_error": error,
    }


def _text(line: dict[str, Any]) -> str:
    parts = [
        line["at"][11:19],
        line["status"],
        line["verdict"],
        line["event"],
        line["tag"],
        line["version"] or "no version",
        line["event_id"],
    ]
    if line["why"]:
        parts.append(f"({line['why']})")
    if line["forward_error"]:
        parts.append(f"(nothing answers behind: {line['forward_error']})")
    return "  ".join("-" if part is None else str(part) for part in parts)


def _verifier(secrets: list[str]) -> Verifier:
    from aftership_tracking.webhooks import Verifier

    return Verifier(secrets)


def _opened(file: Path) -> Recording:
    try:
        return Recording(file)
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}")
