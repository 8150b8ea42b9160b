"""The way from what a method returns to a model in it: `tracking.last_mile`, `tracking.checkpoints[]`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from generator.diff.comparing import certainty
from generator.document.schema_walk import SchemaWalk, as_mapping


@dataclass(frozen=True, slots=True)
class Step:
    """One property on the way."""

    name: str
    doubtful: bool
    """Whether nothing may be there: null, or a key that is left out."""
    items: str = ""
    """Of a list: the model of its items."""


@dataclass(frozen=True, slots=True)
class Way:
    """A model that a method returns or an event carries, and the steps from there to another one."""

    root: str
    steps: tuple[Step, ...]


def find_way(walk: SchemaWalk, root: str, model: str) -> Way | None:
    """The shortest way between two components, or None if there is none."""
    pending: deque[tuple[str, tuple[Step, ...]]] = deque([(root, ())])
    seen = {root}
    while pending:
        name, steps = pending.popleft()
        if name == model:
            return Way(root, steps)
        for below, step in _steps(walk, name):
            if below not in seen:
                seen.add(below)
                pending.append((below, (*steps, step)))
    return None


def find_required(walk: SchemaWalk, model: str, path: str) -> Iterator[str]:
    """The paths of what must be given beside each step of a path below a model: `address.city`."""
    if model not in walk.named:
        return
    schema, pointer, passed = walk.named[model], walk.pointer(model), ""
    for step in path.split("."):
        inner = walk.resolve(schema, pointer)
        known = walk.properties(inner.schema, inner.pointer)
        yield from (f"{passed}{name}" for name, declared in known.items() if declared.required)
        name = step.removesuffix("[]")
        if name not in known:
            return
        schema, pointer, passed = known[name].schema, known[name].pointer, f"{passed}{step}."
        if step.endswith("[]"):
            items = walk.resolve(schema, pointer)
            schema, pointer = as_mapping(items.schema).get("items", {}), f"{items.pointer}/items"


def _steps(walk: SchemaWalk, name: str) -> list[tuple[str, Step]]:
    """The models right below a model, each with the property that leads to it."""
    found = []
    if name not in walk.named:
        return []
    for key, declared in sorted(walk.properties(walk.named[name], walk.pointer(name)).items()):
        value = walk.alternatives(declared.schema, declared.pointer)
        doubtful = value.nullable or not certainty.is_sure(declared)
        for part in value.parts:
            if part.kind == "array" and "items" in part.schema:
                items = walk.alternatives(part.schema["items"], f"{part.pointer}/items")
                found += [
                    (one.component, Step(key, doubtful, one.component))
                    for one in items.parts
                    if one.component
                ]
            elif part.component:
                found.append((part.component, Step(key, doubtful)))
    return found
