"""One event, the same for every webhook version: what happened, when, and the tracking that it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.order import Position, is_newer

if TYPE_CHECKING:
    from aftership_tracking.migration.losses import Loss
    from aftership_tracking.runtime.models.surprise import Surprise

__all__ = ["Event"]

T = TypeVar("T")


class Event:
    """A verified webhook event. It is read-only; its tracking is a model like any other."""

    __slots__ = (
        "_data",
        "_envelope",
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
        envelope: Any,
        version: str | None,
        model_version: str,
        is_known_version: bool,
        surprises: tuple[Surprise, ...] = (),
        data: Mapping[str, Any] | None = None,
        lost: tuple[Loss, ...] = (),
    ) -> None:
        self._raw = raw
        self._envelope = envelope
        self._version = version
        self._model_version = model_version
        self._is_known_version = is_known_version
        self._surprises = surprises
        self._data = data
        self._lost = lost

    @property
    def event(self) -> str:
        """The code: `tracking_update`, `edd_revise`, `tracking_pending_time`, or one that is newer than this
        package."""
        return str.__str__(self._envelope.event)

    @property
    def event_id(self) -> str:
        """Names the event; the same for every attempt."""
        return str.__str__(self._envelope.event_id)

    @property
    def ts(self) -> int:
        """When it occurred, in seconds since 1970 (UTC). Not when it was sent."""
        return int(self._envelope.ts)

    @property
    def occurred_at(self) -> datetime:
        """When it occurred, in UTC. Not when it was sent: a retry comes up to 68 hours later."""
        return datetime.fromtimestamp(self.ts, UTC)

    @property
    def is_first_tag(self) -> bool | None:
        """Whether this is the first update under this status; None if the event does not say it, which is
        documented for `tracking_update` only."""
        first = self._envelope.is_tracking_first_tag
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
        """Whether the version header names a version of this package. If not, the nearest was used, and what
        it does not know is in `data` only.
        """
        return self._is_known_version

    @property
    def is_known_event(self) -> bool:
        """Whether the code is one that the document lists."""
        return bool(getattr(self._envelope.event, "is_known", False))

    @property
    def tracking(self) -> Any:
        """The whole tracking, as the model of `model_version`."""
        return self._envelope.msg

    @property
    def tag(self) -> str | None:
        """The delivery status of the tracking, such as `InTransit`; None if there is none. It may be one that
        is newer than this package.
        """
        tag = getattr(self._envelope.msg, "tag", None)
        return str.__str__(tag) if isinstance(tag, str) else None

    @property
    def custom_fields(self) -> Mapping[str, Any]:
        """The custom fields, never None: without any, the tracking has `{}` up to 2025-04 and null from
        2025-07.
        """
        found = getattr(self._envelope.msg, "custom_fields", None)
        return found if isinstance(found, dict) else {}

    @property
    def raw(self) -> bytes:
        """The body as it came, also after `as_version`."""
        return self._raw

    @property
    def data(self) -> Mapping[str, Any]:
        """The body as parsed JSON, with every field that the models do not know. In the shape of
        `model_version`."""
        if self._data is None:
            from aftership_tracking.webhooks.envelope import read_data

            self._data = read_data(self._raw)
        return self._data

    @property
    def surprises(self) -> tuple[Surprise, ...]:
        """Where the body differs from the document, as far as it was noticed: always where a value could not
        be read as documented; unknown fields and values only with `on_surprise`.
        """
        return self._surprises

    @property
    def lost(self) -> tuple[Loss, ...]:
        """What `as_version` could not carry over; empty for an event as it came."""
        return self._lost

    @property
    def position(self) -> Position:
        """Where the event stands in the history of its tracking, to be stored for `is_newer_than`."""
        return Position(self.ts, _moment(getattr(self._envelope.msg, "updated_at", None)))

    def is_newer_than(self, previous: Event | Position | None) -> bool:
        """Return whether this happened after `previous`, an event of the same tracking or its stored
        position.

        By `ts`, then by `updated_at` of the tracking. True if there is no previous one. An event that comes
        twice is not newer than itself. Whether both are of one tracking is not checked.
        """
        if previous is None:
            return True
        return is_newer(self.position, previous.position if isinstance(previous, Event) else previous)

    def key(self, endpoint: str = "") -> str:
        """Return the key by which duplicates are recognised: the event id, within an endpoint.

        Whether two URLs of one account get the same event under the same id is not documented, so an
        application with several URLs gives each a name.
        """
        # The slash separates, so the id must not hold one.
        name = self.event_id.replace("%", "%25").replace("/", "%2F")
        return f"{endpoint}/{name}" if endpoint else name

    def as_version(self, version: str | None = None) -> Event:
        """Return this event as `version` has it, without one as the newest version of this package.

        So code that reads one shape works with deliveries of every version. What has no place there is listed
        in `lost`. `version` and `raw` stay as they came. Raises UsageError for a version that is not
        installed.
        """
        from aftership_tracking.migration import migrate
        from aftership_tracking.webhooks.envelope import newest, read_moved

        target = version if version is not None else newest()
        if target == self._model_version:
            return self
        moved, lost = migrate(self.data, self._model_version, target, kind="WebhookEvent")
        envelope, surprises = read_moved(moved, target)
        return Event(
            self._raw,
            envelope,
            version=self._version,
            model_version=target,
            is_known_version=self._is_known_version,
            surprises=surprises,
            data=moved,
            lost=(*self._lost, *lost),
        )

    def tracking_as(self, model: type[T]) -> T:
        """Return the tracking as this model: `event.tracking_as(v2026_07.Tracking)`.

        The same as `as_version(...).tracking`, for type checkers that want to know what it is. Raises
        UsageError if `model` is not the Tracking of a version.
        """
        made_in = _MODELS.fullmatch(model.__module__)
        if made_in is None or model.__name__ != "Tracking":
            raise UsageError(f"{model.__name__} is not the Tracking of a version")
        found: T = self.as_version(f"{made_in[1]}-{made_in[2]}").tracking
        return found

    def __repr__(self) -> str:
        return f"<Event {self.event!r} {self.event_id!r} of {self._version}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __reduce__(self) -> tuple[Callable[..., Event], tuple[bytes, str | None, str]]:
        # Read again from the body: it is smaller than the models, and another release may read it better.
        return (_read_again, self._identity())

    def _identity(self) -> tuple[bytes, str | None, str]:
        return (self._raw, self._version, self._model_version)

    def __copy__(self) -> Event:
        return self

    def __deepcopy__(self, _memo: object) -> Event:
        return self


_MODELS = re.compile(r"aftership_tracking\.v(\d{4})_(\d{2})\.models")


def _moment(value: object) -> datetime | None:
    """Return the moment of an `updated_at`, if it is one: with a zone."""
    from aftership_tracking.runtime.models.times import Time

    # Plain, because a Timestamp raises where it was made from a text without a zone.
    moment = Time(value).datetime if isinstance(value, Time) else None
    return moment if moment is not None and moment.tzinfo is not None else None


def _read_again(raw: bytes, version: str | None, model_version: str) -> Event:
    from aftership_tracking.webhooks.envelope import read_event

    event = read_event(raw, () if version is None else (version,))
    return event.as_version(model_version)
