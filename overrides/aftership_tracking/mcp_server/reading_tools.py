"""The tools that read trackings: one number, late ones, and what changed. None of them changes anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from aftership_tracking.mcp_server.cursors import Cursors
from aftership_tracking.mcp_server.failures import ToolRefusedError
from aftership_tracking.mcp_server.parcels import ParcelReader
from aftership_tracking.mcp_server.records import (
    MOST_EVENTS,
    MOST_MATCHES,
    MOST_PARCELS,
    ChangedParcels,
    FoundParcels,
    LateParcel,
    LateParcels,
    Parcel,
    Source,
    TrackedParcel,
)
from aftership_tracking.recipes.changes.state import load_state
from aftership_tracking.recipes.listing_period import LISTED_DAYS

__all__ = ["ReadingTools"]

PAGE_SIZE = 100
MOST_PAGES = 5
"""How many pages one call looks through for late parcels."""
MOST_HOURS = LISTED_DAYS * 24

Number = Annotated[
    str | None,
    Field(
        min_length=4,
        max_length=100,
        description="As the courier printed it. Either this or a cursor is needed.",
    ),
]
OptionalCourier = Annotated[
    str | None,
    Field(min_length=1, max_length=80, description="The slug of the courier, such as dhl-germany."),
]
OptionalCursor = Annotated[
    str | None, Field(min_length=1, max_length=64, description="Where an earlier result ended.")
]
Count = Annotated[int, Field(ge=1, le=MOST_PARCELS, description="How many parcels at most.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class _EventsPosition:
    identifier: str
    first: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _LatePosition:
    created_min: dt.datetime
    """The same for all pages: a cursor belongs to the filters of its list."""
    found: list[LateParcel] = field(default_factory=list)
    """Found already, and not returned yet: pages of the API may shift between two calls."""
    page: str | None = None
    ended: bool = False


class _State:
    """Where a reading of changes is, in memory."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def load(self) -> str | None:
        return self.text

    def save(self, text: str, /) -> None:
        self.text = text


@dataclass(frozen=True, kw_only=True, slots=True)
class _ChangesPosition:
    found: list[Parcel]
    state: str | None
    is_unfinished: bool
    since: dt.datetime


