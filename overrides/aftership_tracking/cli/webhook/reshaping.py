"""Changes a delivery on its way: the shape of another version, and a signature with another secret.

The sender's signature covers the bytes that came. So what is changed is signed again, and only what was
verified before: otherwise a forged delivery would leave with a genuine signature.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from aftership_tracking.cli.webhook.inputs import is_utf8, read_text
from aftership_tracking.cli.webhook.recording import ReceivedRequest
from aftership_tracking.webhooks.signature import HEADER, VERSION_HEADER, sign

if TYPE_CHECKING:
    from aftership_tracking.webhooks import Event

__all__ = ["ApiVersion", "ForwardSecretEnv", "ForwardSecretFile", "Reshaped", "Reshaping", "read_reshaping"]

ApiVersion = Annotated[
    str | None,
    typer.Option(
        "--api-version", help="Pass events on in the shape of this version: YYYY-MM. Needs a forward secret."
    ),
]
ForwardSecretFile = Annotated[
    Path | None,
    typer.Option("--forward-secret-file", help="A file with the secret that signs what is passed on."),
]
ForwardSecretEnv = Annotated[
    str | None,
    typer.Option("--forward-secret-env", help="A variable with the secret that signs what is passed on."),
]


class Reshaped(NamedTuple):
    """What is passed on, and the paths of what the other version cannot hold."""

    request: ReceivedRequest
    lost: tuple[str, ...] = ()


class Reshaping:
    """Changes deliveries that were verified.

    Args:
        version: the shape of what is passed on. None: the bytes stay as they came.
        secret: signs what is passed on. It is never shown.
    """

    def __init__(self, version: str | None, secret: str) -> None:
        self._version = version
        self._secret = secret

    def apply(self, request: ReceivedRequest, event: Event) -> Reshaped:
        """Return the delivery of this event in its new shape, with its new signature."""
        body, replaced = request.body, {HEADER}
        lost: tuple[str, ...] = ()
        headers: list[tuple[str, str]] = []
        if self._version is not None:
            shaped = event.as_version(self._version)
            if shaped.model_version != event.model_version:
                body = json.dumps(shaped.data, separators=(",", ":")).encode()
                lost = tuple(dict.fromkeys(loss.path for loss in shaped.lost if loss.what != "blank"))
            replaced.add(VERSION_HEADER)
            headers.append((VERSION_HEADER, self._version))
        headers.append((HEADER, sign(body, self._secret)))
        others = [(name, value) for name, value in request.headers if name.lower() not in replaced]
        return Reshaped(request._replace(headers=(*others, *headers), body=body), lost)


def read_reshaping(version: str | None, file: Path | None, variable: str | None) -> Reshaping | None:
    """Return what the three options ask for; None if none is given.

    Raises:
        typer.BadParameter: they do not fit together, or cannot be used.
    """
    if file is not None and variable is not None:
        raise typer.BadParameter(
            "give one of --forward-secret-file and --forward-secret-env", param_hint="forward secret"
        )
    if version is not None:
        from aftership_tracking import documents

        if version not in documents.versions():
            raise typer.BadParameter(
                f"must be one of {', '.join(documents.versions())}", param_hint="--api-version"
            )
    if file is None and variable is None:
        if version is not None:
            raise typer.BadParameter(
                "changes the bytes, so they have to be signed again: add --forward-secret-file or "
                "--forward-secret-env",
                param_hint="--api-version",
            )
        return None
    return Reshaping(version, _read_secret(file, variable))


def _read_secret(file: Path | None, variable: str | None) -> str:
    option = "--forward-secret-file" if file is not None else "--forward-secret-env"
    if file is not None:
        secret = read_text(file, option).rstrip("\r\n")
    elif variable in os.environ:
        secret = os.environ[variable or ""]
    else:
        raise typer.BadParameter(f"the variable {variable} is not set", param_hint=option)
    if not secret.strip() or not is_utf8(secret):
        raise typer.BadParameter("the secret is blank, or not UTF-8 text", param_hint=option)
    return secret
