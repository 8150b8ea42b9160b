"""What is asked of the service: the arguments of `list` for a reading, and the time at which it began."""

from __future__ import annotations

import hashlib
import inspect
import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.errors import StaleStateWarning, UsageError
from aftership_tracking.recipes.changes.course import Course, begin
from aftership_tracking.recipes.changes.moments import RETENTION, read_date_header, read_given, written
from aftership_tracking.recipes.changes.progress import Progress
from aftership_tracking.recipes.changes.stores import MemoryStore, StateInput, Store, choose_store
from aftership_tracking.runtime.hooks import AttemptEnded, Event
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.wire.query import build_query, copy_lists
from aftership_tracking.runtime.wire.request import Response

__all__ = ["Asking", "Plan"]

_OURS = frozenset({"page", "cursor", "resume", "updated_at_min", "updated_at_max"})
"""Arguments of `list` that a reading decides."""
_SAME_LIST = frozenset({"limit", "options", "created_at_min", "created_at_max"})
"""Arguments that may differ from one reading to the next without making the mark worthless."""
_LARGEST_PAGE = 200


class Asking:
    """What a caller of `changes` wants, checked."""

    def __init__(
        self, resource: Any, since: Any, state: StateInput, overlap: float, filters: Mapping[str, Any]
    ) -> None:
        names = inspect.signature(resource.list).parameters
        for name in filters:
            if name in _OURS:
                raise UsageError(f"changes() decides {name} itself; leave it out")
            if name == "fields":
                raise UsageError("changes() needs the updated_at of each tracking; leave fields out")
            if name not in names:
                raise UsageError(f"list has no filter {name} in version {_version(resource)}")
        if not (math.isfinite(overlap) and overlap >= 0):
            raise UsageError("overlap must be a number of seconds, 0 or more")
        self._resource = resource
        self._client = resource._client
        options = filters.get("options")
        given = {name: value for name, value in filters.items() if name != "options" and value is not UNSET}
        self.filters = {"limit": _LARGEST_PAGE, **copy_lists(given), "options": options}
        self._digest = _digest(self.filters)
        self.overlap = float(overlap)
        self.version = _version(resource)
        self.is_numbered = "page" in names
        self.clock: Callable[[], float] = self._client._setup.clocks.clock
        now = self.clock()
        self.since = None if since is None else read_given("since", since, now)
        bound = self.filters.pop("created_at_min", None)
        self._created_min = None if bound is None else read_given("created_at_min", bound, now)
        self._state = state
        # Also refuses what can be no state, before anything is sent.
        self._first_store = choose_store(state)

    def store(self) -> Store:
        """The store for one reading. What is kept in memory lives as long as this object."""
        return self._first_store if type(self._first_store) is MemoryStore else choose_store(self._state)

    def progress(self, loaded: Progress | None) -> Progress:
        """The progress to go on from. Raises UsageError if it is that of other filters."""
        if loaded is None:
            return Progress(self._digest)
        if loaded.filters != self._digest:
            raise UsageError(
                "the state belongs to changes() with other filters: what those left out was never read",
                hint="Give each set of filters a state of its own.",
            )
        return loaded

    def plan(self, loaded: Progress | None) -> Plan:
        """Plan a reading. Warns with StaleStateWarning if changes are out of reach."""
        progress = self.progress(loaded)
        _warn_if_stale(progress, self.since, self.clock())
        return Plan(self, self._resource, progress)

    def created_min(self) -> float:
        """From when on trackings were added that are asked for."""
        return self.clock() - RETENTION if self._created_min is None else self._created_min


class Plan:
    """One reading: what to call, and with which arguments."""

    def __init__(self, asking: Asking, resource: Any, progress: Progress) -> None:
        self._asking = asking
        self._resource = resource
        self._progress = progress
        self._query = begin(
            progress,
            since=asking.since,
            created_min=asking.created_min(),
            overlap=asking.overlap,
            version=asking.version,
        )
        self._earliest = asking.clock()
        client = resource._client
        listening = client.with_options(hooks=(*client._setup.settings.hooks, self._listen))
        self.list: Callable[..., Any] = type(resource)(listening).list

    @property
    def goes_on(self) -> bool:
        """Whether it continues one that broke off."""
        return self._query.cursor is not None

    def anew(self) -> Plan:
        """The same reading from its beginning."""
        return Plan(self._asking, self._resource, self._progress._replace(run=None))

    def arguments(self) -> dict[str, Any]:
        """The arguments of `list`."""
        query = self._query
        found = {**self._asking.filters, "created_at_min": query.created_min}
        if query.since is not None:
            found["updated_at_min"] = query.since
        if query.cursor is not None:
            found["resume"] = query.cursor
        return found

    def course(self) -> Course[Any]:
        """What judges the pages. To be called when the first one is there."""
        return Course(
            self._progress,
            self._query,
            started=self._earliest,
            overlap=self._asking.overlap,
            version=self._asking.version,
            keeps_all=self._asking.is_numbered,
        )

    def _listen(self, event: Event) -> None:
        # The clock of the service counts, not that of this machine. The earlier of the two is the safe one.
        if isinstance(event, AttemptEnded) and isinstance(event.outcome, Response):
            told = read_date_header(event.outcome.headers.get("date"))
            if told is not None:
                self._earliest = min(self._earliest, told)


def _version(resource: Any) -> str:
    return str(type(resource._client).API_VERSION)


def _digest(filters: Mapping[str, Any]) -> str:
    # A digest, because a filter may hold the name of a customer.
    lasting = {name: value for name, value in filters.items() if name not in _SAME_LIST}
    return hashlib.blake2b(build_query(lasting).encode("ascii"), digest_size=16).hexdigest()


def _warn_if_stale(progress: Progress, since: float | None, now: float) -> None:
    last = progress.completed
    if last is None:
        last = since if progress.run is None else progress.run.started
    if last is not None and now - last > RETENTION:
        warnings.warn(
            f"changes were last read up to {written(last)}, and no tracking can be listed more than "
            "120 days after it was added: what changed in between on older ones cannot be read any more",
            StaleStateWarning,
            stacklevel=4,
        )
