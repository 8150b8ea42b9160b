"""What is requested from the service: the arguments of `list` for a reading, and when the reading began."""

from __future__ import annotations

import hashlib
import inspect
import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.errors import StaleStateWarning, UsageError
from aftership_tracking.recipes.changes.change_detection import ChangeDetector, choose_start
from aftership_tracking.recipes.changes.state import ReadingState
from aftership_tracking.recipes.changes.state_stores import MemoryStore, StateInput, StateStore, choose_store
from aftership_tracking.recipes.changes.timestamps import (
    EARLIEST_RESPONSE,
    format_timestamp,
    parse_time_argument,
)
from aftership_tracking.recipes.listing_period import LISTED_DAYS, LISTED_SECONDS
from aftership_tracking.runtime.hooks import AttemptEnded, Event
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.options import CallOptions
from aftership_tracking.runtime.wire.http_dates import parse_http_date
from aftership_tracking.runtime.wire.query import build_query, copy_lists
from aftership_tracking.runtime.wire.request import Response

__all__ = ["ChangesRequest", "ChangesSettings"]

_SET_BY_CHANGES = frozenset({"page", "cursor", "updated_at_min", "updated_at_max"})
"""Arguments of `list` that a caller of `changes` cannot give."""
_CALL_OPTIONS = frozenset(CallOptions.__annotations__)
_MAY_DIFFER = frozenset({"limit", "options", "created_at_min", "created_at_max"}) | _CALL_OPTIONS
"""Arguments that may differ from one reading to the next: the mark stays valid."""
_LARGEST_PAGE = 200
_CLOCK_TOLERANCE = 86_400.0
"""Seconds. A clock that is this much wrong is worth a word."""


class ChangesSettings:
    """The arguments of `changes`, checked."""

    def __init__(
        self, resource: Any, since: Any, state: StateInput, overlap: float, filters: Mapping[str, Any]
    ) -> None:
        names = inspect.signature(resource.list).parameters
        for name in filters:
            if name in _SET_BY_CHANGES:
                raise UsageError(f"changes() decides {name} itself; leave it out")
            if name == "fields":
                raise UsageError("changes() needs the updated_at of each tracking; leave fields out")
            if name not in names and name not in _CALL_OPTIONS:
                raise UsageError(f"list has no filter {name} in version {_read_version(resource)}")
        if type(overlap) not in (int, float) or not (math.isfinite(overlap) and overlap >= 0):
            raise UsageError("overlap must be a number of seconds, 0 or more")
        self._resource = resource
        self._client = resource._client
        options = filters.get("options")
        # A deadline of None is an option like another; a filter that is None is left out.
        given = {
            name: value
            for name, value in filters.items()
            if name in _CALL_OPTIONS or (name != "options" and value is not None and value is not UNSET)
        }
        self.filters = {"limit": _LARGEST_PAGE, **copy_lists(given), "options": options}
        self._digest = _digest_filters(self.filters)
        self.overlap = float(overlap)
        self.version = _read_version(resource)
        self.has_numbered_pages = "page" in names
        self.clock: Callable[[], float] = self._client._setup.clocks.clock
        now = self.clock()
        self.since = None if since is None else parse_time_argument("since", since, now)
        bound = self.filters.pop("created_at_min", None)
        self._created_min = None if bound is None else parse_time_argument("created_at_min", bound, now)
        self._state = state
        # Also checks the state before anything is sent.
        self._first_store = choose_store(state)

    def store(self) -> StateStore:
        """Return the store for one reading. A store in memory lives as long as this object."""
        return self._first_store if type(self._first_store) is MemoryStore else choose_store(self._state)

    def check_state(self, loaded: ReadingState | None) -> ReadingState:
        """Return the state to continue from. Raises UsageError if it belongs to other filters."""
        if loaded is None:
            return ReadingState(self._digest)
        if loaded.filters != self._digest:
            raise UsageError(
                "the state belongs to changes() with other filters: what those left out was never read",
                hint="Give each set of filters a state of its own.",
            )
        return loaded

    def request(self, loaded: ReadingState | None) -> ChangesRequest:
        """Return the request of the next reading.

        Warns with StaleStateWarning if there may be changes that cannot be listed any more, or if the state
        lies in the future.
        """
        state = self.check_state(loaded)
        _warn_if_stale(state, self.since, self.clock())
        _warn_if_ahead(state, self.clock())
        return ChangesRequest(self, self._resource, state)

    def created_min(self) -> float:
        """Return the earliest time at which a tracking was added that is requested."""
        return self.clock() - LISTED_SECONDS if self._created_min is None else self._created_min


