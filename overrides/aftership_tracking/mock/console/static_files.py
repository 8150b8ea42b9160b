"""Serves the style sheets and scripts of the pages: files of the package, and nothing else."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from aftership_tracking.mock.console.rendering import ROOMS

KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
}


@cache
def read_static(room: str, name: str) -> tuple[bytes, str] | None:
    """Return a static file of a folder of the mock with its type; None if there is none."""
    kind = KINDS.get(name.rpartition(".")[2])
    if room not in ROOMS or kind is None:
        return None
    # A name is compared with what is there, and never becomes a path.
    for file in files(f"aftership_tracking.mock.{room}").joinpath("static").iterdir():
        if file.name == name:
            return file.read_bytes(), kind
    return None


@cache
def static_path(room: str, name: str) -> str:
    """Return the path of a static file below `/_mock/`. It changes with the content: browsers may store it.

    Raises:
        LookupError: there is no such file.
    """
    found = read_static(room, name)
    if found is None:
        raise LookupError(f"{room} has no static file {name}")
    return f"{room}/static/{hashlib.sha256(found[0]).hexdigest()[:12]}/{name}"
