"""What the tools return. The schemas that a model sees are those of these records, with all their limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aftership_tracking.mcp_server.untrusted import UntrustedText

__all__ = [
    "MOST_CARRIERS",
    "MOST_EVENTS",
    "MOST_MATCHES",
    "MOST_PARCELS",
    "Carrier",
    "Carriers",
    "ChangedParcels",
    "CreateOutcome",
    "Event",
    "Failure",
    "FailureKind",
    "FoundParcels",
    "Known",
    "LateParcel",
    "LateParcels",
    "LateReason",
    "Meaning",
    "Parcel",
    "Personal",
    "Result",
    "Source",
    "TrackedParcel",
    "to_json",
]

Source = Literal["live", "sandbox"]
"""Where a result is from: the account at AfterShip, or a mock with invented parcels."""
FailureKind = Literal["usage", "auth", "not_found", "limited", "service", "failed"]
LateReason = Literal["overdue", "late", "trending-late", "expected day has passed"]
MOST_PARCELS = 25
MOST_EVENTS = 20
MOST_MATCHES = 5
MOST_CARRIERS = 20

Slug = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9-]+$")]
Identifier = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Instant = Annotated[str, Field(max_length=40, pattern=r"^[0-9TZ:.+-]+$")]
Cursor = Annotated[str, Field(max_length=64, description="Give it back as `cursor` to go on.")]


class Record(BaseModel):
    """A part of a result. What is not known is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Result(Record):
    """What every tool returns."""

    source: Source = Field(description="live: the account at AfterShip. sandbox: invented parcels.")


class Known(Record):
    """A status, with its meaning."""

    value: Annotated[str, Field(max_length=80)] | UntrustedText = Field(
        description="A documented value as it is; one that no document has, as untrusted text."
    )
    meaning: str | None = Field(default=None, max_length=400)


class Event(Record):
    """Something that happened to a parcel."""

    time: Instant | None = Field(
        default=None, description="As the courier gave it; without a zone if it gave none."
    )
    status: Known | None = None
    detail: Known | None = None
    message: UntrustedText | None = Field(default=None, description="The words of the courier.")
    country: UntrustedText | None = None
    city: UntrustedText | None = Field(default=None, description="Only with --personal-data.")


class Personal(Record):
    """What says something about people. Only with --personal-data."""

    title: UntrustedText | None = None
    order_number: UntrustedText | None = None
    note: UntrustedText | None = None
    signed_by: UntrustedText | None = None
    destination: UntrustedText | None = None
    customers: list[UntrustedText] = Field(default_factory=list, max_length=5)


class Parcel(Record):
    """A tracking of the account."""

    id: Identifier | UntrustedText | None = Field(
        default=None, description="As untrusted text if the shop may have chosen it."
    )
    tracking_number: UntrustedText | None = None
    courier: Slug | UntrustedText | None = Field(default=None, description="The slug of the courier.")
    status: Known | None = None
    detail: Known | None = None
    updated_at: Instant | None = None
    expected_delivery: Instant | None = Field(
        default=None, description="The latest day of the current estimate."
    )
    punctuality: Known | None = None
    last_event: Event | None = None
    personal: Personal | None = None


class TrackedParcel(Parcel):
    """A tracking with its events, the newest first."""

    events: list[Event] = Field(max_length=MOST_EVENTS)
    events_total: int
    older_events: Cursor | None = None


class FoundParcels(Result):
    """The trackings with a number. An empty list says nothing about the parcel: the account has none."""

    parcels: list[TrackedParcel] = Field(max_length=MOST_MATCHES)
    has_more: bool = Field(description="Whether more trackings have this number: give `courier` then.")
    note: str | None = Field(default=None, max_length=400)


class LateParcel(Parcel):
    """A parcel that is late, and why it counts as late."""

    reasons: list[LateReason]


class LateParcels(Result):
    """Late parcels."""

    parcels: list[LateParcel] = Field(max_length=MOST_PARCELS)
    searched: int = Field(description="How many trackings this call looked at.")
    next_cursor: Cursor | None = Field(
        default=None, description="Without it, all trackings of the last 120 days were searched."
    )


class ChangedParcels(Result):
    """What changed."""

    parcels: list[Parcel] = Field(max_length=MOST_PARCELS)
    has_more: bool = Field(description="Whether there is more now. Otherwise the cursor is for later.")
    next_cursor: Cursor


class Carrier(Record):
    """A courier that may carry a number."""

    courier: Slug | UntrustedText = Field(description="Its slug.")
    name: Annotated[str, Field(max_length=200)] | UntrustedText | None = None
    check_digit: Literal["right", "wrong", "unknown"] | None = None


class Carriers(Result):
    """Who carries a number: what the API detects, and hints apart from it."""

    detected: list[Carrier] = Field(
        max_length=MOST_CARRIERS, description="The response of the API, the most likely courier first."
    )
    called_api: bool = Field(description="Whether the API was called. Only it knows.")
    hints: list[Carrier] = Field(
        max_length=MOST_CARRIERS,
        description="Couriers whose numbers look so, by public lists of 2020 and 2024. A guess.",
    )
    left_out: int = Field(description="How many couriers did not fit into the lists.")


class Meaning(Result):
    """What a status or an error code means, as the documentation says."""

    subject: str = Field(max_length=80)
    kind: Literal["status", "detailed status", "error code"]
    meaning: str = Field(max_length=400)
    hint: str | None = Field(default=None, max_length=400)
    http_status: int | None = None
    error_type: str | None = Field(default=None, max_length=80)
    confidence: str | None = Field(default=None, max_length=40, description="How sure this is.")


class CreateOutcome(Result):
    """Whether a tracking was created."""

    outcome: Literal["created", "existed", "needs confirmation", "declined by the user"]
    text: str = Field(max_length=400)
    tracking_number: UntrustedText | None = Field(default=None, description="What has to be confirmed.")
    courier: Slug | UntrustedText | None = Field(default=None, description="What has to be confirmed.")
    parcel: Parcel | None = None
    confirmation_token: str | None = Field(
        default=None,
        max_length=64,
        description="Show the user what will be created. Only if they agree, call again with it.",
    )


class Failure(Result):
    """Why a tool did not do its work."""

    kind: FailureKind
    code: int | None = Field(default=None, description="The code of the API.")
    http_status: int | None = None
    message: str = Field(max_length=400)
    hint: str | None = Field(default=None, max_length=400, description="What to do about it.")
    retry_after_seconds: float | None = None
    service_text: UntrustedText | None = None
    refused: UntrustedText | None = Field(
        default=None, description="Why, in words that repeat an argument, and who knows where that is from."
    )


def to_json(record: Record) -> dict[str, Any]:
    """Return a record as JSON, without what is not known."""
    found: dict[str, Any] = record.model_dump(mode="json", exclude_none=True)
    return found
