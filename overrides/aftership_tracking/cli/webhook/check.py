"""`aftership webhook verify` and `doctor`: whether a delivery is genuine, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import remark, write, write_json
from aftership_tracking.cli.webhook.inputs import (
    HeaderOption,
    HeadersFile,
    Json,
    Pairs,
    SecretEnv,
    SecretFile,
    SecretText,
    read_body,
    read_headers,
    read_secrets,
    summarize,
)
from aftership_tracking.cli.webhook.recording import find_recorded

if TYPE_CHECKING:
    from aftership_tracking.webhooks import Finding

BodyFile = Annotated[
    Path,
    typer.Argument(
        metavar="BODY-FILE",
        help="The exact bytes of the body, or a recording of `listen --record`. - is standard input.",
    ),
]
Number = Annotated[
    int | None,
    typer.Option("--number", help="Which delivery of a recording, from 1. Default: the last.", min=1),
]


def verify(
    body_file: BodyFile,
    header: HeaderOption = None,
    headers_file: HeadersFile = None,
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    number: Number = None,
    json: Json = False,
) -> None:
    """Check the signature of a delivery.

    Exit code 0 if it is right, 1 if not.
    The header aftership-hmac-sha256 is needed, with --header or --headers-file.
    """
    from aftership_tracking.webhooks import Verifier, WebhookError

    secrets = read_secrets(secret_file, secret_env, secret, says_removed=True)
    headers, body = read_delivery(body_file, read_headers(header, headers_file), number)
    try:
        verified = Verifier(secrets).verify(body, headers)
    except WebhookError as error:
        if json:
            write_json(
                {"valid": False, "error": type(error).__name__, "message": error.message, "hint": error.hint}
            )
        else:
            write(f"refused: {error.message}")
            write("`aftership webhook doctor` with the same arguments looks for the cause.")
        raise typer.Exit(FAILED) from None
    summary = summarize(body)
    if json:
        write_json({"valid": True, "secret_index": verified.secret_index, **summary})
        return
    write(f"genuine: signed with secret {verified.secret_index + 1} of {len(secrets)}")
    for name, value in summary.items():
        if value is not None:
            write(f"  {name}: {value}")


def doctor(
    body_file: BodyFile,
    computed: Annotated[
        str | None,
        typer.Option(help="The digest that your program computed: says what the program does differently."),
    ] = None,
    header: HeaderOption = None,
    headers_file: HeadersFile = None,
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    number: Number = None,
    json: Json = False,
) -> None:
    """Find out why a delivery is refused.

    Exit code 0 if it is genuine, 1 if not.
    Pass what the receiver got: all headers, the exact bytes of the body, and the secret.
    """
    secrets = read_secrets(secret_file, secret_env, secret, says_removed=True)
    given = None if header is None and headers_file is None else read_headers(header, headers_file)
    headers, body = read_delivery(body_file, given, number)
    report_delivery(body, headers, secrets, computed=computed, as_json=json)


def read_delivery(file: Path, headers: Pairs | None, number: int | None) -> tuple[Pairs, bytes]:
    """Return headers and body: the body is the file, or both are in the recording that the file is.

    Args:
        file: a body or a recording.
        headers: those of the options; None: a body without them is refused.
        number: which delivery of a recording, from 1. None: the last.
    """
    data = read_body(file)
    try:
        recorded = find_recorded(data)
    except ValueError as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="BODY-FILE") from None
    if recorded is None:
        if number is not None:
            raise typer.BadParameter(
                f"{file} is not a recording of `aftership webhook listen --record`", param_hint="--number"
            )
        if not data and headers is None:
            raise typer.BadParameter(f"{file} is empty", param_hint="BODY-FILE")
        if headers is None:
            raise typer.BadParameter(
                f"{file} is not a recording of `aftership webhook listen --record`; with a body, give its "
                "headers with --headers-file or --header",
                param_hint="BODY-FILE",
            )
        return headers, data
    if headers:
        raise typer.BadParameter(
            f"{file} is a recording, and has the headers: leave these options out",
            param_hint="--headers-file, --header",
        )
    if number is None:
        number = len(recorded)
    if number > len(recorded):
        raise typer.BadParameter(f"{file} has {len(recorded)}, not {number}", param_hint="--number")
    chosen = recorded[number - 1]
    remark(f"Delivery {number} of {len(recorded)}, received {chosen.at:%Y-%m-%d %H:%M:%S}.")
    return list(chosen.headers), chosen.body


def report_delivery(
    body: bytes, headers: Pairs, secrets: list[str], *, computed: str | None, as_json: bool
) -> None:
    """Print why a delivery is refused. Raises Exit if it is."""
    from aftership_tracking.webhooks import Verifier, WebhookError, diagnose

    try:
        Verifier(secrets).verify(body, headers)
        is_genuine = True
    except WebhookError:
        is_genuine = False
    findings = diagnose(body, headers, secrets, computed=computed)
    if as_json:
        write_json(findings_as_json(findings, is_genuine, **summarize(body)))
    else:
        write("The delivery is genuine." if is_genuine else "The delivery is refused.")
        write_findings(findings)
        if not findings and not is_genuine:
            write("- no known cause fits: compare the secret with the settings, letter by letter")
        if is_genuine and computed is None:
            write("If your program refuses it, give the digest that it computed, with --computed.")
    if not is_genuine:
        raise typer.Exit(FAILED)


def write_findings(findings: Sequence[Finding]) -> None:
    """Write findings for people."""
    for finding in findings:
        write(f"- {finding.text}{'' if finding.is_certain else ' (likely)'}")
        write(f"  {finding.hint}")


def findings_as_json(findings: Sequence[Finding], is_valid: bool, **more: Any) -> dict[str, Any]:
    """Return findings for programs."""
    return {"valid": is_valid, "findings": [_to_json(finding) for finding in findings], **more}


def _to_json(finding: Finding) -> dict[str, Any]:
    # Programs read these names, so `cure` stays.
    return {
        "code": finding.code,
        "text": finding.text,
        "cure": finding.hint,
        "is_certain": finding.is_certain,
    }
