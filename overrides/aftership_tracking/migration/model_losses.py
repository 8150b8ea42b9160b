"""What a model does not hold of the JSON data that it was read from.

JSON data can carry a field that its version does not know; a model has no room for it. So what a step between
two versions left as it came (`unconverted`) can be lost when the data becomes a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aftership_tracking.migration.conversions import ABSENT
from aftership_tracking.migration.losses import Loss, LossKind, is_blank
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.struct import field_names

__all__ = ["add_model_losses"]


def add_model_losses(
    lost: tuple[Loss, ...], value: Any, model: object, from_version: str, to_version: str
) -> tuple[Loss, ...]:
    """Return the losses of a migration, and what the model that was read from `value` does not hold of it.

    What was listed as `unconverted` and is gone now is listed as a loss instead.
    """
    gone = dict(_missing(value, model))
    if not gone:
        return lost
    reason = f"the models of {to_version} have no such field"
    listed: set[str] = set()
    found: list[Loss] = []
    for loss in lost:
        paths = [path for path in gone if loss.what == "unconverted" and _is_at_or_below(path, loss.path)]
        if paths:
            is_value = any(not is_blank(gone[path]) for path in paths)
            listed.update(paths)
            loss = replace(loss, what="value" if is_value else "blank", reason=f"{loss.reason}, and {reason}")
        found.append(loss)
    for path, content in gone.items():
        if path not in listed:
            what: LossKind = "blank" if is_blank(content) else "value"
            found.append(Loss(path, from_version, to_version, what, reason))
    return tuple(found)


def _is_at_or_below(path: str, other: str) -> bool:
    return not other or path == other or path.startswith((f"{other}.", f"{other}["))


def _missing(value: Any, held: Any) -> Iterator[tuple[str, Any]]:
    """Yield path and content of everything in `value` that a model, or a part of it, does not hold."""
    # No recursion: values may be nested deeply.
    pending: list[tuple[str, Any, Any]] = [("", value, held)]
    while pending:
        path, content, there = pending.pop()
        if isinstance(content, dict) and isinstance(there, dict | Model):
            inner = there if isinstance(there, dict) else _fields(there)
            prefix = f"{path}." if path else ""
            parts = [(f"{prefix}{key}", part, inner.get(key, ABSENT)) for key, part in content.items()]
            pending += reversed(parts)
        elif isinstance(content, list) and isinstance(there, list) and len(content) == len(there):
            pairs = zip(content, there, strict=True)
            pending += reversed([(f"{path}[{index}]", *pair) for index, pair in enumerate(pairs)])
        elif not _is_same(content, there):
            yield path, content


def _fields(model: Model) -> dict[str, Any]:
    # Fields that the document does not know are in `extra`, in models that have one.
    extra = getattr(model, "extra", None)
    return (extra if isinstance(extra, dict) else {}) | {
        name: getattr(model, name) for name in field_names(type(model))
    }


def _is_same(content: Any, there: Any) -> bool:
    if isinstance(content, bool) or isinstance(there, bool):
        return content is there
    # 1 is read as 1.0 where the document says number. NaN is not equal to itself.
    return bool(content == there) or (content != content and there != there)
