"""`aftership sign`: the string that is signed, and the signature, for people who sign in another language."""

from __future__ import annotations

import hashlib
import sys
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from aftership_tracking.cli.calls import api_request
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.output import CommandError, remark
from aftership_tracking.cli.results import write_object
from aftership_tracking.cli.settings.connection import resolve
from aftership_tracking.cli.settings.secrets import mask
from aftership_tracking.cli.shared_options import connection_options, output_options

JSON_CONTENT = "application/json"


def run(
    context: typer.Context,
    method: Annotated[str, typer.Argument(metavar="METHOD", help="GET, POST, PUT, PATCH or DELETE.")],
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="As it is sent, such as /tracking/2026-07/couriers.")
    ],
    query: Annotated[
        list[str] | None, typer.Option("--query", "-q", metavar="NAME=TEXT", help="A parameter of the query.")
    ] = None,
    body_file: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE", help="The body, byte for byte; - is standard input."),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option("--header", "-H", metavar="LINE", help="A header that begins with as-."),
    ] = None,
    content_type: Annotated[str, typer.Option(help="The content type of the body.")] = JSON_CONTENT,
    date: Annotated[
        str | None, typer.Option(help="The date, as 'Mon, 30 Nov 2026 12:00:00 GMT'. Default: now.")
    ] = None,
) -> None:
    """Print what is signed, and its signature (AES, which is HMAC-SHA256, or RSA). Nothing is sent.

    The key and the secret come from the settings, `auth` too: aes, unless they say rsa.
    """
    output = output_options(context)
    connection = resolve(connection_options(context), signs=True)
    key, secret = connection.require_key(), connection.require_secret()
    verb, target = method.upper(), api_request.read_target(path)
    version = target.version or connection.version.value
    from aftership_tracking.runtime.auth.signing import HmacSignature, RsaSignature, sign_string
    from aftership_tracking.runtime.operation import Path as Segment
    from aftership_tracking.runtime.secret import Secret
    from aftership_tracking.runtime.wire.headers import Headers
    from aftership_tracking.runtime.wire.path_segments import encode_segment
    from aftership_tracking.runtime.wire.query import build_query
    from aftership_tracking.runtime.wire.request import Request

    parts = [encode_segment(Segment("path"), segment) for segment in target.segments]
    pairs = {**target.query, **api_request.merge_query(api_request.read_pairs(query, "-q"))}
    text = build_query(pairs)
    url = f"{connection.base_url.value}/tracking/{version}/{'/'.join(parts)}{'?' if text else ''}{text}"
    headers = {name.lower(): value for name, value in api_request.read_headers(header).items()}
    body = b"" if body_file is None else _read(body_file)
    if body:
        headers["content-type"] = content_type
    request = Request(verb, url, Headers(headers.items()), body)
    at = _seconds(date)
    maker = RsaSignature if connection.auth.value == "rsa" else HmacSignature
    signed = maker(Secret(key), Secret(secret), lambda: at).sign(request)
    name = next(each for each in signed.headers if each.startswith("as-signature-"))
    masked = signed.headers.with_values({"as-api-key": mask(key)})
    shown = sign_string(signed._replace(headers=masked))
    found: dict[str, Any] = {
        "sign_string": shown,
        "content_md5": hashlib.md5(body, usedforsecurity=False).hexdigest().upper() if body else "",
        "date": signed.headers["date"],
        "header": name,
        "signature": signed.headers[name],
    }
    if output.as_json or output.as_ndjson or output.fields:
        write_object(found, output)
        return
    typer.echo(shown)
    typer.echo("")
    typer.echo(f"date: {found['date']}")
    typer.echo(f"{name}: {found['signature']}")
    remark("The key is masked in the string; the signature was made with the whole key.")


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.", USAGE) from None


def _seconds(date: str | None) -> float:
    if date is None:
        return time.time()
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        raise typer.BadParameter(
            "must be written as in HTTP: Mon, 30 Nov 2026 12:00:00 GMT", param_hint="--date"
        ) from None
