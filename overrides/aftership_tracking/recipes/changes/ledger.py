"""Pages that were given to the consumer and are not in the state yet."""

from __future__ import annotations

from collections.abc import Mapping

from aftership_tracking.recipes.changes.course import Save
from aftership_tracking.recipes.changes.progress import Stamp

__all__ = ["Ledger"]


class Ledger:
    """Keeps what is to be saved, in the order of the pages. To save one page is to save those before it too,
    because the state says where to go on and nothing about gaps.
    """

    __slots__ = ("_open", "_saved")

    def __init__(self) -> None:
        self._open: list[Save] = []
        self._saved = 0

    @property
    def is_clear(self) -> bool:
        """Whether everything is saved."""
        return not self._open

    def add(self, save: Save) -> int:
        """Note what is to be saved for the next page, and return the number of that page."""
        self._open.append(save)
        return self._saved + len(self._open)

    def known(self) -> Mapping[str, Stamp]:
        """What was given and is not in the state."""
        return {one: stamp for save in self._open for one, stamp in save.stamps.items()}

    def until(self, number: int) -> Save | None:
        """What is to be saved for all pages up to this one; None if it is saved already."""
        due = self._open[: max(number - self._saved, 0)]
        if not due:
            return None
        stamps = {one: stamp for save in due for one, stamp in save.stamps.items()}
        return due[-1]._replace(stamps=stamps)

    def saved(self, number: int) -> None:
        """Strike out all pages up to this one."""
        done = max(number - self._saved, 0)
        del self._open[:done]
        self._saved += done
