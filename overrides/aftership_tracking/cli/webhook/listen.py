"""`aftership webhook listen`: shows deliveries as they come, forwards them and records them."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from aftership_tracking.cli.output import stop, write, write_json
from aftership_tracking.cli.webhook.inputs import (
    Json,
    SecretEnv,
    SecretFile,
    SecretText,
    check_url,
    read_secrets,
    summarize,
)
from aftership_tracking.cli.webhook.recording import ReceivedRequest, Recording
from aftership_tracking.cli.webhook.replaying import BAD_GATEWAY, pass_on, replay
from aftership_tracking.cli.webhook.reshaping import (
    ApiVersion,
    ForwardSecretEnv,
    ForwardSecretFile,
    Reshaping,
    read_reshaping,
)
from aftership_tracking.cli.webhook.server import Server
from aftership_tracking.webhooks.sending.sender import HttpSender

if TYPE_CHECKING:
    from aftership_tracking.webhooks import Event, Verifier

DEFAULT_PORT = 8080  # one of the ports that the service delivers to
GENUINE, REFUSED, NO_EVENT, UNCHECKED = "genuine", "refused", "no event", "not checked"
_STATUS = {GENUINE: 200, REFUSED: 401, NO_EVENT: 400, UNCHECKED: 200}
FAILED_STATUS = 500


def run(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Accept everything: no secret is needed, nothing is proved.")
    ] = False,
    forward: Annotated[
        str | None,
        typer.Option(
            help="Forward genuine deliveries to this URL, byte for byte, and respond with its status."
        ),
    ] = None,
    forward_all: Annotated[
        bool,
        typer.Option("--forward-all", help="With --forward: forward the others too, forged ones included."),
    ] = False,
    forward_credentials: Annotated[
        bool,
        typer.Option("--forward-credentials", help="With --forward: Authorization headers and cookies too."),
    ] = False,
    api_version: ApiVersion = None,
    forward_secret_file: ForwardSecretFile = None,
    forward_secret_env: ForwardSecretEnv = None,
    genuine_status: Annotated[
        int | None,
        typer.Option("--answer", help="The status for genuine deliveries, such as 500.", min=200, max=599),
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Add each delivery to this file.")] = None,
    replayed: Annotated[
        Path | None, typer.Option("--replay", help="Do not listen: send the deliveries of this file to --to.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="The URL that --replay sends to.")] = None,
    count: Annotated[int | None, typer.Option(help="Stop after this many deliveries.", min=1)] = None,
    show_body: Annotated[bool, typer.Option("--show-body", help="Print the bodies too.")] = False,
    json: Json = False,
) -> None:
    """Receive webhooks on this machine and show them live. Stop it with Ctrl-C.

    Genuine deliveries get the status 200, others 401, or 400 if they are not an event. AfterShip needs a
    tunnel or a proxy with a public address to reach it; `aftership webhook send` reaches it directly. A
    recording leaves out Authorization and Cookie. It masks other headers that not every delivery has, and the
    values of the query. It may hold personal data. A delivery that cannot be recorded gets the status 500.
    With a forward secret, what is forwarded or replayed is signed with it, in the shape of --api-version.
    """
    if (replayed is None) != (to is None):
        raise typer.BadParameter("--replay and --to must be used together")
    reshaping = read_reshaping(api_version, forward_secret_file, forward_secret_env)
    if replayed is not None and to is not None:
        check_url(to, "--to")
        # What is signed again must be genuine. Anything else needs no secret to be sent as it is.
        judge = None if reshaping is None else _make_verifier(read_secrets(secret_file, secret_env, secret))
        replay(replayed, to, reshaping, judge, as_json=json)
        return
    _check_forwarding(
        forward, reshaping, unchecked=unchecked, to_all=forward_all, with_credentials=forward_credentials
    )
    verifier = None if unchecked else _make_verifier(read_secrets(secret_file, secret_env, secret))
    recording = None if record is None else _open_recording(record)
    handler = _DeliveryHandler(
        verifier,
        None if forward is None else _Forwarding(forward, forward_all, forward_credentials, reshaping),
        recording,
        genuine_status,
        count,
        show_body=show_body,
        as_json=json,
    )
    try:
        _serve(host, port, handler, _same_secret(secret_file, secret_env), as_json=json)
    finally:
        handler.close()


class _Forwarding(NamedTuple):
    """Where deliveries go to, and which of them."""

    url: str
    is_for_all: bool
    with_credentials: bool
    reshaping: Reshaping | None = None


class _Outcome(NamedTuple):
    """What happened to a delivery. `forwarded` is None if nothing is to be forwarded."""

    verdict: str
    why: str | None
    status: int
    forwarded: bool | None = None
    forward_error: str | None = None
    record_error: str | None = None
    lost: tuple[str, ...] = ()
    """Paths that the version of what is forwarded cannot hold."""


class _DeliveryHandler:
    """Verifies, forwards, records and shows deliveries. Several threads use it."""

    def __init__(
        self,
        verifier: Verifier | None,
        forward: _Forwarding | None,
        recording: Recording | None,
        genuine_status: int | None,
        count: int | None,
        *,
        show_body: bool,
        as_json: bool,
    ) -> None:
        self._verifier = verifier
        self._forward = forward
        self._recording = recording
        self._genuine_status = genuine_status
        self._left = count
        self._show_body = show_body
        self._as_json = as_json
        self._sender = HttpSender()
        self._lock = threading.Lock()
        self.done = threading.Event()

    def handle(self, request: ReceivedRequest) -> int:
        """Return the status of the response."""
        outcome = self._settle(request)
        try:
            self._show(request, outcome)
        except BrokenPipeError:
            # Nobody reads the lines any more, for example after `head`, so the command ends.
            self.done.set()
        return outcome.status

    def _settle(self, request: ReceivedRequest) -> _Outcome:
        verdict, why, event = self._judge(request)
        is_forwarded = None
        if self._forward is not None:
            # Whether a genuine body that is not an event is accepted, only the receiver knows. It cannot get
            # another shape.
            genuine = (GENUINE, NO_EVENT) if self._forward.reshaping is None else (GENUINE,)
            is_forwarded = self._forward.is_for_all or verdict in genuine
        if error := self._record(request):
            # It comes again, and until then nobody has it.
            return _Outcome(
                verdict, why, FAILED_STATUS, None if is_forwarded is None else False, record_error=error
            )
        if self._forward is not None and is_forwarded:
            status, error, lost = self._pass_on(self._forward, request, event)
            return _Outcome(verdict, why, status, True, error, lost=lost)
        status = _STATUS[verdict]
        if verdict == GENUINE and self._genuine_status is not None:
            status = self._genuine_status
        return _Outcome(verdict, why, status, is_forwarded)

    def _pass_on(
        self, forward: _Forwarding, request: ReceivedRequest, event: Event | None
    ) -> tuple[int, str | None, tuple[str, ...]]:
        """Forward a delivery. Return the status, the error and what was lost."""
        lost: tuple[str, ...] = ()
        if forward.reshaping is not None and event is not None:
            try:
                request, lost = forward.reshaping.apply(request, event)
            except Exception as error:  # noqa: BLE001 - it is said, and the delivery comes again
                return BAD_GATEWAY, f"not reshaped: {type(error).__name__}", ()
        with_credentials = forward.with_credentials
        return *pass_on(self._sender, forward.url, request, with_credentials=with_credentials), lost

    def _record(self, request: ReceivedRequest) -> str | None:
        """Return why a delivery cannot be recorded; None if it is, or if nothing is to be recorded."""
        if self._recording is None:
            return None
        try:
            with self._lock:
                if not self.done.is_set():
                    self._recording.add(request)
        except OSError as error:
            return error.strerror or type(error).__name__
        return None

    def close(self) -> None:
        self._sender.close()
        if self._recording is not None:
            self._recording.close()

    def _judge(self, request: ReceivedRequest) -> tuple[str, str | None, Event | None]:
        """Return the verdict, why it is not genuine, and the event if it is."""
        if self._verifier is None:
            return UNCHECKED, None, None
        from aftership_tracking.webhooks import BodyTooLargeError, PayloadError, VerificationError

        try:
            event = self._verifier.parse(request.body, request.headers)
        except (VerificationError, BodyTooLargeError) as error:
            return REFUSED, error.message, None
        except PayloadError as error:
            return NO_EVENT, error.message, None
        return GENUINE, None, event

    def _show(self, request: ReceivedRequest, outcome: _Outcome) -> None:
        line = _line(request, outcome)
        with self._lock:
            if self.done.is_set():
                return
            body = request.body.decode("utf-8", "replace") if self._show_body else None
            if self._as_json:
                write_json(line if body is None else {**line, "body": body})
            else:
                write(_format(line, is_held_back=outcome.forwarded is False))
                if body is not None:
                    write(body)
            if self._left is not None:
                self._left -= 1
                if self._left == 0:
                    self.done.set()


def _same_secret(files: Sequence[Path] | None, names: Sequence[str] | None) -> str:
    """The options that let `send` sign with the secret of this receiver; the default variable needs none."""
    if files:
        return f" --secret-file {shlex.quote(str(files[0]))}"
    return f" --secret-env {shlex.quote(names[0])}" if names else ""


def _serve(host: str, port: int, handler: _DeliveryHandler, same_secret: str, *, as_json: bool) -> None:
    try:
        server = Server(host, port, handler.handle)
    except OSError as error:
        stop(f"Port {port} of {host} cannot be used: {error.strerror}. Try --port 0 for a free one.")
    url_host = f"[{host}]" if ":" in host else host
    url = f"http://{url_host}:{server.server_address[1]}"
    if as_json:
        write_json({"kind": "listening", "url": url})
    else:
        write(f"Listening at {url}. Try: aftership webhook send --url {url}{same_secret}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        # It waits with a time limit, so that Ctrl-C works on every system.
        while not handler.done.wait(1.0):
            pass
    except KeyboardInterrupt:
        pass  # the way to stop, so not a failure
    finally:
        server.shutdown()
        server.server_close()


def _line(request: ReceivedRequest, outcome: _Outcome) -> dict[str, Any]:
    version = next((value for name, value in request.headers if name.lower() == "as-webhook-version"), None)
    return {
        "kind": "delivery",
        "at": request.at.isoformat(timespec="seconds"),
        "verdict": outcome.verdict,
        "why": outcome.why,
        **summarize(request.body),
        "version": version,
        "bytes": len(request.body),
        "status": outcome.status,
        "forwarded": bool(outcome.forwarded),
        "forward_error": outcome.forward_error,
        "record_error": outcome.record_error,
        "lost": outcome.lost,
    }


def _format(line: dict[str, Any], *, is_held_back: bool) -> str:
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
        parts.append(f"(no response from the forward URL: {line['forward_error']})")
    if line["record_error"]:
        parts.append(f"(not recorded: {line['record_error']})")
    if line["lost"]:
        parts.append(f"(lost: {', '.join(line['lost'])})")
    if is_held_back:
        parts.append("(not forwarded)")
    return "  ".join("-" if part is None else str(part) for part in parts)


def _check_forwarding(
    forward: str | None,
    reshaping: Reshaping | None,
    *,
    unchecked: bool,
    to_all: bool,
    with_credentials: bool,
) -> None:
    if forward is None:
        for is_given, name in (
            (to_all, "--forward-all"),
            (with_credentials, "--forward-credentials"),
            (reshaping is not None, "forward secret"),
        ):
            if is_given:
                raise typer.BadParameter("needs --forward", param_hint=name)
        return
    check_url(forward, "--forward")
    if reshaping is not None and (to_all or unchecked):
        raise typer.BadParameter(
            "would give forged deliveries a genuine signature; leave out --forward-all and --unchecked",
            param_hint="forward secret",
        )
    if unchecked and not to_all:
        raise typer.BadParameter(
            "with --unchecked nothing is known to be genuine; add --forward-all to forward everything",
            param_hint="--forward",
        )


def _make_verifier(secrets: list[str]) -> Verifier:
    from aftership_tracking.webhooks import Verifier

    return Verifier(secrets)


def _open_recording(file: Path) -> Recording:
    try:
        return Recording(file)
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}")
