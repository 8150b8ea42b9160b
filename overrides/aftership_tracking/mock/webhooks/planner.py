"""Makes deliveries out of what has happened: who gets which event, in which version, bent how."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftership_tracking.mock.webhooks.chaos import Chaos
from aftership_tracking.mock.webhooks.delivery import Delivery, Kind
from aftership_tracking.mock.webhooks.endpoint import Endpoint
from aftership_tracking.mock.webhooks.watch import Happening
from aftership_tracking.mock.webhooks.writer import Writer
from aftership_tracking.webhooks.sending.body_styles import ODD, PLAIN, write_body
from aftership_tracking.webhooks.sending.event_ids import draw_id
from aftership_tracking.webhooks.sending.headers import SPOILS, delivery_headers, spoil_signature
from aftership_tracking.webhooks.sending.sender import Outgoing

UNKNOWN_EVENT = "tracking_teleport"
UNKNOWN_TAG = "HeldByDragon"


@dataclass(frozen=True, slots=True)
class Share:
    """One event for one URL, before it is written: what chance has decided is in here."""

    version: str | None
    style: str
    due: datetime
    is_doubled: bool


class Planner:
    """Draws ids and chances from the seed, so equal mocks plan equal deliveries."""

    def __init__(self, writer: Writer, seed: int) -> None:
        self._writer = writer
        self._seed = seed
        self.clear()

    def clear(self) -> None:
        """Begin anew with ids and chances."""
        self._ids = random.Random(f"{self._seed} ids")  # noqa: S311 - ids need no secrecy
        self._chance = random.Random(f"{self._seed} chances")  # noqa: S311

    @property
    def newest(self) -> str:
        """The newest version that events can be written in."""
        return self._writer.versions[-1]

    def planned(
        self, happening: Happening, endpoints: Iterable[Endpoint], chaos: Chaos, *, shared_ids: bool
    ) -> Iterator[Delivery]:
        """The deliveries of something that has happened."""
        shared = draw_id(self._ids)
        for endpoint in endpoints:
            if not _is_for(happening, endpoint):
                continue
            event_id = shared if shared_ids else draw_id(self._ids)
            share = self._share(endpoint, happening.at, chaos)
            event = self._written(happening, share.version, event_id)
            genuine = self._delivery(endpoint, event, share, Kind.GENUINE)
            yield genuine
            if self._happens(chaos.wrong_signatures):
                yield self._forged(genuine)
            if self._happens(chaos.unknown_events):
                unknown = {**event, "event": UNKNOWN_EVENT, "event_id": draw_id(self._ids)}
                yield self._delivery(endpoint, unknown, share, Kind.UNKNOWN)
            if self._happens(chaos.unknown_tags):
                message = {**event["msg"], "tag": UNKNOWN_TAG, "subtag": f"{UNKNOWN_TAG}_001"}
                unknown = {**event, "msg": message, "event_id": draw_id(self._ids)}
                yield self._delivery(endpoint, unknown, share, Kind.UNKNOWN)

    def test(self, endpoint: Endpoint, happening: Happening) -> Delivery:
        """The delivery of the button that tests a URL: an ordinary event, sent once."""
        event = self._written(happening, endpoint.version, draw_id(self._ids))
        share = Share(endpoint.version, PLAIN, happening.at, is_doubled=False)
        return self._delivery(endpoint, event, share, Kind.TEST)

    def _written(self, happening: Happening, version: str | None, event_id: str) -> dict[str, Any]:
        return self._writer.event(
            version, happening.event, event_id, happening.parcel, happening.at, happening.is_first_tag
        )

    def _share(self, endpoint: Endpoint, at: datetime, chaos: Chaos) -> Share:
        version = endpoint.version
        if self._happens(chaos.no_version):
            version = None
        elif version is not None and self._happens(chaos.old_versions):
            older = [each for each in self._writer.versions if each < version]
            version = self._chance.choice(older) if older else version
        style = self._chance.choice(ODD) if self._happens(chaos.odd_bodies) else PLAIN
        held = timedelta(0)
        if self._happens(chaos.reordering):
            held = timedelta(seconds=round(self._chance.uniform(0, chaos.held_back.total_seconds())))
        return Share(version, style, at + held, self._happens(chaos.duplicates))

    def _happens(self, share: float) -> bool:
        return share > 0 and self._chance.random() < share

    def _delivery(self, endpoint: Endpoint, event: dict[str, Any], share: Share, kind: Kind) -> Delivery:
        body = write_body(event, share.style)
        headers = delivery_headers(body, endpoint.secret, share.version, endpoint.headers)
        return Delivery(
            endpoint=endpoint,
            request=Outgoing(endpoint.url, headers, body),
            event_id=event["event_id"],
            event=event["event"],
            tag=event["msg"].get("tag"),
            version=share.version,
            kind=kind,
            due=share.due,
            doubled=share.is_doubled,
        )

    def _forged(self, genuine: Delivery) -> Delivery:
        headers = spoil_signature(genuine.request.headers, self._chance.choice(tuple(SPOILS)))
        request = genuine.request._replace(headers=headers)
        return replace(genuine, request=request, kind=Kind.FORGED, doubled=False)


def _is_for(happening: Happening, endpoint: Endpoint) -> bool:
    if happening.is_edit and not endpoint.edits:
        return False
    if happening.pending_for is not None and happening.pending_for != endpoint.pending_after:
        return False
    return endpoint.wants(happening.event, happening.tag, happening.api_key)
