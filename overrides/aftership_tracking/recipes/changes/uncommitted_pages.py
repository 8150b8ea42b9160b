"""Pages that the consumer has and that are not in the state yet."""

from __future__ import annotations

from collections.abc import Iterable

from aftership_tracking.recipes.changes.change_detection import StateUpdate
from aftership_tracking.recipes.changes.state import SeenTracking

__all__ = ["UncommittedPages"]


class UncommittedPages:
    """Stores the updates of the state that are not saved yet, in the order of the pages.

    Saving one page includes saving those before it, because the state holds one position and no gaps. Pages
    after it without new items are saved with it: nobody commits them, and the next reading would begin at
    them.
    """

    __slots__ = ("_are_empty", "_saved", "_seen", "_updates")

    def __init__(self) -> None:
        self._updates: list[StateUpdate] = []
        self._are_empty: list[bool] = []
        self._seen: dict[str, SeenTracking] = {}
        self._saved = 0

    @property
    def is_clear(self) -> bool:
        """Whether everything is saved."""
        return not self._updates

    def add(self, update: StateUpdate, *, is_empty: bool) -> int:
        """Add the update of the next page, and return the number of that page."""
        self._updates.append(update)
        self._are_empty.append(is_empty)
        self._seen.update(update.seen)
        return self._saved + len(self._updates)

    def known(self, identifiers: Iterable[str]) -> dict[str, SeenTracking]:
        """Return those of these trackings that the consumer has and that may be missing in the state."""
        return {one: self._seen[one] for one in identifiers if one in self._seen}

    def update_up_to(self, number: int) -> tuple[int, StateUpdate] | None:
        """Return one update for all pages up to this one, and the number of the last page that it covers.

        None if the page is saved already.
        """
        end = number - self._saved
        if end <= 0:
            return None
        while end < len(self._updates) and self._are_empty[end]:
            end += 1
        due = self._updates[:end]
        seen = {one: tracking for update in due for one, tracking in update.seen.items()}
        return self._saved + end, due[-1]._replace(seen=seen)

    def remove_up_to(self, number: int) -> None:
        """Remove all pages up to this one, after they were saved."""
        done = max(number - self._saved, 0)
        del self._updates[:done], self._are_empty[:done]
        self._saved += done
        if not self._updates:
            self._seen.clear()
