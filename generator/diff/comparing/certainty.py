"""Whether a full response has a property: `x-sent`, compared as far as readers notice it.

`observed` and `documented` differ in their proof alone. `inferred` allows null in the type, which changes
nothing where the schema allows null anyway.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding
from generator.document.full_response import KEY, sent
from generator.document.schema_walk import Property

_RANKS = {"observed": 2, "documented": 2, "inferred": 1, "sometimes": 0}


def is_sure(declared: Property) -> bool:
    """Whether every full response has the property, observed or documented."""
    return _RANKS[sent(declared)] == max(_RANKS.values())


def compare(old: Property, new: Property, subject: Subject, *, may_be_null: bool) -> Iterator[Finding]:
    """What changed about the key of a property that is in both documents.

    Args:
        may_be_null: the new schema allows null.
    """
    if old.required != new.required:
        return  # reported as such
    before, after = _RANKS[sent(old)], _RANKS[sent(new)]
    if before == after or (may_be_null and {before, after} == {1, 2}):
        return
    if after > before:
        kind = "property-became-always-sent"
    elif after == 0:
        kind = "property-became-sometimes-sent"
    else:
        kind = "property-became-doubtful"
    yield subject.found(kind, key=KEY if KEY in new.schema else "")
