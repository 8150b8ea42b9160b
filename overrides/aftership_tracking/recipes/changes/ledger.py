"""Pages that were given to the consumer and are not in the state yet."""

from __future__ import annotations

from collections.abc import Iterable

from aftership_tracking.recipes.changes.course import Save
from aftership_tracking.recipes.changes.progress import Stamp

__all__ = ["Ledger"]


class Ledger:
    """Keeps what is to be saved, in the order of the pages. To save one page is to save those before it too,
    because the state says where to go on and nothing about gaps. Pages after it that gave nothing are saved
    with it: nobody else would, and the next reading would begin at them.
    """

    __slots__ = ("_gave_nothing", "_given", "_open", "_saved")

    def __init__(self) -> None:
        self._open: list[Save] = []
        self._gave_nothing: list[bool] = []
        self._given: dict[str, Stamp] = {}
        self._saved = 0

    @property
    def is_clear(self) -> bool:
        """Whether everything is saved."""
        return not self._open

    def add(self, save: Save, *, gave_nothing: bool) -> int:
        """Note what is to be saved for the next page, and return the number of that page."""
        self._open.append(save)
        self._gave_nothing.append(gave_nothing)
        self._given.update(save.stamps)
        return self._saved + len(self._open)

    def known(self, identifiers: Iterable[str]) -> dict[str, Stamp]:
        """What was given of these and may not be in the state."""
        return {one: self._given[one] for one in identifiers if one in self._given}

    def until(self, number: int) -> tuple[int, Save] | None:
        """What is to be saved for all pages up to this one, and the number of the last page that it covers;
        None if it is saved already.
        """
        end = number - self._saved
        if end <= 0:
            return None
        while end < len(self._open) and self._gave_nothing[end]:
            end += 1
        due = self._open[:end]
        stamps = {one: stamp for save in due for one, stamp in save.stamps.items()}
        return self._saved + end, due[-1]._replace(stamps=stamps)

    def saved(self, number: int) -> None:
        """Strike out all pages up to this one."""
        done = max(number - self._saved, 0)
        del self._open[:done], self._gave_nothing[:done]
        self._saved += done
        if not self._open:
            self._given.clear()
