"""Final names of components: which one stays under its name, and what new ones are called.

New names come from where a schema is used in our document, never from the other document. So a document whose
components have other names, or none, gives the same draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.client.reserved_names import BUILTIN_CLASSES, TAKEN_CLASSES, class_name
from generator.document.schema_walk import PREFIX
from generator.propose.merging.schema_merger import (
    Hint,
    MergedSchemas,
    first_hint,
    read_placeholder,
    references,
)
from generator.propose.reading.shapes import ShapeReader
from generator.propose.words import likeness, pascal, singular, words

_TOO_PLAIN = frozenset({"data", "type", "items", "value", "values", "meta", "id", "source", "unit", "fields"})
Key = tuple[str, str]


def name_components(
    merged: MergedSchemas, reader: ShapeReader, named: Mapping[str, Any], resources: Iterable[str] = ()
) -> dict[Key, str]:
    """A name for each component in each shape that is needed, and none that the generated code has already:
    `resources` are the names of groups of operations.
    """
    classes = {class_name(one) for one in resources}
    reserved = TAKEN_CLASSES | BUILTIN_CLASSES | classes | {f"Async{one}" for one in classes}
    names: dict[Key, str] = {}
    by_shape: dict[str, list[str]] = {}
    for owner in sorted({name for name, _ in merged.wanted if name}):
        shapes = [shape for name, shape in merged.wanted if name == owner]
        main = _main(owner, shapes, merged, reader, named)
        names[owner, main] = owner
        by_shape.setdefault(main, []).append(owner)
    taken = {*named, *reserved}
    rest = sorted((first_hint(hints), key) for key, hints in merged.wanted.items() if key not in names)
    for hint, key in rest:
        same = by_shape.get(key[1], [])
        if same and not key[0]:
            names[key] = max(sorted(same), key=lambda one: likeness(one, hint[-1]))
            continue
        is_enum = reader.shape(key[1]).enum is not None
        name = next(
            one
            for one in _candidates(hint, is_enum, key[0])
            if one not in taken and not one.endswith("Input")
        )
        names[key] = name
        taken.add(name)
        if not key[0]:
            by_shape.setdefault(key[1], []).append(name)
    return names


def resolve_placeholders(value: Any, names: Mapping[Key, str]) -> Any:
    """Replace every placeholder in a value by the name of its component. Changes the value."""
    for owner in references(value):
        key = read_placeholder(owner["$ref"])
        if key is not None:
            owner["$ref"] = f"{PREFIX}{names[key]}"
    return value


def _main(
    owner: str, shapes: list[str], merged: MergedSchemas, reader: ShapeReader, named: Mapping[str, Any]
) -> str:
    """The shape that stays under the name: the one of before, or the one most like it."""
    own = reader.use(named[owner])
    if own.shape in shapes:
        return own.shape
    mine = reader.shape(own)
    before = set(mine.properties) | set(mine.enum or ())

    def rank(shape: str) -> tuple[float, Hint]:
        one = reader.shape(shape)
        after = set(one.properties) | set(one.enum or ())
        share = len(before & after) / max(len(before | after), 1)
        return -share, first_hint(merged.wanted[owner, shape])

    return min(shapes, key=rank)


def _candidates(hint: Hint, is_enum: bool, owner: str) -> Any:
    """Names for a component, the best first, without end."""
    parts = [part for part in hint if part not in ("[]", "{}")]
    last = parts[-1]
    if hint[-1] == "[]" and words(last):
        last = "_".join((*words(last)[:-1], singular(words(last)[-1])))
    named = [*parts[:-1], last]
    plain = last in _TOO_PLAIN or (is_enum and len(words(last)) < 2)
    shortest = 2 if plain or owner else 1
    for count in range(min(shortest, len(named)), len(named) + 1):
        yield pascal(named[-count:])
    number = 2
    while True:
        yield f"{pascal(named)}{number}"
        number += 1
