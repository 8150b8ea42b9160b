"""Random values of a kind with odd values in them."""

from __future__ import annotations

import copy
import re
from typing import Any

from hypothesis import strategies as st

from aftership_tracking.documents import data
from aftership_tracking.migration.steps import versions
from migration_support.values import values

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from(["", "a", "NaN"])
    | st.just(float("inf")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "zip", "email"]), inner)
    ),
    max_leaves=8,
)


@st.composite
def spoiled_values(draw: st.DrawFn, kind: str, version: str) -> Any:
    """A value with odd values anywhere, also in fields of other versions."""
    # A copy, because a part of it may be a value that hypothesis draws again.
    value = copy.deepcopy(draw(values(kind, version)))
    names = st.sampled_from(_names(kind))
    for _ in range(draw(st.integers(1, 6))):
        holder = value
        while isinstance(holder, dict | list) and holder and draw(st.booleans()):
            inner = draw(st.sampled_from(list(holder.values()) if isinstance(holder, dict) else holder))
            if not isinstance(inner, dict | list):
                break
            holder = inner
        if isinstance(holder, dict):
            holder[draw(names)] = copy.deepcopy(draw(JSON))
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(draw(JSON)))
    return draw(st.sampled_from([value, value, value, draw(JSON)]))


def _names(kind: str) -> list[str]:
    found = {key for version in versions() for key in data("moves")["telling"][version][kind]}
    moved = {
        path.partition(".")[0].removesuffix("[]")
        for step in data("moves")["steps"]
        for move in step["moves"]
        for path in (*move["from"], *move["to"])
    }
    return sorted(found | moved)


ODD = st.sampled_from(["+123", "x", 7, True, ["+1", "+2"], [{"a": "b"}], {"a": "b"}, [["c"]]])


@st.composite
def misfits(draw: st.DrawFn, kind: str, start: str, end: str) -> Any:
    """A value in which fields that the step converts do not have the documented shape."""
    value = copy.deepcopy(draw(values(kind, start)))
    facts = next(step for step in data("moves")["steps"] if {step["from"], step["to"]} == {start, end})
    direction = "up" if start < end else "down"
    inputs = [
        (parent, re.split(r"[.\[]", path)[0])
        for parent, numbers in facts["kinds"][kind][direction]["at"]
        for move in (facts["moves"][number] for number in numbers)
        if move["how"] != "values"
        for path in move["from" if direction == "up" else "to"]
    ]
    for parent, field in draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=4)) if inputs else ():
        holder = value
        for name in filter(None, re.split(r"[.\[\]]+", parent)):
            holder = holder[0] if isinstance(holder, list) and holder else holder
            holder = holder.get(name) if isinstance(holder, dict) else None
        for one in holder if isinstance(holder, list) else [holder]:
            if isinstance(one, dict):
                one[field] = copy.deepcopy(draw(ODD))
    return value
