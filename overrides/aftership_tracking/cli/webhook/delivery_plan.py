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
    other_spellings,
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
    ODD_BODY: "the events are written as odd but legal JSON, at least one in each style",
    NO_SUCH_EVENT: "one more, with an unknown code",
    NO_SUCH_TAG: "one more, with an unknown status",
    WRONG_SIGNATURE: "forged ones, which have to be refused, and the right digest in other spellings",
    OLD_VERSION: "one in each older version",
    NO_VERSION: "one without a version header",
    REORDER: "in another order, at least two",
}
ALL = "all"
# What JSON that is parsed and written again may spell otherwise. Every version has these fields.
_ODD_FIELDS: Mapping[str, Any] = {"title": "Z\u00fcrich/\u6771\u4eac", "shipment_package_count": 1.0}


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
    """One request. If `is_forged`, it has to be refused. If `is_respelled`, it may be."""

    note: str
    request: SignedRequest
    event: dict[str, Any]
    version: str | None
    is_forged: bool = False
    is_respelled: bool = False


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
        found += [
            first._replace(note=f"right digest, other spelling: {how}", request=request, is_respelled=True)
            for how, request in other_spellings(first.request)
        ]
    return _reorder(found, settings.seed) if REORDER in settings.chaos else found


def find_idle_chaos(settings: SendSettings) -> list[str]:
    """Return the kinds of chaos that would change nothing for the version."""
    version = _version(settings)
    idle = []
    if OLD_VERSION in settings.chaos and not _older(version):
        idle.append(OLD_VERSION)
    if NO_VERSION in settings.chaos and version is None:
        idle.append(NO_VERSION)
    return idle


def _reorder(planned: list[PlannedDelivery], seed: int) -> list[PlannedDelivery]:
    """Return them in an order in which a later event overtakes an earlier one."""
    shuffled = reorder(planned, seed)
    times = [each.event["ts"] for each in shuffled]
    return shuffled[::-1] if times == sorted(times) else shuffled


def _version(settings: SendSettings) -> str | None:
    if settings.version == NEWEST:
        return shape_of(NEWEST)
    return None if settings.version == LEGACY else settings.version


def _genuine(settings: SendSettings) -> Iterator[PlannedDelivery]:
    ids = random.Random(settings.seed)  # noqa: S311 - ids need no secrecy
    version = _version(settings)
    count = max(
        settings.count,
        len(ODD) if ODD_BODY in settings.chaos else 1,
        # One alone has no order.
        2 if REORDER in settings.chaos else 1,
    )
    # One second apart, and none in the future, because a receiver with an age limit would refuse it.
    timestamps = itertools.count(settings.now - count - len(CHAOS) - len(_older(version)))

    def plan_one(
        note: str = "", *, to: str | None = version, style: str = PLAIN, **changes: Any
    ) -> PlannedDelivery:
        wanted = {"event": settings.event, "tag": settings.tag, **settings.fields, **changes}
        event = webhook_event(version=to, event_id=draw_id(ids), ts=next(timestamps), **wanted)
        request = signed_request(event, settings.secret, version=to, style=style, headers=settings.headers)
        return PlannedDelivery(note, request, event, to)

    for index in range(count):
        if ODD_BODY in settings.chaos:
            style = ODD[index % len(ODD)]
            yield plan_one(f"written: {style}", style=style, **{**_ODD_FIELDS, **settings.fields})
        else:
            yield plan_one()
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