class ChangesRequest:
    """The request of one reading: the method to call, its arguments, and when the reading began."""

    def __init__(self, settings: ChangesSettings, resource: Any, state: ReadingState) -> None:
        self._settings = settings
        self._resource = resource
        self._state = state
        self._start = choose_start(
            state,
            since=settings.since,
            created_min=settings.created_min(),
            overlap=settings.overlap,
            version=settings.version,
        )
        self._began = settings.clock()
        client = resource._client
        observed = client.with_options(hooks=(*client._setup.settings.hooks, self._read_service_time))
        self.list: Callable[..., Any] = type(resource)(observed).list

    @property
    def is_continued(self) -> bool:
        """Whether it continues an unfinished reading."""
        return self._start.cursor is not None

    def restart(self) -> ChangesRequest:
        """Return the request of the same reading from its first page on."""
        return ChangesRequest(self._settings, self._resource, self._state._replace(unfinished=None))

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `list`."""
        start = self._start
        arguments = {**self._settings.filters, "created_at_min": start.created_min}
        if start.since is not None:
            arguments["updated_at_min"] = start.since
        if start.cursor is not None:
            arguments["cursor"] = start.cursor
        return arguments

    def detector(self) -> ChangeDetector[Any]:
        """Return what decides for each page. To be called after the first page was received."""
        return ChangeDetector(
            self._state,
            self._start,
            started=self._began,
            overlap=self._settings.overlap,
            version=self._settings.version,
            remembers_all=self._settings.has_numbered_pages,
        )

    def _read_service_time(self, event: Event) -> None:
        # The clock of the service counts, not that of this machine. The earlier of the two is the safe one.
        if isinstance(event, AttemptEnded) and isinstance(event.outcome, Response):
            service_time = parse_http_date(event.outcome.headers.get("date"))
            # A date that cannot be true says nothing.
            if service_time is not None and service_time >= EARLIEST_RESPONSE:
                self._began = min(self._began, service_time)


def _read_version(resource: Any) -> str:
    return str(type(resource._client).API_VERSION)


def _digest_filters(filters: Mapping[str, Any]) -> str:
    # A digest, because a filter may contain the name of a customer.
    fixed = {name: value for name, value in filters.items() if name not in _MAY_DIFFER}
    return hashlib.blake2b(build_query(fixed).encode("ascii"), digest_size=16).hexdigest()


def _warn_if_stale(state: ReadingState, since: float | None, now: float) -> None:
    last = state.completed
    if last is None:
        last = since if state.unfinished is None else state.unfinished.started
    if last is not None and now - last > LISTED_SECONDS:
        warnings.warn(
            f"changes were last read up to {format_timestamp(last)}, and no tracking can be listed more than "
            f"{LISTED_DAYS} days after it was added: what changed in between on older ones cannot be read any"
            " more",
            StaleStateWarning,
            stacklevel=4,
        )


def _warn_if_ahead(state: ReadingState, now: float) -> None:
    if state.mark is not None and state.mark - now > _CLOCK_TOLERANCE:
        warnings.warn(
            f"changes were read up to {format_timestamp(state.mark)}, which is in the future by the clock of "
            "this machine: either it is wrong now, or it was wrong then and changes before that time are not "
            "found; move the state away to read everything once more",
            StaleStateWarning,
            stacklevel=4,
        )
