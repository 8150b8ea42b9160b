"""`aftership mock`: serves the mock on a port until it is stopped."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aftership_tracking.cli.exit_codes import INSTALL, MISSING_PACKAGE
from aftership_tracking.cli.output import stop, write_json
from aftership_tracking.cli.traffic import (
    BaseUrl,
    CheckTraffic,
    Format,
    OldVersion,
    Output,
    ReportFormat,
    run_instead_of_serving,
)
from aftership_tracking.cli.webhook.inputs import LEGACY, SECRET_VARIABLE, refuse_old_spelling
from aftership_tracking.webhooks.sending.sender import mask_url

if TYPE_CHECKING:
    from aftership_tracking.mock import Mock
    from aftership_tracking.mock.serving.start import StartError

# As in `mock.serving.start` and `mock.wire.asgi`, which are not imported for --help; a test compares them.
DEFAULT_PORT = 4010
TOKEN_VARIABLE = "AFTERSHIP_MOCK_TOKEN"  # noqa: S105 - the name of a variable
DEFAULT_READ_TIMEOUT = 30.0
MOST_SEEDS = 1_000_000


def run(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    speed: Annotated[
        float, typer.Option(help="How many times faster than in reality the parcels move.")
    ] = 1.0,
    seed: Annotated[
        int | None,
        typer.Option(help="Decides ids, locations and predicted dates. Default: another one in each run."),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="An API key to accept; may be repeated. Default: any key.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(help="The secret of the only --key. Its requests then have to be signed (AES)."),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(
            help="PEM file, the RSA public key of the only --key. Its requests have to be signed (RSA).",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    tolerant_signatures: Annotated[
        bool,
        typer.Option(
            "--tolerant-signatures", help="Accept signatures as official clients make them, with a hint."
        ),
    ] = False,
    mode: Annotated[
        str,
        typer.Option(help="documented refuses what the documents refuse; lenient takes it and gives a hint."),
    ] = "documented",
    assumed_code: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=CODE",
            help="The code of a refusal for which none is documented, as content-type=415; may be repeated.",
        ),
    ] = None,
    hints_in_body: Annotated[
        bool,
        typer.Option("--hints-in-body", help="Write hints into JSON bodies too, as mock_hints."),
    ] = False,
    legacy: Annotated[
        str | None, typer.Option(help="v4: also serve /v4/, as 2024-01, for programs that have yet to move.")
    ] = None,
    enforce_limits: Annotated[
        bool,
        typer.Option("--enforce-limits/--no-enforce-limits", help="Respond with 429 beyond the rate limit."),
    ] = False,
    read_timeout: Annotated[
        float, typer.Option(help="Seconds that a request may take to arrive; then it gets a 408.")
    ] = DEFAULT_READ_TIMEOUT,
    lifecycle: Annotated[
        Path | None,
        typer.Option(help="A lifecycle file (TOML): how parcels move that are not test numbers."),
    ] = None,
    courier: Annotated[
        list[str] | None,
        typer.Option(
            help="Slugs of the couriers that every account has activated, with commas between; may be "
            "repeated. Unknown ones are new couriers. Default: 281 well-known ones."
        ),
    ] = None,
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
            "served in every version. With --check-traffic: the version that judges.",
        ),
    ] = "newest",
    _old_version: Annotated[
        str | None, typer.Option("--webhook-version", hidden=True, callback=refuse_old_spelling)
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="Clock, trackings, faults and webhooks to begin with: a TOML or JSON file."),
    ] = None,
    oauth: Annotated[
        Path | None,
        typer.Option(help="Partner apps and merchants that may consent to them: a TOML, YAML or JSON file."),
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(help="The state to begin with: a response of GET /_mock/snapshot.")
    ] = None,
    control_token: Annotated[
        str | None,
        typer.Option(
            envvar=TOKEN_VARIABLE,
            help="What callers of /_mock/ have to send. Others can see it here: better use the variable.",
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A name that the mock may be called by, besides localhost; may be repeated."),
    ] = None,
    cors: Annotated[
        bool, typer.Option("--cors", help="Let pages of any site call the API, but never /_mock/.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON when the mock is ready.")
    ] = False,
    ready_file: Annotated[
        Path | None,
        typer.Option(help="A file for the same line: it is there, whole, while the mock serves."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    check_traffic: CheckTraffic = None,
    _version: OldVersion = None,
    base_url: BaseUrl = None,
    report_format: Format = ReportFormat.text,
    output: Output = None,
) -> None:
    """Serve a mock of the API, with state in memory. Stop it with Ctrl-C."""
    if run_instead_of_serving(context, check_traffic, webhook_version, base_url, report_format, output):
        return
    for name, number in (("--speed", speed), ("--read-timeout", read_timeout)):
        if not 0 < number < float("inf"):
            raise typer.BadParameter("must be a number above 0", param_hint=name)
    if secret is not None and (not secret or len(key or ()) != 1):
        raise typer.BadParameter("needs exactly one --key, and must not be empty", param_hint="--secret")
    if public_key is not None and (secret is not None or len(key or ()) != 1):
        raise typer.BadParameter("needs exactly one --key, and no --secret", param_hint="--public-key")
    # A receiver remembers the events of the last run, so their ids must not come again.
    drawn = secrets.randbelow(MOST_SEEDS) if seed is None else seed
    mock = _mock(
        speed,
        drawn,
        key,
        secret,
        public_key,
        enforce_limits=enforce_limits,
        oauth=oauth,
        lifecycle=lifecycle,
        couriers=courier and [slug.strip() for part in courier for slug in part.split(",")],
        tolerant_signatures=tolerant_signatures,
        mode=mode,
        assumed_codes=_read_codes(assumed_code or ()),
        hints_in_body=hints_in_body,
        legacy=legacy,
        control_token=control_token,
        hosts=[host, *(allow_host or ())],
        cors=cors,
        read_timeout=read_timeout,
    )
    # Only now: without the extra `mock` it cannot be imported, and `_mock` has said so.
    from aftership_tracking.mock.serving import start
    from aftership_tracking.mock.serving.hint_lines import print_hints

    with _refusals(start.StartError), ExitStack() as opened:
        start.check_address(host, control_token)
        start.prepare(mock, snapshot, config)
        for target in webhook or ():
            _add_webhook(mock, target, webhook_secret, webhook_version)
        listener = opened.enter_context(start.open_listener(host, port))
        url = start.url_of(host, listener)
        known = start.ready(mock, url)
        opened.enter_context(start.ready_file(ready_file, known))
        if as_json:
            write_json(known)
        elif not quiet:
            signed = "aes" if secret is not None else "rsa" if public_key is not None else None
            typer.echo(_greeting(mock, url, "any-key" if key is None else "YOUR-KEY", signed=signed))
            typer.echo(start.console_line(url))
        if not quiet:
            if seed is None and not as_json:
                typer.echo(f"For the same ids in another run: --seed {drawn}")
            print_hints()
        start.serve(mock, listener)


@contextmanager
def _refusals(kind: type[StartError]) -> Iterator[None]:
    """Say why the mock cannot be served, as this command does."""
    try:
        yield
    except kind as error:
        if error.option is not None:
            raise typer.BadParameter(str(error), param_hint=error.option) from None
        stop(str(error))


def _read_codes(texts: Iterable[str]) -> dict[str, int]:
    found = {}
    for text in texts:
        name, _, code = text.partition("=")
        if not (code.isascii() and code.isdecimal()):
            raise typer.BadParameter(f"must be NAME=CODE, not {text!r}", param_hint="--assumed-code")
        found[name] = int(code)
    return found


def _mock(
    speed: float,
    seed: int,
    keys: list[str] | None,
    secret: str | None,
    public_key: Path | None,
    *,
    oauth: Path | None,
    **options: Any,
) -> Mock:
    try:
        import httptools as _parser  # noqa: F401
        import uvicorn as _server  # noqa: F401

        from aftership_tracking.mock import Mock, MockKey, SystemClock
        from aftership_tracking.mock.serving import start
    except ImportError:
        stop(f"The mock needs more packages: {INSTALL.format(extras='cli,mock')}", MISSING_PACKAGE)
    with _refusals(start.StartError):
        tokens = start.read_apps(oauth)
    accepted: Any = keys
    try:
        if secret is not None:
            accepted = {name: MockKey("aes", secret) for name in keys or ()}
        elif public_key is not None:
            pem = public_key.read_text("ascii")
            accepted = {name: MockKey("rsa", public_key=pem) for name in keys or ()}
        return Mock(keys=accepted, clock=SystemClock(speed), seed=seed, tokens=tokens, **options)
    except ImportError:
        stop(f"RSA keys need one more package: {INSTALL.format(extras='rsa')}", MISSING_PACKAGE)
    except (ValueError, OSError) as error:
        stop(str(start.cannot_start(str(error))))


def _add_webhook(mock: Mock, url: str, secret: str | None, version: str) -> None:
    if secret is None:
        raise typer.BadParameter(
            f"is needed to sign; or set {SECRET_VARIABLE}", param_hint="--webhook-secret"
        )
    try:
        mock.webhooks.add(url, secret=secret, version=None if version == LEGACY else version)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--webhook") from None


def _greeting(mock: Mock, url: str, key: str, *, signed: str | None) -> str:
    newest = mock.versions[-1]
    targets = "".join(
        f"\nWebhooks go to {mask_url(each.url)} in version {each.version or LEGACY}."
        for each in mock.webhooks.endpoints
    )
    if mock.oauth.has_apps:
        targets += f"\nPartner apps: {', '.join(mock.oauth.apps)}. Install them at {url}/_mock/console/oauth"
    about = f"Mock of the AfterShip Tracking API at {url} with {', '.join(mock.versions)}."
    if signed is not None:
        return f"{about} Requests have to be signed: auth='{signed}'.{targets}"
    return (
        f"{about} Try:\n  curl -H 'as-api-key: {key}' '{url}/tracking/{newest}/couriers?slug=usps'{targets}"
    )
