"""The certificates that connections trust: those of certifi, or what the environment names.

httpx reads the same variables, but some of its versions ignore a file that is missing, and none says which
variable is wrong.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from aftership_tracking.errors import UsageError

__all__ = ["HINT", "KEY_LOG_REFUSED", "is_of_key_log", "read_certificates"]

HINT = "Correct the variable, or unset it."


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
            wrong = "cannot be read" if isinstance(error, PermissionError) else "contains no certificates"
            of_key_log = is_of_key_log(error)
        # Raised outside of the handler, so that the error has no context.
        if of_key_log:
            raise UsageError(KEY_LOG_REFUSED, hint=HINT)
    raise UsageError(
        f"{variable} names certificates at {value!a}, and that {wrong}",
        hint=HINT,
    )


KEY_LOG_REFUSED = "SSLKEYLOGFILE names a file that cannot be written"


def is_of_key_log(error: Exception) -> bool:
    """Whether Python's ssl could not open the file of SSLKEYLOGFILE, which it reads by itself."""
    # Errors of the certificates have no file name.
    file = getattr(error, "filename", None)
    return file is not None and file == os.environ.get("SSLKEYLOGFILE")
