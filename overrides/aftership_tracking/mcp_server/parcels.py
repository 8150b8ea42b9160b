"""Trackings become small records: statuses with their meaning, texts in envelopes, people left out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from aftership_tracking.mcp_server.records import (
    Event,
    Known,
    LateParcel,
    LateReason,
    Parcel,
    Personal,
    TrackedParcel,
)
from aftership_tracking.mcp_server.untrusted import UntrustedText, wrap

__all__ = ["ParcelReader"]

P = TypeVar("P", bound=Parcel)
_SLUG = re.compile(r"[a-z0-9-]{1,80}")
# Those that the service makes. A shop may choose others: an order number, or a sentence with dashes.
_IDENTIFIER = re.compile(r"[0-9a-f]{24}|(?=(?:[a-z]*[0-9]){5})[a-z0-9]{32}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?")
_MOST_PEOPLE = 5
_ENDED = ("Delivered", "Expired")
# What of a tracking may name a person or where one lives, with the names of all versions.
_PERSONAL = (
    *("title", "order_number", "order_id", "note", "signed_by", "customer_name", "customers"),
    *("emails", "smses", "subscribed_emails", "subscribed_smses", "pickup_location", "pickup_note"),
    *("destination_raw_location", "destination_city", "destination_postal_code", "tracking_postal_code"),
    *("tracking_account_number", "tracking_key"),
)
_NAMES = ("customer_name", "customers", "signed_by")
_NAMES_PEOPLE = ("name", "email", "phone_number")
_WORD = re.compile(r"[^\W\d_]{2,}")
"""A part of a name that is long enough to be recognised."""
_ADDRESSES = ("destination_raw_location", "pickup_location")
_ADDRESS_PART = re.compile(r"[^,;\n]+")
_SHORTEST_CUSTOM = 4
"""Letters of a custom field that is removed: a shorter one is rather "yes" than a name."""


class ParcelReader:
    """Makes records of trackings.

    Args:
        slugs: The known slugs. Another one is untrusted text.
        personal_data: Whether the records may say something about people.
    """

    def __init__(self, slugs: Iterable[str], *, personal_data: bool) -> None:
        self._slugs = frozenset(slugs)
        self._personal_data = personal_data

    def parcel(self, tracking: Any) -> Parcel:
        """Return a tracking with its last event."""
        return self._read(Parcel, tracking, last_event=self._last_event(tracking))

    def late(self, tracking: Any, reasons: list[LateReason]) -> LateParcel:
        """Return a late tracking."""
        return self._read(LateParcel, tracking, last_event=self._last_event(tracking), reasons=reasons)

    def tracked(self, tracking: Any, first: int, count: int) -> TrackedParcel:
        """Return a tracking with `count` of its events, the newest first; `first` are left out."""
        events = list(reversed(_list(tracking, "checkpoints")))
        private = self._private(tracking)
        return self._read(
            TrackedParcel,
            tracking,
            events=[self._event(event, private) for event in events[first : first + count]],
            events_total=len(events),
        )

    def late_reasons(self, tracking: Any, today: dt.date) -> list[LateReason]:
        """Return why a tracking is late; empty if it is not, or has ended."""
        if str(_get(tracking, "tag")) in _ENDED:
            return []
        found: list[LateReason] = []
        status = str(_get(tracking, "on_time_status"))
        for reason in ("overdue", "late", "trending-late"):
            if status == reason:
                found.append(reason)
        expected = _expected(tracking)
        if expected is not None and dt.date.fromisoformat(expected[:10]) < today:
            found.append("expected day has passed")
        return found

    def courier(self, slug: object, private: Sequence[str] | None = None) -> str | UntrustedText | None:
        """Return a slug, in an envelope and without what is private if nobody knows it."""
        if isinstance(slug, str) and slug in self._slugs and _SLUG.fullmatch(slug):
            return str(slug)
        return wrap(slug, without=private)

    def _read(self, kind: type[P], tracking: Any, **more: Any) -> P:
        private = self._private(tracking)
        return kind(
            id=_identifier(_get(tracking, "id"), private),
            tracking_number=wrap(_get(tracking, "tracking_number")),
            courier=self.courier(_get(tracking, "slug"), private),
            status=_known(_get(tracking, "tag"), private),
            detail=_known(_get(tracking, "subtag"), private),
            updated_at=_time(_get(tracking, "updated_at")),
            expected_delivery=_expected(tracking),
            punctuality=_known(_get(tracking, "on_time_status"), private),
            personal=_personal(tracking) if self._personal_data else None,
            **more,
        )

    def _last_event(self, tracking: Any) -> Event | None:
        events = _list(tracking, "checkpoints")
        return self._event(events[-1], self._private(tracking)) if events else None

    def _event(self, event: Any, private: Sequence[str] | None) -> Event:
        return Event(
            time=_time(_get(event, "checkpoint_time")),
            status=_known(_get(event, "tag"), private),
            detail=_known(_get(event, "subtag"), private),
            message=wrap(_get(event, "message"), without=private),
            country=wrap(_get(event, "country_region") or _get(event, "country_iso3"), without=private),
            city=wrap(_get(event, "city")) if self._personal_data else None,
        )

    def _private(self, tracking: Any) -> list[str] | None:
        """What is removed from the texts of couriers; None: nothing."""
        if self._personal_data:
            return None
        found = [text for name in _PERSONAL for text in _strings(_get(tracking, name))]
        # Couriers write "G. Hopper" of Grace Hopper.
        names = [text for name in _NAMES for text in _strings(_get(tracking, name))]
        # Of O'Brien both OBRIEN and BRIEN.
        found += (word for text in names for word in (*text.split(), *_WORD.findall(text)))
        # And "12 Baker Street" of a whole address. A single word is rather a country.
        addresses = [text for name in _ADDRESSES for text in _strings(_get(tracking, name))]
        parts = [part.strip() for text in addresses for part in _ADDRESS_PART.findall(text)]
        found += (part for part in parts if " " in part or any(map(str.isdigit, part)))
        custom = _leaves(_get(tracking, "custom_fields"))
        return [*found, *(text for text in custom if len(text) >= _SHORTEST_CUSTOM)]


def _personal(tracking: Any) -> Personal:
    people = [wrap(_get(tracking, "customer_name"))]
    for customer in _list(tracking, "customers"):
        parts = [_get(customer, name) for name in _NAMES_PEOPLE]
        people.append(wrap(", ".join(part for part in parts if isinstance(part, str) and part)))
    parts = [_get(tracking, name) for name in ("destination_raw_location", "destination_city")]
    return Personal(
        title=wrap(_get(tracking, "title")),
        order_number=wrap(_get(tracking, "order_number") or _get(tracking, "order_id")),
        note=wrap(_get(tracking, "note")),
        signed_by=wrap(_get(tracking, "signed_by")),
        destination=wrap(", ".join(part for part in parts if isinstance(part, str) and part)),
        customers=[each for each in people if each is not None][:_MOST_PEOPLE],
    )


def _identifier(value: object, private: Sequence[str] | None) -> str | UntrustedText | None:
    """An id, in an envelope if a shop chose it."""
    if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
        return value
    return wrap(value, without=private)


def _known(value: object, private: Sequence[str] | None) -> Known | None:
    """A value of an enum with its meaning."""
    if not isinstance(value, str) or not value:
        return None
    meaning = getattr(value, "meaning", None)
    if meaning is None:
        # Not of a document: whoever sent it chose it.
        wrapped = wrap(str(value), without=private)
        return None if wrapped is None else Known(value=wrapped)
    return Known(value=str(value), meaning=meaning)


def _expected(tracking: Any) -> str | None:
    """The latest day of the current estimate, of whatever source comes first."""
    latest = _get(tracking, "latest_estimated_delivery")
    for name in ("datetime_max", "datetime"):
        if (found := _time(_get(latest, name))) is not None:
            return found
    return _time(_get(tracking, "expected_delivery"))


def _time(value: object) -> str | None:
    text = str(value) if value else ""
    if not _TIME.fullmatch(text):
        return None
    try:
        dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
    return text


def _get(record: object, name: str) -> Any:
    """A field of a model, or of a JSON object where a response had another shape; None if it has none."""
    return record.get(name) if isinstance(record, dict) else getattr(record, name, None)


def _list(record: object, name: str) -> list[Any]:
    found = _get(record, name)
    return found if isinstance(found, list) else []


def _leaves(value: object) -> Iterator[str]:
    """All strings of JSON, and numbers as text."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield str(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif value is not None:
        for name in _NAMES_PEOPLE:
            yield from _strings(_get(value, name) or None)
