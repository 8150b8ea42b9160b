"""The certificates that connections trust: those of certifi, or what the environment names.

httpx reads the same variables, but some of its versions ignore a file that is missing, and none says which
variable is wrong.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import NoReturn

from aftership_tracking.errors import UsageError

__all__ = ["read_certificates", "refuse_key_log"]


def read_certificates() -> ssl.SSLContext | bool:
    """Return what `verify` of a transport of httpx should be; True means the certificates of certifi.

    Raises UsageError if a variable names certificates that cannot be read.
    """
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        return _load("SSL_CERT_FILE", file, Path(file).is_file(), cafile=file)
    if folders:
        exists = any(Path(folder).is_dir() for folder in folders.split(os.pathsep) if folder)
        return _load("SSL_CERT_DIR", folders, exists, capath=folders)
    return True


def _load(variable: str, value: str, exists: bool, **source: str) -> ssl.SSLContext:
    wrong = "does not exist"
    if exists:
        try:
            return ssl.create_default_context(**source)  # type: ignore[arg-type]
        except (OSError, ValueError) as error:
            # Errors of the certificates have no file name; the one of the key log has.
            if getattr(error, "filename", None) == os.environ.get("SSLKEYLOGFILE", ""):
                refuse_key_log()
            wrong = "cannot be read" if isinstance(error, PermissionError) else "contains no certificates"
    raise UsageError(
        f"{variable} names certificates at {value!a}, and that {wrong}",
        hint="Correct the variable, or unset it to trust the certificates of certifi.",
    )


def refuse_key_log() -> NoReturn:
    """Raise the UsageError for an SSLKEYLOGFILE that cannot be written."""
    raise UsageError(
        "SSLKEYLOGFILE names a file that cannot be written", hint="Correct the variable, or unset it."
    )