class ReadingTools:
    """The tools, over one client.

    Args:
        client: An async client.
        reader: Makes the records.
        source: What the results say about where they are from.
    """

    def __init__(self, client: Any, reader: ParcelReader, source: Source) -> None:
        self._client = client
        self._reader = reader
        self._source: Source = source
        self._events: Cursors[_EventsPosition] = Cursors()
        self._late: Cursors[_LatePosition] = Cursors()
        self._changes: Cursors[_ChangesPosition] = Cursors()

    async def track_parcel(
        self,
        tracking_number: Number = None,
        courier: OptionalCourier = None,
        events: Annotated[
            int, Field(ge=0, le=MOST_EVENTS, description="How many events of each parcel, the newest first.")
        ] = 5,
        cursor: OptionalCursor = None,
    ) -> FoundParcels:
        """Look up a tracking number in the account: where the parcel is, when it should arrive, and what
        happened to it. Only parcels that were added to the account are found.
        """
        if (tracking_number is None) == (cursor is None):
            raise ToolRefusedError("Give either tracking_number or cursor.", "The cursor is older_events.")
        if cursor is not None:
            if courier is not None:
                raise ToolRefusedError("courier is only for tracking_number.", "Leave it out.")
            position = self._events.find(cursor)
            tracking = await self._client.trackings.get(position.identifier)
            parcels = [self._tracked(tracking, position.first, max(events, 1))]
            return FoundParcels(source=self._source, parcels=parcels, has_more=False)
        page = await self._client.trackings.list(
            tracking_numbers=[tracking_number],
            slug=None if courier is None else [courier],
            created_at_min=_now() - dt.timedelta(days=LISTED_DAYS),
            limit=MOST_MATCHES + 1,
        )
        found = [self._tracked(tracking, 0, events) for tracking in page.items[:MOST_MATCHES]]
        note = (
            None
            if found
            else "The account has no such tracking. That says nothing about the parcel: it may never have "
            f"been added, or more than {LISTED_DAYS} days ago."
        )
        return FoundParcels(
            source=self._source,
            parcels=found,
            has_more=len(page.items) > MOST_MATCHES or page.has_next,
            note=note,
        )

    def _tracked(self, tracking: Any, first: int, count: int) -> TrackedParcel:
        found = self._reader.tracked(tracking, first, count)
        identifier = getattr(tracking, "id", None)
        if not isinstance(identifier, str) or not identifier or found.events_total <= first + count:
            return found
        cursor = self._events.add(_EventsPosition(identifier=identifier, first=first + count))
        return found.model_copy(update={"older_events": cursor})

    async def list_late_parcels(
        self, context: Context, limit: Count = 10, cursor: OptionalCursor = None
    ) -> LateParcels:
        """List parcels that are late and have not ended: the service says overdue, late or trending late, or
        the expected day has passed. One call looks through a part of the account; go on with the cursor.
        """
        if cursor is None:
            position = _LatePosition(created_min=_now() - dt.timedelta(days=LISTED_DAYS))
        else:
            position = self._late.find(cursor)
        found, next_page, ended, searched = list(position.found), position.page, position.ended, 0
        today = _now().date()
        for number in range(MOST_PAGES):
            if ended or len(found) >= limit:
                break
            page = await self._client.trackings.list(
                limit=PAGE_SIZE, created_at_min=position.created_min, cursor=next_page
            )
            searched += len(page.items)
            for tracking in page.items:
                if reasons := self._reader.late_reasons(tracking, today):
                    found.append(self._reader.late(tracking, reasons))
            next_page, ended = page.cursor, not page.has_next
            await context.report_progress(number + 1, MOST_PAGES, f"{searched} trackings searched")
        rest = found[limit:]
        next_cursor = None
        if rest or not ended:
            next_cursor = self._late.add(replace(position, found=rest, page=next_page, ended=ended))
        return LateParcels(
            source=self._source, parcels=found[:limit], searched=searched, next_cursor=next_cursor
        )

    async def list_changes(
        self,
        context: Context,
        hours: Annotated[
            float | None,
            Field(
                gt=0, le=MOST_HOURS, description="Changes of so many hours. Default: 24. Not with a cursor."
            ),
        ] = None,
        limit: Count = 10,
        cursor: OptionalCursor = None,
    ) -> ChangedParcels:
        """List parcels that changed: in the last hours, or, with the cursor of an earlier result, since that
        one. What was returned already is left out.
        """
        if cursor is not None:
            if hours is not None:
                raise ToolRefusedError("Give either hours or cursor.", "The cursor knows the time already.")
            position = self._changes.find(cursor)
        else:
            since = _now() - dt.timedelta(hours=24 if hours is None else hours)
            position = _ChangesPosition(found=[], state=None, is_unfinished=False, since=since)
        found, text, is_unfinished = list(position.found), position.state, position.is_unfinished
        if not found:
            state = _State(text)
            found = [self._reader.parcel(tracking) for tracking in await self._read(state, position.since)]
            await context.report_progress(1, 1, f"{len(found)} changed")
            text = state.text
            is_unfinished = text is not None and load_state(text, "of this cursor").unfinished is not None
        rest = found[limit:]
        following = _ChangesPosition(
            found=rest, state=text, is_unfinished=is_unfinished, since=position.since
        )
        return ChangedParcels(
            source=self._source,
            parcels=found[:limit],
            has_more=bool(rest) or is_unfinished,
            next_cursor=self._changes.add(following),
        )

    async def _read(self, state: _State, since: dt.datetime) -> list[Any]:
        """The changes of the next page that has some."""
        changes = self._client.trackings.changes(since=since, state=state, limit=PAGE_SIZE)
        batches = changes.batches()
        try:
            async for batch in batches:
                await batch.commit()
                return list(batch.items)
        finally:
            await batches.aclose()
        return []


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
