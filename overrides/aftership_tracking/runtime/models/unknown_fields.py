"""Finds the fields of a decoded response that the document does not name, and gives them to the objects."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, TypeAlias

from aftership_tracking.runtime.models.annotations import alternatives, extra_hint_of, hints_of, is_model
from aftership_tracking.runtime.models.struct import EXTRA, ModelStruct, slots
from aftership_tracking.runtime.models.tolerant_reader import ValueReader, compile_reader
from aftership_tracking.runtime.surprise import ANY_KEY, Report, ValuePath

__all__ = ["attach_unknown_fields"]

Attach: TypeAlias = Callable[[Any, Any, ValuePath, Report], None]


def attach_unknown_fields(model: type[ModelStruct], value: Any, content: Any, report: Report) -> None:
    """Set `extra` of each object in `value`, given the same response as plain JSON, and report each field.

    The response was decoded without an error, so both have the same form.
    """
    _attach_to_model(model)(value, content, None, report)


_ATTACH: dict[type[ModelStruct], Attach] = {}


def _attach_to_model(model: type[ModelStruct]) -> Attach:
    return _ATTACH.get(model) or _ATTACH.setdefault(model, _compile(model))


def _compile(model: type[ModelStruct]) -> Attach:
    known = hints_of(model).keys()
    set_extra = slots(model)[EXTRA].__set__
    children: list[tuple[str, Callable[[Any], Any], Attach]] = []
    read_extra: ValueReader | None = None
    ready = False

    def find_children() -> None:
        # On first use, because models may refer to each other in a cycle.
        nonlocal ready, read_extra
        further = extra_hint_of(model)
        read_extra = None if further is None else compile_reader(further)
        found = [(name, _attach_to(hint)) for name, hint in hints_of(model).items()]
        children[:] = [(name, slots(model)[name].__get__, attach) for name, attach in found if attach]
        ready = True

    def attach(value: Any, content: Any, path: ValuePath, report: Report) -> None:
        if not ready:
            find_children()
        unknown = content.keys() - known
        if unknown:
            # In the order of the response.
            extra = {name: found for name, found in content.items() if name in unknown}
            if read_extra is not None:
                # The document allows them, and says what they hold.
                typed = {name: read_extra(found, (path, ANY_KEY), report) for name, found in extra.items()}
                set_extra(value, typed)
                extra = {}
            else:
                set_extra(value, extra)
            for name, found in extra.items():
                report.add_unknown_field((path, name), found)
        for name, read_child, attach_child in children:
            child = read_child(value)
            if child:
                attach_child(child, content[name], (path, name), report)

    return attach


def _attach_to(hint: Any) -> Attach | None:
    """Return what completes a value of a type; None if no object is in it."""
    found: dict[type, Attach] = {}
    for one in alternatives(hint):
        origin = typing.get_origin(one)
        if is_model(one):
            found[dict] = _attach_to_model(one)
        elif origin in (list, dict):
            item = _attach_to(typing.get_args(one)[-1])
            if item is not None:
                found[dict if origin is dict else list] = (
                    _attach_to_items(item) if origin is list else _attach_to_values(item)
                )
    if not found:
        return None

    def attach(value: Any, content: Any, path: ValuePath, report: Report) -> None:
        chosen = found.get(type(content))
        if chosen is not None:
            chosen(value, content, path, report)

    return attach


def _attach_to_items(attach_item: Attach) -> Attach:
    def attach(value: Any, content: Any, path: ValuePath, report: Report) -> None:
        for index, item in enumerate(content):
            attach_item(value[index], item, (path, index), report)

    return attach


def _attach_to_values(attach_item: Attach) -> Attach:
    def attach(value: Any, content: Any, path: ValuePath, report: Report) -> None:
        for key, item in content.items():
            attach_item(value[key], item, (path, ANY_KEY), report)

    return attach
