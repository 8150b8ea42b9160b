"""Makes deliveries of what happens to parcels: to which URLs, in which version, and with which faults."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftership_tracking.mock.parcels.details import Details
from aftership_tracking.mock.parcels.journey import plan_of
from aftership_tracking.mock.parcels.life import steady_life
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.webhooks.chaos import Chaos
from aftership_tracking.mock.webhooks.deliveries import Delivery, Kind
from aftership_tracking.mock.webhooks.endpoint import Endpoint
from aftership_tracking.mock.webhooks.watch import ParcelEvent
from aftership_tracking.mock.webhooks.writer import Writer
from aftership_tracking.webhooks.event_codes import UNKNOWN_EVENT, UNKNOWN_TAG, UPDATE
from aftership_tracking.webhooks.sending.body_styles import ODD, PLAIN, write_body
from aftership_tracking.webhooks.sending.event_ids import draw_id
from aftership_tracking.webhooks.sending.headers import SPOILS, delivery_headers, spoil_signature
from aftership_tracking.webhooks.sending.sender import Outgoing

_SAMPLE_ID = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class DeliveryDraft:
    """One event for one URL, before it is written: what was chosen at random."""

    version: str | None
    style: str
    due: datetime
    is_doubled: bool
    parcel: str


class Planner:
    """Draws ids and random choices from the seed, so equal mocks plan equal deliveries."""

    def __init__(self, writer: Writer, seed: int) -> None:
        self._writer = writer
        self._seed = seed
        self.clear()

    def clear(self) -> None:
        """Start again with ids and random choices."""
        self._ids = self._stream("ids")
        # What chaos or a test adds does not change the ids of the events.
        self._other_ids = self._stream("other ids")
        self._chance = self._stream("chances")

    def _stream(self, name: str) -> random.Random:
        return random.Random(f"{self._seed} {name}")  # noqa: S311 - ids need no secrecy

    @property
    def newest(self) -> str:
        """The newest version that events can be written in."""
        return self._writer.versions[-1]

    def plan(
        self,
        event: ParcelEvent,
        endpoints: Iterable[Endpoint],
        chaos: Chaos,
        *,
        shared_ids: bool,
        pace: float = 1.0,
    ) -> Iterator[Delivery]:
        """Yield the deliveries of an event. What is held back is so at the pace of parcels."""
        shared = draw_id(self._ids)
        for endpoint in endpoints:
            if not _is_for(event, endpoint):
                continue
            event_id = shared if shared_ids else draw_id(self._ids)
            draft = self._draw(endpoint, event, chaos, pace)
            body = self._write(event, draft.version, event_id)
            genuine = self._delivery(endpoint, body, draft, Kind.GENUINE)
            yield genuine
            if self._happens(chaos.wrong_signatures):
                yield self._forge(genuine)
            if self._happens(chaos.unknown_events):
                unknown = {**body, "event": UNKNOWN_EVENT, "event_id": draw_id(self._other_ids)}
                yield self._delivery(endpoint, unknown, draft, Kind.UNKNOWN)
            if self._happens(chaos.unknown_tags):
                message = {**body["msg"], "tag": UNKNOWN_TAG, "subtag": f"{UNKNOWN_TAG}_001"}
                unknown = {**body, "msg": message, "event_id": draw_id(self._other_ids)}
                yield self._delivery(endpoint, unknown, draft, Kind.UNKNOWN)

    def plan_test(self, endpoint: Endpoint, now: datetime) -> Delivery:
        """Return the delivery of the button that tests a URL: an ordinary event, sent once."""
        event = sample_event(now)
        body = self._write(event, endpoint.version, draw_id(self._other_ids))
        draft = DeliveryDraft(endpoint.version, PLAIN, event.at, is_doubled=False, parcel=event.parcel.id)
        return self._delivery(endpoint, body, draft, Kind.TEST)

    def _write(self, event: ParcelEvent, version: str | None, event_id: str) -> dict[str, Any]:
        return self._writer.event(version, event.code, event_id, event.parcel, event.at, event.is_first_tag)

    def _draw(self, endpoint: Endpoint, event: ParcelEvent, chaos: Chaos, pace: float) -> DeliveryDraft:
        version = endpoint.version
        if self._happens(chaos.no_version):
            version = None
        elif version is not None and self._happens(chaos.old_versions):
            older = [each for each in self._writer.versions if each < version]
            version = self._chance.choice(older) if older else version
        style = self._chance.choice(ODD) if self._happens(chaos.odd_bodies) else PLAIN
        held = timedelta(0)
        if self._happens(chaos.reordering):
            held = timedelta(seconds=round(self._chance.uniform(0, chaos.held_back.total_seconds()))) / pace
        return DeliveryDraft(
            version, style, event.at + held, self._happens(chaos.duplicates), event.parcel.id
        )

    def _happens(self, share: float) -> bool:
        return share > 0 and self._chance.random() < share

    def _delivery(
        self, endpoint: Endpoint, body: dict[str, Any], draft: DeliveryDraft, kind: Kind
    ) -> Delivery:
        raw = write_body(body, draft.style)
        headers = delivery_headers(raw, endpoint.secret, draft.version, endpoint.headers)
        return Delivery(
            endpoint=endpoint,
            request=Outgoing(endpoint.url, headers, raw),
            event_id=body["event_id"],
            event=body["event"],
            tag=body["msg"].get("tag"),
            version=draft.version,
            kind=kind,
            due=draft.due,
            doubled=draft.is_doubled,
            parcel=draft.parcel,
        )

    def _forge(self, genuine: Delivery) -> Delivery:
        headers = spoil_signature(genuine.request.headers, self._chance.choice(tuple(SPOILS)))
        request = genuine.request._replace(headers=headers)
        return replace(genuine, request=request, kind=Kind.FORGED, doubled=False)


def sample_event(now: datetime) -> ParcelEvent:
    """Return the event of a test: a parcel that has just come into transit. It is in no account."""
    now = now.replace(microsecond=0)
    interval = timedelta(hours=6)
    life = steady_life(("InfoReceived_001", "InTransit_001", "Delivered_001"), interval)
    start = now - 2 * interval
    parcel = Parcel(
        id=_SAMPLE_ID,
        legacy_id=_SAMPLE_ID[:24],
        tracking_number="TESTWEBHOOK0001",
        slug="testing-courier",
        created_at=start,
        changed_at=start,
        plan=plan_of(start, life),
        details=Details(),
        serial=0,
    )
    return ParcelEvent(UPDATE, "", parcel, "InTransit", now, is_first_tag=True)


def _is_for(event: ParcelEvent, endpoint: Endpoint) -> bool:
    if event.is_edit and not endpoint.edits:
        return False
    if event.pending_for is not None and event.pending_for != endpoint.pending_after:
        return False
    return endpoint.wants(event.code, event.tag, event.api_key)
