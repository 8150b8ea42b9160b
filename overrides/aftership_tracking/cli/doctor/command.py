"""`aftership doctor signature`: why the signature of a request or of a webhook is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated

import typer

from aftership_tracking.cli.command_tree import PLAIN, Command
from aftership_tracking.cli.exit_codes import AUTH, FAILED, INSTALL, MISSING_PACKAGE
from aftership_tracking.cli.output import CommandError, write, write_json
from aftership_tracking.cli.settings.connection import resolve
from aftership_tracking.cli.settings.secrets import mask
from aftership_tracking.cli.shared_options import ConnectionOptions
from aftership_tracking.cli.webhook.check import (
    findings_as_json,
    read_delivery,
    report_delivery,
    write_findings,
)
from aftership_tracking.cli.webhook.inputs import (
    HeaderOption,
    HeadersFile,
    Json,
    Pairs,
    read_body,
    read_headers,
    read_secrets,
)

application = typer.Typer(help="Say why something does not work.", no_args_is_help=True, **PLAIN)

_RSA_HEADER = "as-signature-rsa-sha256"


@application.callback()
def _doctor() -> None:
    """Say why something does not work."""


@application.command("signature", cls=Command, short_help="Say why a signature is refused.")
def signature(
    method: Annotated[
        str | None, typer.Argument(metavar="METHOD", help="Of a request; without it: a webhook.")
    ] = None,
    url: Annotated[
        str | None, typer.Argument(metavar="URL", help="Its URL or its path, with the query, as it was sent.")
    ] = None,
    body_file: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE", help="The body, byte for byte; - is standard input."),
    ] = None,
    header: HeaderOption = None,
    headers_file: HeadersFile = None,
    computed: Annotated[
        str | None,
        typer.Option(metavar="DIGEST", help="Of a webhook: the digest that your program computed."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="When a request was received: 'Mon, 30 Nov 2026 12:00:00 GMT'. Default: now."
        ),
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="NAME", help="Whose key and secret a request has.")
    ] = None,
    json: Json = False,
) -> None:
    """Find out why the signature of a request or of a webhook is refused. Nothing is sent.

    Pass what was really sent: all headers, and the exact bytes of the body. The secret is never an argument:
    of a request it comes from the settings, of a webhook from AFTERSHIP_WEBHOOK_SECRET.

    Exit code 0: the signature is right. 1: it is not.
    """
    headers = read_headers(header, headers_file)
    if method is None:
        if body_file is None:
            raise typer.BadParameter(
                "is missing. Of a request, give METHOD and URL; of a webhook, its body", param_hint="--input"
            )
        if at is not None or profile is not None:
            raise typer.BadParameter("is for a request: give METHOD and URL", param_hint="--at, --profile")
        headers, body = read_delivery(body_file, headers, None)
        report_delivery(body, headers, read_secrets(None, None, None), computed=computed, as_json=json)
        return
    body = b"" if body_file is None else read_body(body_file)
    if url is None:
        raise typer.BadParameter("is missing: give METHOD and URL", param_hint="URL")
    if computed is not None:
        raise typer.BadParameter("is for a webhook: leave METHOD and URL out", param_hint="--computed")
    _report_request(method, url, headers, body, _read_time(at), profile, as_json=json)


def _report_request(
    method: str, url: str, headers: Pairs, body: bytes, now: datetime, profile: str | None, *, as_json: bool
) -> None:
    try:
        from aftership_tracking.cli.doctor.signed_request import SignedRequest, diagnose_request
        from aftership_tracking.mock.accounts.sign_string import sign_string
    except ImportError:
        raise CommandError(
            f"This needs more packages: {INSTALL.format(extras='cli,mock')}", MISSING_PACKAGE
        ) from None
    connection = resolve(ConnectionOptions(profile=profile), signs=True)
    key, secret = connection.require_key(), connection.require_secret()
    is_rsa = connection.auth.value == "rsa" or any(name.lower() == _RSA_HEADER for name, _ in headers)
    sent = SignedRequest(method=method, url=url, headers=headers, body=body)
    try:
        sent.as_received()
    except ValueError:
        # Not chained to the cause: a URL may hold a secret.
        raise typer.BadParameter("is not a URL or a path", param_hint="URL") from None
    public_key = _public_key(secret) if is_rsa else None
    findings = diagnose_request(sent, key, secret, public_key=public_key, now=now)
    # A key of the request that is not that of the settings is secret too.
    expected = str(sign_string(sent.as_received()))
    for value in {value.strip() for name, value in headers if name.lower() == "as-api-key"} - {""}:
        expected = expected.replace(value, mask(value))
    is_right = not any(finding.is_certain or finding.code == "wrong-secret" for finding in findings)
    if as_json:
        write_json(findings_as_json(findings, is_right, sign_string=expected))
    else:
        write("What has to be signed, with the key masked:")
        for line in expected.split("\n"):
            write(f"  {line}")
        write("The signature is right." if is_right else "The signature is refused.")
        write_findings(findings)
    if not is_right:
        raise typer.Exit(FAILED)


def _public_key(private_key: str) -> str:
    """The public key of a private one, as PEM. Raises CommandError."""
    try:
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            PublicFormat,
            load_pem_private_key,
        )
    except ImportError:
        raise CommandError(
            f"RSA needs one more package: {INSTALL.format(extras='rsa')}", MISSING_PACKAGE
        ) from None
    pem = None
    try:
        found = load_pem_private_key(private_key.replace("\\n", "\n").encode(), password=None)
        pem = found.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError):
        # The message of the library, and the frames of an error, may hold the key.
        pass
    if pem is None:
        raise CommandError(
            "The API secret of the settings is not an RSA private key as PEM, without a password.", AUTH
        )
    return pem.decode()


def _read_time(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        raise typer.BadParameter(
            "must be written as in HTTP: Mon, 30 Nov 2026 12:00:00 GMT", param_hint="--at"
        ) from None
