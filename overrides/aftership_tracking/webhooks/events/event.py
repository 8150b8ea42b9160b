"""One event, the same for every webhook version: what happened, when, and the tracking that it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading
from aftership_tracking.webhooks.events.model_choice import ENVELOPE
from aftership_tracking.webhooks.events.order import Position, is_newer

if TYPE_CHECKING:
    from aftership_tracking.migration.losses import Loss
    from aftership_tracking.runtime.surprise import Surprise
    from aftership_tracking.webhooks.events.envelope import Envelope

__all__ = ["Event"]

T = TypeVar("T")
FIRST_TAG = "is_tracking_first_tag"
_MISSING = object()


class Event:
    """A verified webhook event. It is read-only; its tracking is a model like any other."""

    __slots__ = (
        "_attempt",
        "_content",
        "_data",
        "_is_known_version",
        "_lost",
        "_model_version",
        "_raw",
        "_surprises",
        "_version",
    )

    def __init__(
        self,
        raw: bytes,
        envelope: Envelope,
        data: Mapping[str, Any] | None = None,
        lost: tuple[Loss, ...] = (),
    ) -> None:
        self._raw = raw
        (
            self._content,
            self._version,
            self._model_version,
            self._is_known_version,
            self._surprises,
        ) = envelope
        self._data = data
        self._lost = lost
        self._attempt: int | None = None

    @property
    def event(self) -> str:
        """The code: `tracking_update`, `edd_revise`, `tracking_pending_time`, or one that is newer than this
        package.
        """
        return str.__str__(self._content.event)

    @property
    def event_id(self) -> str:
        """The id of the event. It is the same for every attempt. If the body has none, it is `sha256-` and
        the digest of the body.
        """
        return str.__str__(self._content.event_id)

    @property
    def ts(self) -> int:
        """When it occurred, in seconds since 1970 (UTC). This is not when it was sent."""
        return int(self._content.ts)

    @property
    def occurred_at(self) -> datetime:
        """When it occurred, in UTC. This is not when it was sent: a retry comes up to 68 hours later."""
        return datetime.fromtimestamp(self.ts, UTC)

    @property
    def attempt(self) -> int | None:
        """How often a receiver has given this event to a handler, this time included; None outside of one.

        The store counts it, because no header says it. Deliveries that did not reach the handler are not
        counted, and neither are any by a store of your own that does not count.
        """
        return self._attempt

    @property
    def is_first_tag(self) -> bool | None:
        """Whether this is the first update with this status; None if the event does not say so. It is
        documented for `tracking_update` only.
        """
        first = getattr(self._content, FIRST_TAG, _MISSING)
        if first is _MISSING:
            # Imported lazily: the models of most versions have the field under this name.
            from aftership_tracking.migration.moves import field_name
            from aftership_tracking.migration.steps import versions

            name = field_name(FIRST_TAG, ENVELOPE, versions()[0], self._model_version)
            first = getattr(self._content, name, None)
        return first if isinstance(first, bool) else None

    @property
    def version(self) -> str | None:
        """The version header as it came; None for a URL that was set up before versions. It is not signed."""
        return self._version

    @property
    def model_version(self) -> str:
        """The version whose models `tracking` is made of."""
        return self._model_version

    @property
    def is_known_version(self) -> bool:
        """Whether the version header names a version of this package. If not, the nearest one was used, and
        the fields that it does not know are in `data` only.
        """
        return self._is_known_version

    @property
    def is_known_event(self) -> bool:
        """Whether the code is one that the document lists."""
        return bool(getattr(self._content.event, "is_known", False))

    @property
    def tracking(self) -> Any:
        """The whole tracking, as the model of `model_version`."""
        return self._content.msg

    @property
    def tag(self) -> str | None:
        """The delivery status of the tracking, such as `InTransit`; None if it has none. The status may be
        newer than this package.
        """
        tag = getattr(self._content.msg, "tag", None)
        return str.__str__(tag) if isinstance(tag, str) else None

    @property
    def custom_fields(self) -> Mapping[str, Any]:
        """The custom fields, never None: without any, the tracking has `{}` up to 2025-04 and null from
        2025-07.
        """
        found = getattr(self._content.msg, "custom_fields", None)
        return found if isinstance(found, dict) else {}

    @property
    def raw(self) -> bytes:
        """The body as it came, also after `as_version`."""
        return self._raw

    @property
    def data(self) -> Mapping[str, Any]:
        """The body as parsed JSON, including every field that the models do not know, in the shape of
        `model_version`.
        """
        if self._data is None:
            from aftership_tracking.webhooks.events.envelope import read_data

            self._data = read_data(self._raw)
        return self._data

    @property
    def surprises(self) -> tuple[Surprise, ...]:
        """Differences of the body from the document. A value that could not be read as documented is always
        listed; unknown fields and values only with `on_surprise`.
        """
        return self._surprises

    @property
    def lost(self) -> tuple[Loss, ...]:
        """What `as_version` could not carry over. It is empty for an event as it came."""
        return self._lost

    @property
    def position(self) -> Position:
        """The position of the event in the history of its tracking. Store it for `is_newer_than`."""
        return Position(ts=self.ts, updated_at=_zoned_time(getattr(self._content.msg, "updated_at", None)))

    def is_newer_than(self, previous: Event | Position | None) -> bool:
        """Return whether this happened after `previous`: another event of the tracking, or its position.

        It compares `ts`, then `updated_at` of the tracking. If `previous` is None, the result is True. An
        event that comes twice is not newer than itself. It does not check that both belong to one tracking.
        """
        if previous is None:
            return True
        return is_newer(self.position, previous.position if isinstance(previous, Event) else previous)

    def key(self, endpoint: str = "") -> str:
        """Return the key that duplicates share: the event id, after the name of the endpoint if there is one.

        Whether two URLs of one account get the same event under the same id is not documented, so an
        application with several URLs gives each of them a name.
        """
        # The slash separates the two, so the id must not hold one.
        name = self.event_id.replace("%", "%25").replace("/", "%2F")
        return f"{endpoint}/{name}" if endpoint else name

    def as_version(self, version: str | None = None) -> Event:
        """Return this event in the shape of `version`, by default of the newest version of this package.

        Code that reads one shape then works with deliveries of every version. Fields that this shape does not
        have are listed in `lost`. The attributes `version` and `raw` do not change.

        Raises UsageError for a version that is not installed.
        """
        with loading:
            from aftership_tracking.migration import migrate
            from aftership_tracking.webhooks.events.envelope import Envelope, read_migrated
            from aftership_tracking.webhooks.events.model_choice import newest_version

        target = version if version is not None else newest_version()
        if target == self._model_version:
            return self
        migrated = migrate(self.data, self._model_version, target, kind="WebhookEvent")
        content, surprises = read_migrated(migrated.value, target, self.event_id, self.ts)
        envelope = Envelope(content, self._version, target, self._is_known_version, surprises)
        event = Event(self._raw, envelope, migrated.value, (*self._lost, *migrated.lost))
        event.count(self._attempt)
        return event

    def tracking_as(self, model: type[T]) -> T:
        """Return the tracking as this model: `event.tracking_as(v2026_07.Tracking)`.

        It is the same as `as_version(...).tracking`, and type checkers know its type. Raises UsageError if
        `model` is not the Tracking of a version.
        """
        version = _MODELS.fullmatch(model.__module__)
        if version is None or model.__name__ != "Tracking":
            raise UsageError(f"{model.__name__} is not the Tracking of a version")
        found: T = self.as_version(f"{version[1]}-{version[2]}").tracking
        return found

    def count(self, attempt: int | None) -> None:
        """Set `attempt`. The receiver does this."""
        self._attempt = attempt

    def __repr__(self) -> str:
        return f"<Event {self.event!r} {self.event_id!r} of {self._version}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __reduce__(self) -> tuple[Callable[..., Event], tuple[bytes, str | None, str]]:
        # Unpickling reads the body again. It is smaller than the models.
        return (_read_again, self._identity())

    def _identity(self) -> tuple[bytes, str | None, str]:
        return (self._raw, self._version, self._model_version)

    def __copy__(self) -> Event:
        return self

    def __deepcopy__(self, _memo: object) -> Event:
        return self


_MODELS = re.compile(r"aftership_tracking\.v(\d{4})_(\d{2})\.models")


def _zoned_time(value: object) -> datetime | None:
    """Return the time of an `updated_at`; None unless it is a time with a zone."""
    from aftership_tracking.runtime.models.times import Time

    # Converted to a plain Time, because a Timestamp raises if it was made from a string without a zone.
    time = Time(value).datetime if isinstance(value, Time) else None
    return time if time is not None and time.tzinfo is not None else None


def _read_again(raw: bytes, version: str | None, model_version: str) -> Event:
    from aftership_tracking.webhooks.events.envelope import read_envelope

    event = Event(raw, read_envelope(raw, () if version is None else (version,)))
    return event.as_version(model_version)
