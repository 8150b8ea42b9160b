"""The deliveries that `aftership webhook send` sends, as values. Equal settings give equal deliveries."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aftership_tracking.cli.webhook.inputs import LEGACY
from aftership_tracking.testing import (
    NEWEST,
    UNKNOWN_EVENT,
    UNKNOWN_TAG,
    SignedRequest,
    bad_signatures,
    reorder,
    shape_of,
    signed_request,
    webhook_event,
)
from aftership_tracking.webhooks.sending.body_styles import ODD, PLAIN
from aftership_tracking.webhooks.sending.event_ids import draw_id

ODD_BODY, NO_SUCH_EVENT, NO_SUCH_TAG = "odd-body", "unknown-event", "unknown-tag"
WRONG_SIGNATURE, OLD_VERSION, NO_VERSION, REORDER = "wrong-signature", "old-version", "no-version", "reorder"
CHAOS: Mapping[str, str] = {
    ODD_BODY: "the events are written as odd but legal JSON",
    NO_SUCH_EVENT: "one more, with an unknown code",
    NO_SUCH_TAG: "one more, with an unknown status",
    WRONG_SIGNATURE: "forged ones, which have to be refused",
    OLD_VERSION: "one in each older version",
    NO_VERSION: "one without a version header",
    REORDER: "in another order",
}
ALL = "all"


@dataclass(frozen=True, slots=True)
class SendSettings:
    """The options of the command. `now` is in seconds since 1970."""

    secret: str = field(repr=False)
    version: str = NEWEST
    event: str = "tracking_update"
    tag: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    count: int = 1
    duplicate: bool = False
    chaos: frozenset[str] = frozenset()
    seed: int = 1
    now: int = 1_700_000_000


class PlannedDelivery(NamedTuple):
    """One request. If `is_forged`, it has to be refused."""

    note: str
    request: SignedRequest
    event: dict[str, Any]
    version: str | None
    is_forged: bool = False


def plan_deliveries(settings: SendSettings) -> list[PlannedDelivery]:
    """Return all deliveries, in the order in which they are sent.

    Raises:
        ValueError: the version does not have a field.
    """
    found = list(_genuine(settings))
    if settings.duplicate:
        found = [copy for each in found for copy in (each, each._replace(note="duplicate"))]
    if WRONG_SIGNATURE in settings.chaos:
        first = found[0]
        found += [
            first._replace(note=f"forged: {how}", request=request, is_forged=True)
            for how, request in bad_signatures(first.request)
        ]
    return reorder(found, settings.seed) if REORDER in settings.chaos else found


def _genuine(settings: SendSettings) -> Iterator[PlannedDelivery]:
    ids = random.Random(settings.seed)  # noqa: S311 - ids need no secrecy
    version = None if settings.version == LEGACY else settings.version
    if version == NEWEST:
        version = shape_of(NEWEST)
    # One second apart, and none in the future, because a receiver with an age limit would refuse it.
    timestamps = itertools.count(settings.now - settings.count - len(CHAOS) - len(_older(version)))

    def plan_one(
        note: str = "", *, to: str | None = version, style: str = PLAIN, **changes: Any
    ) -> PlannedDelivery:
        wanted = {"event": settings.event, "tag": settings.tag, **settings.fields, **changes}
        event = webhook_event(version=to, event_id=draw_id(ids), ts=next(timestamps), **wanted)
        request = signed_request(event, settings.secret, version=to, style=style, headers=settings.headers)
        return PlannedDelivery(note, request, event, to)

    for index in range(settings.count):
        style = ODD[index % len(ODD)] if ODD_BODY in settings.chaos else PLAIN
        yield plan_one("" if style == PLAIN else f"written: {style}", style=style)
    if NO_SUCH_EVENT in settings.chaos:
        yield plan_one("unknown event", event=UNKNOWN_EVENT)
    if NO_SUCH_TAG in settings.chaos:
        yield plan_one("unknown tag", tag=UNKNOWN_TAG)
    if OLD_VERSION in settings.chaos:
        for older in _older(version):
            yield plan_one("older version", to=older)
    if NO_VERSION in settings.chaos:
        yield plan_one("no version", to=None)


def _older(version: str | None) -> list[str]:
    import aftership_tracking.documents as installed_documents

    return [each for each in installed_documents.versions() if version is not None and each < version]
