"""The logger of the package, `logging.getLogger("aftership_tracking")`, and the fields of its records."""

from __future__ import annotations

import logging

__all__ = ["LOGGER", "log_fields"]

LOGGER = logging.getLogger("aftership_tracking")

_PREFIX = "aftership_"


def log_fields(kind: str, **values: object) -> dict[str, object]:
    """Return the fields of a record, to be given as `extra=`. Their prefix keeps them apart from the
    attributes that every record has, and from the fields of other libraries.

    `kind` says what the record is about; `docs/observing.md` lists the kinds and the fields of each. A field
    never holds a key, a URL, a header or a value of the API.
    """
    fields: dict[str, object] = {f"{_PREFIX}kind": kind}
    for name, value in values.items():
        fields[f"{_PREFIX}{name}"] = value
    return fields
