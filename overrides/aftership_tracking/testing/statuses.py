"""Gives an object a status: tag, sub-status, its text, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What follows a parcel ends with these.
_ENDS = frozenset({"Delivered", "Expired"})


def set_status(
    value: dict[str, Any], sub_statuses: Mapping[str, str], tag: str | None, subtag: str | None = None
) -> None:
    """Change a tracking or checkpoint, and the last checkpoint of a tracking, to a status. Any string is one.

    Args:
        value: it is changed. A field that it does not have is not added.
        sub_statuses: the meanings of the known sub-statuses of the version.
        tag: the status; by default that of the sub-status.
        subtag: the sub-status; by default the first of the status.
    """
    if subtag is None:
        subtag = next((each for each in sub_statuses if each.partition("_")[0] == tag), f"{tag}_001")
    if tag is None:
        tag = subtag.partition("_")[0]
    text = sub_statuses.get(subtag, tag).partition(":")[0]
    status = {"tag": tag, "subtag": subtag, "subtag_message": text}
    _change(value, {**status, "active": tag not in _ENDS})
    if tag == "Pending" and "checkpoints" in value:
        value["checkpoints"] = []
    for checkpoint in (value.get("checkpoints") or [])[-1:]:
        _change(checkpoint, {**status, "message": text})


def _change(value: dict[str, Any], fields: Mapping[str, Any]) -> None:
    value |= {name: held for name, held in fields.items() if name in value}
