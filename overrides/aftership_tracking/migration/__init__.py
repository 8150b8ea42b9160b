"""Takes what was stored or received in one API version to another: `migrate`.

    from aftership_tracking import migrate

    moved, lost = migrate(stored, "2024-04", "2026-07")

Both directions work, over any number of versions. Fields that no version knows stay, null and absent stay
apart, and what cannot be carried over is listed. What has not the documented shape stays as it came, and is
listed too.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from aftership_tracking.errors import UsageError
from aftership_tracking.migration.moves import Loss, convert, telling, versions

__all__ = ["KINDS", "Loss", "Migrated", "migrate"]

KINDS = ("Tracking", "Checkpoint", "Courier", "WebhookEvent")
"""The models whose data can be migrated."""

_MODELS = re.compile(r"aftership_tracking\.v(\d{4})_(\d{2})\.models")


class Migrated(NamedTuple):
    """A value in another version, and what could not be carried over."""

    value: Any
    """JSON data for JSON data, a model of the other version for a model."""
    lost: tuple[Loss, ...]
    """In the order of the steps. `what` tells a lost value from a mere blank, and from what was kept as it
    came.
    """

    def __repr__(self) -> str:
        # The value may be full of personal data.
        return f"<Migrated with {len(self.lost)} losses>"


def migrate(value: object, from_version: str, to_version: str, *, kind: str | None = None) -> Migrated:
    """Return a tracking, checkpoint, courier or webhook body of `from_version` as `to_version` has it.

    `value` is JSON data as `json.loads` gives it, or a model; it is never changed. `kind` is one of `KINDS`.
    Without it, a model says its kind itself, and JSON data is recognised by fields that nothing else has;
    `event` and `msg` together make a webhook body.

    Raises UsageError for an unknown version or kind, for data whose kind is not certain, and for a model that
    is not one of `from_version`.
    """
    for version in (from_version, to_version):
        if version not in versions():
            raise UsageError(f"there is no API version {version!r}; there are: {', '.join(versions())}")
    if kind is not None and kind not in KINDS:
        raise UsageError(f"there is no kind {kind!r} to migrate; there are: {', '.join(KINDS)}")
    made_in = _MODELS.fullmatch(type(value).__module__)
    if made_in is not None:
        return _migrate_model(value, f"{made_in[1]}-{made_in[2]}", from_version, to_version, kind)
    moved, lost = convert(_copied(value), kind or _kind_of(value, from_version), from_version, to_version)
    return Migrated(moved, lost)


def _migrate_model(
    model: object, version: str, from_version: str, to_version: str, kind: str | None
) -> Migrated:
    name = type(model).__name__
    if name not in KINDS:
        raise UsageError(f"{name} cannot be migrated, only {', '.join(KINDS)}")
    if kind not in (None, name):
        raise UsageError(f"the value is a {name}, not a {kind}")
    if version != from_version:
        raise UsageError(f"the {name} is of version {version}, not of {from_version}")
    # Only models need the codec and the packages of the versions.
    from aftership_tracking.runtime import registry
    from aftership_tracking.runtime.models import codec
    from aftership_tracking.runtime.models.json_values import to_json_value

    moved, lost = convert(to_json_value(model, ""), name, from_version, to_version)
    read = codec.decode(json.dumps(moved).encode(), registry.models(to_version), name)
    return Migrated(read.value, lost)


def _kind_of(value: object, version: str) -> str:
    """The kind of JSON data. Raises UsageError rather than guess."""
    if not isinstance(value, dict):
        raise UsageError(f"a {type(value).__name__} says no kind; say which it is: {', '.join(KINDS)}")
    if "event" in value and "msg" in value:
        return "WebhookEvent"
    fields = telling(version)
    found = [
        name for name in KINDS if name != "WebhookEvent" and any(key in value for key in fields.get(name, ()))
    ]
    if len(found) != 1:
        raise UsageError(f"the kind of the value is not certain; say which it is: {', '.join(KINDS)}")
    return found[0]


def _copied(value: Any) -> Any:
    """A copy of JSON data, so that nothing is shared with the result. However deep, without recursion."""
    holder: list[Any] = [value]
    waiting: list[tuple[Any, Any, Any]] = [(holder, 0, value)]
    while waiting:
        target, place, found = waiting.pop()
        copy: Any
        if isinstance(found, dict):
            copy = dict(found)
            waiting.extend(
                (copy, key, inner) for key, inner in copy.items() if isinstance(inner, dict | list)
            )
        elif isinstance(found, list):
            copy = list(found)
            waiting.extend(
                (copy, key, inner) for key, inner in enumerate(copy) if isinstance(inner, dict | list)
            )
        else:
            continue
        target[place] = copy
    return holder[0]
