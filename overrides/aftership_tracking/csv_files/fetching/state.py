"""What is remembered between two runs: a small JSON file beside the fetched one."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aftership_tracking.csv_files.fetching.errors import FetchError
from aftership_tracking.recipes.atomic_file import replace_file


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchState:
    """The last content that was written."""

    sha256: str
    bytes: int
    source: str
    """Where it came from, without the query."""
    fetched_at: str
    """ISO 8601, in UTC."""


def state_path(target: Path) -> Path:
    """Where the state of a file is by default: beside it, hidden."""
    return target.with_name(f".{target.name}.fetched.json")


def read_state(path: Path) -> FetchState | None:
    """Return the state; None if there is no file. Raises FetchError if it cannot be used."""
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        # Of the second one, the fetched file says the same when it is written.
        return None
    except OSError as error:
        raise _broken(path, f"cannot be read: {error.strerror}") from None
    try:
        content = json.loads(raw)
        return _to_state(content)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _broken(path, "is not a state of csv fetch") from None


def _to_state(content: Any) -> FetchState:
    """Return the state. Raises ValueError, TypeError or KeyError for what another program has written."""
    values = {name: content[name] for name in FetchState.__dataclass_fields__}
    is_right = (
        re.fullmatch("[0-9a-f]{64}", values["sha256"])
        and type(values["bytes"]) is int
        and values["bytes"] >= 0
        and isinstance(values["source"], str)
        and datetime.fromisoformat(values["fetched_at"]).tzinfo
    )
    if not is_right:
        raise ValueError
    return FetchState(**values)


def write_state(path: Path, state: FetchState) -> None:
    """Write the state as a whole. Raises FetchError."""
    write_whole(path, (json.dumps(asdict(state), indent=2) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by one that is complete. Raises FetchError."""
    try:
        replace_file(path, content)
    except OSError as error:
        raise FetchError(
            f"{path} cannot be written: {error.strerror or type(error).__name__}.", "refused"
        ) from None


def _broken(path: Path, why: str) -> FetchError:
    return FetchError(
        f"The state file {path} {why}.", "refused", hint="Remove it; the next run then writes the file again."
    )
