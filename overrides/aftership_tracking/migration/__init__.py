"""Converts data that was stored or received in one API version to another version: `migrate`.

    from aftership_tracking import migrate

    moved = migrate(stored, "2024-04", "2026-07")
    moved.value, moved.lost

Both directions work, over any number of versions. Fields that no version knows stay. Null and absent stay
distinct. What cannot be carried over is listed. A value that does not have the documented shape stays as it
came, and is listed too. A model has no room for some of that: then it is lost, and listed as lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.migration.losses import Loss, LossKind
from aftership_tracking.migration.moves import convert
from aftership_tracking.migration.steps import check_version, distinguishing_fields
from aftership_tracking.runtime.lazy_imports import load, loading

__all__ = ["KINDS", "Loss", "LossKind", "Migrated", "migrate"]

KINDS = ("Tracking", "Checkpoint", "Courier", "WebhookEvent")
"""The models whose data can be migrated."""

_MODELS = re.compile(r"aftership_tracking\.v(\d{4})_(\d{2})\.models")


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Migrated:
    """A value in another version, and what could not be carried over."""

    value: Any
    """JSON data for JSON data, a model of the other version for a model."""
    lost: tuple[Loss, ...]
    """In the order of the steps. `what` says whether a value is gone, or a mere blank, or nothing but the
    conversion.
    """

    def __repr__(self) -> str:
        # The value may be full of personal data.
        return f"<Migrated with {len(self.lost)} losses>"


def migrate(value: object, from_version: str, to_version: str, *, kind: str | None = None) -> Migrated:
    """Return a tracking, checkpoint, courier or webhook body of `from_version` in the shape of `to_version`.

    `value` is JSON data as `json.loads` returns it, or a model; it is never changed. `kind` is one of
    `KINDS`. Without it, the kind of a model is its class, and the kind of JSON data is recognised by fields
    that only this kind has; `event` and `msg` together make a webhook body.

    Raises UsageError for an unknown version or kind, for a list, a whole response (`meta` and `data`), JSON
    text or anything else that is not an object, for data whose kind is not certain, and for a model that is
    not one of `from_version`.
    """
    check_version(from_version)
    check_version(to_version)
    if kind is not None and kind not in KINDS:
        raise UsageError(f"there is no kind {kind!r} to migrate; there are: {', '.join(KINDS)}")
    # A program may have derived its class from a model.
    for cls in type(value).__mro__:
        made_in = _MODELS.fullmatch(cls.__module__)
        if made_in is not None:
            version = f"{made_in[1]}-{made_in[2]}"
            return _migrate_model(value, cls.__name__, version, from_version, to_version, kind)
    data = _check_shape(value)
    moved, lost = convert(
        _copy_json(data), kind or _recognise_kind(data, from_version), from_version, to_version
    )
    return Migrated(value=moved, lost=lost)


def _migrate_model(
    model: Any, name: str, version: str, from_version: str, to_version: str, kind: str | None
) -> Migrated:
    if name not in KINDS:
        raise UsageError(f"{name} cannot be migrated, only {', '.join(KINDS)}")
    if kind not in (None, name):
        raise UsageError(f"the value is a {name}, not a {kind}")
    if version != from_version:
        raise UsageError(f"the {name} is of version {version}, not of {from_version}")
    # Imported lazily: only models need the codec and the packages of the versions.
    with loading:
        from aftership_tracking.runtime import registry
        from aftership_tracking.runtime.models.codec import model_class

    models = registry.models(to_version)
    load(models)
    try:
        values = model.to_dict()
    except TypeError as error:
        raise UsageError(f"the {name} cannot be written as JSON: {error}") from None
    moved, lost = convert(values, name, from_version, to_version)
    # A model holds all of it: what its version does not know is in `extra`.
    return Migrated(value=model_class(models, name).from_dict(moved), lost=lost)


def _check_shape(value: object) -> dict[str, Any]:
    """Return the object to convert. Raises UsageError for what is around one: nothing in it would move."""
    if isinstance(value, dict):
        if "meta" in value and "data" in value and "msg" not in value:
            raise UsageError(
                "the value is a whole response, with `meta` and `data`; call migrate for the tracking or"
                " courier in its `data`, or for each one in a list there"
            )
        return value
    if isinstance(value, list | tuple):
        raise UsageError(
            "the value is a list, and migrate converts one object; call migrate for each item:"
            " [migrate(item, ...) for item in value]"
        )
    hint = "; read it with json.loads first" if isinstance(value, str | bytes | bytearray) else ""
    raise UsageError(f"the value is a {type(value).__name__}, and migrate converts an object{hint}")


def _recognise_kind(value: dict[str, Any], version: str) -> str:
    """Return the kind of JSON data. Raises UsageError if it is not certain."""
    if "event" in value and "msg" in value:
        return "WebhookEvent"
    fields = distinguishing_fields(version)
    found = [
        name for name in KINDS if name != "WebhookEvent" and any(key in value for key in fields.get(name, ()))
    ]
    if len(found) != 1:
        raise UsageError(
            "the kind of the value is not certain: it needs a field that only one kind has in"
            f" {version}; give it as kind: {', '.join(KINDS)}"
        )
    return found[0]


def _copy_json(value: Any) -> Any:
    """Return a copy that shares nothing with the value. It does not recurse, so any depth works."""
    holder: list[Any] = [value]
    pending: list[tuple[Any, Any, Any]] = [(holder, 0, value)]
    while pending:
        target, key, original = pending.pop()
        copy: Any
        if isinstance(original, dict):
            copy = dict(original)
            pending.extend(
                (copy, field, inner) for field, inner in copy.items() if isinstance(inner, dict | list)
            )
        elif isinstance(original, list):
            copy = list(original)
            pending.extend(
                (copy, index, inner) for index, inner in enumerate(copy) if isinstance(inner, dict | list)
            )
        else:
            continue
        target[key] = copy
    return holder[0]
