"""`aftership mock`: serves the mock on a port until it is stopped."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from aftership_tracking.cli import INSTALL, MISSING_PACKAGE

if TYPE_CHECKING:
    import uvicorn

    from aftership_tracking.mock import Mock

FAILED = 1
DEFAULT_PORT = 4010


def run(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    speed: Annotated[float, typer.Option(help="How many times faster than real the parcels move.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Decides ids, places and predicted dates.")] = 1,
    key: Annotated[
        list[str] | None, typer.Option(help="An API key to accept; may be repeated. Default: any key.")
    ] = None,
    enforce_limits: Annotated[
        bool, typer.Option("--enforce-limits/--no-enforce-limits", help="Answer 429 beyond the rate limit.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Serve a mock of the API, with state in memory. Stop it with Ctrl-C."""
    if not speed > 0:
        raise typer.BadParameter("must be above 0", param_hint="--speed")
    mock = _mock(speed, seed, key, enforce_limits=enforce_limits)
    listener = _listener(host, port)
    if not quiet:
        typer.echo(
            _greeting(mock, _url(host, listener.getsockname()[1]), "any-key" if key is None else "YOUR-KEY")
        )
    # Ctrl-C is the way to stop, so it is no failure.
    with suppress(KeyboardInterrupt):
        _server(mock).run(sockets=[listener])


def _mock(speed: float, seed: int, keys: list[str] | None, *, enforce_limits: bool) -> Mock:
    try:
        import uvicorn as _needed  # noqa: F401

        from aftership_tracking.mock import Mock, SystemClock
    except ImportError:
        _stop(f"The mock needs more packages: {INSTALL.format(extras='cli,mock')}", MISSING_PACKAGE)
    try:
        return Mock(keys=keys, clock=SystemClock(speed), seed=seed, enforce_limits=enforce_limits)
    except ValueError as error:
        _stop(f"The mock cannot start: {error}.", FAILED)


def _listener(host: str, port: int) -> socket.socket:
    """Take the port before anything is promised; the real number is known from here on."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
        )
    except OSError as error:
        # The library adds the address, which the sentence has already.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        _stop(f"Port {port} of {host} cannot be used: {reason}. Try --port 0 for a free one.", FAILED)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _greeting(mock: Mock, url: str, key: str) -> str:
    newest = mock.versions[-1]
    return (
        f"Mock of the AfterShip Tracking API at {url} with {', '.join(mock.versions)}. Try:\n"
        f"  curl -H 'as-api-key: {key}' {url}/tracking/{newest}/couriers"
    )


def _server(mock: Mock) -> uvicorn.Server:
    import uvicorn

    # `auto` takes uvloop and httptools when they are installed.
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


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
