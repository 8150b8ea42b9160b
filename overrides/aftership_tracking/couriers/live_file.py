"""The list of couriers that an account got, in a file. It holds no secret."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aftership_tracking import documents
from aftership_tracking.couriers.records import Source
from aftership_tracking.errors import StorageError, UsageError
from aftership_tracking.recipes.atomic_file import replace_file
from aftership_tracking.runtime.storage.trouble import check_path, reported_errors

__all__ = ["LIVE", "LiveList", "default_file", "read_file", "write_file"]

FORMAT = 1
LIVE = "live"
_WHAT = "the list of couriers"
_RECORD = ("slug", "name", "other_name", "phone", "web_url", "default_language")


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveList:
    """The list of an account."""

    source: Source
    version: str
    """The API version whose names the records have."""
    couriers: tuple[Mapping[str, Any], ...]
    active: frozenset[str] | None
    """The slugs that the account has activated. None: the records say it, or nothing does."""


def default_file(name: str = "default") -> Path:
    """Return where a live list is stored: a folder of the user for what can be fetched again.

    Args:
        name: Distinguishes accounts. The command line takes the name of the profile.
    Raises: UsageError for a name that is not made of letters, digits, `.`, `_` and `-`.
    """
    if re.fullmatch(r"[\w-][\w.-]*", name) is None:
        raise UsageError(f"{name!r} is not a name for a file", hint="Take letters, digits, . _ and -.")
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    else:
        folder = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(folder).expanduser() / "aftership" / f"couriers-{name}.json"


def write_file(live: LiveList, file: str | os.PathLike[str] | None) -> None:
    """Store a list; the file appears whole or not at all. Raises UsageError and StorageError."""
    content = {
        "format": FORMAT,
        "seen": live.source.seen,
        "service": live.source.what,
        "version": live.version,
        "active": None if live.active is None else sorted(live.active),
        "couriers": live.couriers,
    }
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    with reported_errors(f"{_WHAT} {os.fspath(file or default_file())!r}"):
        if file is None:
            default_file().parent.mkdir(parents=True, exist_ok=True)
        replace_file(check_path(file or default_file(), _WHAT), data)


def read_file(file: str | os.PathLike[str] | None) -> LiveList | None:
    """Return a stored list. None: the default file is not there. Raises UsageError for another that is not
    there, and StorageError for what is not a list of couriers.
    """
    path = default_file() if file is None else check_path(file, _WHAT)
    named = f"{_WHAT} {str(path)!r}"
    try:
        with reported_errors(named):
            data = path.read_bytes()
    except StorageError as error:
        if not isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            raise
        if file is None:
            return None
        raise UsageError(
            f"there is no file {str(path)!r}", hint="couriers.sync(client, FILE) makes it."
        ) from None
    try:
        return _read(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(
            f"{named} is damaged, or not one of this package.", hint="Delete it, and sync again."
        ) from error


def _read(content: Mapping[str, Any]) -> LiveList:
    if content["format"] != FORMAT or content["version"] not in documents.versions():
        raise ValueError("written by another release")
    couriers = tuple(content["couriers"])
    for record in couriers:
        if not isinstance(record["slug"], str):
            raise TypeError("a slug is not a string")
        if any(not isinstance(record.get(name), str | None) for name in _RECORD):
            raise TypeError("a field is not a string")
    active = content["active"]
    return LiveList(
        source=Source(seen=str(content["seen"]), confidence=LIVE, what=str(content["service"])),
        version=content["version"],
        couriers=couriers,
        active=None if active is None else frozenset(active),
    )
