"""`aftership webhook verify` and `doctor`: is this delivery genuine, and if not, why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aftership_tracking.cli.webhook_inputs import (
    FAILED,
    HeaderOption,
    HeadersFile,
    Json,
    SecretEnv,
    SecretFile,
    SecretText,
    body_of,
    headers_of,
    secrets_of,
    summary,
    write,
    write_json,
)

BodyFile = Annotated[
    Path, typer.Argument(metavar="BODY-FILE", help="The exact bytes of the body. - is standard input.")
]


def verify(
    body_file: BodyFile,
    header: HeaderOption = None,
    headers_file: HeadersFile = None,
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    json: Json = False,
) -> None:
    """Check the signature of a delivery.

    Exit code 0 if it is right, 1 if not.
    The header aftership-hmac-sha256 is needed, by --header or --headers-file.
    """
    from aftership_tracking.webhooks import Verifier, WebhookError

    secrets = secrets_of(secret_file, secret_env, secret)
    headers, body = headers_of(header, headers_file), body_of(body_file)
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
    about = summary(body)
    if json:
        write_json({"valid": True, "secret_index": verified.secret_index, **about})
        return
    write(f"genuine: signed with secret {verified.secret_index + 1} of {len(secrets)}")
    for name, value in about.items():
        if value is not None:
            write(f"  {name}: {value}")


def doctor(
    body_file: BodyFile,
    header: HeaderOption = None,
    headers_file: HeadersFile = None,
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret: SecretText = None,
    json: Json = False,
) -> None:
    """Find out why a delivery is refused.

    Exit code 0 if it is genuine, 1 if not.
    Give it what the receiver got: all headers, the exact bytes of the body, and the secret.
    """
    from aftership_tracking.webhooks import Verifier, WebhookError, diagnose

    secrets = secrets_of(secret_file, secret_env, secret)
    headers, body = headers_of(header, headers_file), body_of(body_file)
    try:
        Verifier(secrets).verify(body, headers)
        is_genuine = True
    except WebhookError:
        is_genuine = False
    findings = diagnose(body, headers, secrets)
    if json:
        listed = [finding._asdict() for finding in findings]
        write_json({"valid": is_genuine, "findings": listed, **summary(body)})
    else:
        write("The delivery is genuine." if is_genuine else "The delivery is refused.")
        for finding in findings:
            write(f"- {finding.text}{'' if finding.is_certain else ' (likely)'}")
            write(f"  {finding.cure}")
        if not findings and not is_genuine:
            write("- no known cause fits: compare the secret with the settings, letter by letter")
    if not is_genuine:
        raise typer.Exit(FAILED)
