"""`aftership mock`: serves the mock on a port until it is stopped."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from aftership_tracking.cli.exit_codes import INSTALL, MISSING_PACKAGE
from aftership_tracking.cli.output import stop
from aftership_tracking.cli.webhook.inputs import LEGACY, SECRET_VARIABLE, refuse_old_spelling
from aftership_tracking.webhooks.sending.sender import mask_url

if TYPE_CHECKING:
    import uvicorn

    from aftership_tracking.mock import Mock

DEFAULT_PORT = 4010


def run(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    speed: Annotated[
        float, typer.Option(help="How many times faster than in reality the parcels move.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Decides ids, locations and predicted dates.")] = 1,
    key: Annotated[
        list[str] | None, typer.Option(help="An API key to accept; may be repeated. Default: any key.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(help="The secret of the only --key. Its requests then have to be signed (AES)."),
    ] = None,
    enforce_limits: Annotated[
        bool,
        typer.Option("--enforce-limits/--no-enforce-limits", help="Respond with 429 beyond the rate limit."),
    ] = False,
    webhook: Annotated[
        list[str] | None, typer.Option(help="A URL that gets the webhooks of all keys; may be repeated.")
    ] = None,
    webhook_secret: Annotated[
        str | None,
        typer.Option(
            envvar=SECRET_VARIABLE,
            help="The secret that signs the webhooks. Others can see it here: better use the variable.",
        ),
    ] = None,
    webhook_version: Annotated[
        str,
        typer.Option(
            "--api-version",
            help="The version of the webhooks: YYYY-MM, newest, or legacy: no version header. The API is "
            "served in every version.",
        ),
    ] = "newest",
    _old_version: Annotated[
        str | None, typer.Option("--webhook-version", hidden=True, callback=refuse_old_spelling)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Serve a mock of the API, with state in memory. Stop it with Ctrl-C."""
    if not speed > 0:
        raise typer.BadParameter("must be above 0", param_hint="--speed")
    if secret is not None and (not secret or len(key or ()) != 1):
        raise typer.BadParameter("needs exactly one --key, and must not be empty", param_hint="--secret")
    mock = _mock(speed, seed, key, secret, enforce_limits=enforce_limits)
    for target in webhook or ():
        _add_webhook(mock, target, webhook_secret, webhook_version)
    listener = _listener(host, port)
    if not quiet:
        url = _url(host, listener.getsockname()[1])
        typer.echo(_greeting(mock, url, "any-key" if key is None else "YOUR-KEY", signed=secret is not None))
    # Ctrl-C is the way to stop, so it is not a failure.
    with suppress(KeyboardInterrupt):
        _server(mock).run(sockets=[listener])


def _mock(
    speed: float, seed: int, keys: list[str] | None, secret: str | None, *, enforce_limits: bool
) -> Mock:
    try:
        import uvicorn as _needed  # noqa: F401

        from aftership_tracking.mock import Mock, MockKey, SystemClock
    except ImportError:
        stop(f"The mock needs more packages: {INSTALL.format(extras='cli,mock')}", MISSING_PACKAGE)
    accepted = keys if secret is None else {name: MockKey("aes", secret) for name in keys or ()}
    try:
        return Mock(keys=accepted, clock=SystemClock(speed), seed=seed, enforce_limits=enforce_limits)
    except ValueError as error:
        stop(f"The mock cannot start: {error}.")


def _add_webhook(mock: Mock, url: str, secret: str | None, version: str) -> None:
    if secret is None:
        raise typer.BadParameter(
            f"is needed to sign; or set {SECRET_VARIABLE}", param_hint="--webhook-secret"
        )
    try:
        mock.webhooks.add(url, secret=secret, version=None if version == LEGACY else version)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--webhook") from None


def _listener(host: str, port: int) -> socket.socket:
    """Open the port first, so that the greeting shows a port that works, with its real number."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
        )
    except OSError as error:
        # The library adds the address, which the message has already.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        stop(f"Port {port} of {host} cannot be used: {reason}. Try --port 0 for a free one.")


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _greeting(mock: Mock, url: str, key: str, *, signed: bool) -> str:
    newest = mock.versions[-1]
    targets = "".join(
        f"\nWebhooks go to {mask_url(each.url)} in version {each.version or LEGACY}."
        for each in mock.webhooks.endpoints
    )
    about = f"Mock of the AfterShip Tracking API at {url} with {', '.join(mock.versions)}."
    if signed:
        return f"{about} Requests have to be signed: auth='aes'.{targets}"
    return f"{about} Try:\n  curl -H 'as-api-key: {key}' {url}/tracking/{newest}/couriers{targets}"


def _server(mock: Mock) -> uvicorn.Server:
    import uvicorn

    # `auto` uses uvloop and httptools if they are installed.
    return uvicorn.Server(
        uvicorn.Config(
            mock,
            loop="auto",
            http="auto",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=2,
        )
    )
