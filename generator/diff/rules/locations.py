"""Where a change was written: the line of the overlay that made it, not the line that stood there before."""

from __future__ import annotations

from collections.abc import Iterable

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.source import Location


def locate_change(pointer: str, names: Iterable[str], old: Document, new: Document) -> Location:
    """The location of what changed at `pointer` of the new document.

    Where the value itself is an old one, something in it is new, or was taken out of it. `names` are names of
    what may have been taken out of a list.
    """
    newer = new.actions.keys() - old.actions.keys()
    mark = new.marks.find(pointers.split(pointer))
    if not newer or mark.location.file in newer:
        return mark.location
    removed = mark.removed or {}
    named = [removed[name] for name in names if name in removed]
    found = [one for one in named or mark.locations() if one.file in newer]
    newest = max((one.file for one in found), default="")
    return min((one for one in found if one.file == newest), default=mark.location)
