"""Create or get: creates a tracking, or gets or updates the one that exists already. It is behind `upsert`.

The service has no idempotency key. A create is safe to repeat because the service refuses a number that
exists, with the error 4003. So when the response to a create is lost, the create is sent again, and a 4003
leads to the tracking that exists. `create_or_get` returns a generator of actions, so that one implementation
serves the sync and the async client.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

from aftership_tracking.errors import (
    AlreadyExistsError,
    DecodeError,
    NotFoundError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    UsageError,
)
from aftership_tracking.recipes.actions import (
    Action,
    Create,
    Find,
    Get,
    Update,
    argument_names,
    clearing_arguments,
)
from aftership_tracking.recipes.frozen_values import freeze_fields
from aftership_tracking.recipes.listing_period import LISTED_SECONDS
from aftership_tracking.runtime.calls.call_options import read_options
from aftership_tracking.runtime.hooks import AttemptEnded, Event
from aftership_tracking.runtime.options import Default, Options
from aftership_tracking.runtime.wire.request import Response

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource, Resource

__all__ = ["AttemptCounter", "Upserted", "WriteResult", "check_fields", "create_or_get", "to_upserted"]

T = TypeVar("T")

UpsertAction: TypeAlias = Literal["created", "existing", "updated"]
"""What `upsert` did: it created the tracking, found it, or found and updated it."""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Upserted(Generic[T]):
    """A tracking that exists now, and what was done for that."""

    outcome: UpsertAction
    """`created`: this call created it. `existing`: it existed. `updated`: it existed and was changed."""
    tracking: T
    """The tracking, as the last response contained it."""
    attempt_count: int
    """How many requests were sent in all."""
    after_lost_response: bool = False
    """True: an earlier request of this call got no usable response, so this call may have created the
    tracking that existed. Nothing in the API shows whether it did.
    """
    not_updated: tuple[str, ...] = ()
    """Given fields that `update` does not take, so the tracking may have other values there."""

    def __repr__(self) -> str:
        return (
            f"<Upserted {self.outcome}, {self.attempt_count} attempt{'' if self.attempt_count == 1 else 's'}>"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class WriteResult(Generic[T]):
    """The result of writing one tracking. `tracking` is None if it was not requested and not received."""

    outcome: UpsertAction
    id: str | None
    tracking: T | None
    after_lost_response: bool = False
    not_updated: tuple[str, ...] = ()


class AttemptCounter:
    """A hook that counts attempts, and notices when one may have been carried out unknown to the client."""

    def __init__(self) -> None:
        self.count = 0
        self.response_lost = False

    def __call__(self, event: Event) -> None:
        """Count the end of an attempt."""
        if isinstance(event, AttemptEnded):
            self.count += 1
            outcome = event.outcome
            if isinstance(outcome, Response):
                self.response_lost |= outcome.status >= 500
            else:
                # A response that could not be read says no more than a missing one.
                self.response_lost |= getattr(outcome, "sent", True)


class SharedDeadline:
    """One deadline for several calls."""

    def __init__(self, options: Options, deadline: float | None, monotonic: Callable[[], float]) -> None:
        self._options = options
        self._deadline = deadline if isinstance(options.deadline, Default) else options.deadline
        self._monotonic = monotonic
        self._begun = monotonic()

    def options(self, *, resend: bool = False) -> Options:
        """Return the options of the next call. Raises TimeoutError if there is no time left for it."""
        options = replace(self._options, resend=resend or self._options.resend)
        if self._deadline is None:
            return options
        left = self._deadline - (self._monotonic() - self._begun)
        if left <= 0 < self._deadline:
            raise TimeoutError(f"the deadline of {self._deadline:g} s is over before the next request")
        return replace(options, deadline=left)


def check_fields(resource: type, fields: Mapping[str, Any], method: str = "create") -> None:
    """Raise UsageError for a field that the method does not take, and for a create without a number."""
    # Sorted: the order of a set changes from run to run.
    unknown = sorted(str(name) for name in fields.keys() - argument_names(resource, method))
    if unknown:
        raise UsageError(
            f"{method} has no field {', '.join(unknown)}",
            hint="Names differ between API versions: look at the arguments of the method.",
        )
    if method == "create" and (not isinstance(fields.get("tracking_number"), str)):
        raise UsageError("tracking_number is needed, as a string")


def create_or_get(
    resource: Resource | AsyncResource,
    fields: Mapping[str, Any],
    *,
    update: bool | Mapping[str, Any],
    fetch: bool,
    options: Options | None,
) -> tuple[Generator[Action, Any, WriteResult[Any]], Any, AttemptCounter]:
    """Return the actions that write one tracking, the resource to perform them on, and their counter.

    `update`: False leaves an existing tracking alone; True updates it with those of the fields that `update`
    takes; a mapping updates it with the fields of the mapping. `fetch`: whether an existing tracking that is
    left alone is read.
    """
    kind, client = type(resource), resource._client
    # What is None is left out, as for `create`: nothing is cleared unless `update` says so.
    given = {name: value for name, value in freeze_fields(fields).items() if value is not None}
    check_fields(kind, given)
    changes: dict[str, Any] = {}
    not_updated: tuple[str, ...] = ()
    if isinstance(update, Mapping):
        changes = freeze_fields(update)
        check_fields(kind, changes, "update")
        # What is None is left out here too, unless it clears. If nothing is left, nothing is sent.
        clearing = clearing_arguments(kind, "update")
        changes = {name: value for name, value in changes.items() if value is not None or name in clearing}
    elif update is True:
        changes, not_updated = _split_fields(kind, given)
    elif update not in (False, None):
        raise UsageError(
            f"update must be True, False, or a mapping of the fields to change, not {type(update).__name__}",
            hint='For instance update={"note": "gift"}.',
        )
    setup, counter = client._setup, AttemptCounter()
    trackings = kind(client.with_options(hooks=(*setup.settings.hooks, counter)))  # type: ignore[arg-type]
    deadline = SharedDeadline(read_options(options), setup.settings.deadline, setup.clocks.monotonic)
    since = setup.clocks.clock() - LISTED_SECONDS
    actions = _create_or_get(given, changes, not_updated, deadline, counter, since, fetch=fetch)
    return actions, trackings, counter


def _split_fields(kind: type, fields: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return those fields of a create that `update` takes, and the names of the others."""
    accepted = argument_names(kind, "update")
    # The courier is part of what identifies the tracking: sending it again could change it.
    changes = {name: value for name, value in fields.items() if name in accepted and name != "slug"}
    for name in ("emails", "smses"):
        # `create` also takes one string with commas, `update` does not.
        if isinstance(changes.get(name), str):
            changes[name] = [part.strip() for part in changes[name].split(",") if part.strip()]
    rest = fields.keys() - changes.keys() - {"tracking_number", "slug", "id"}
    return changes, tuple(sorted(rest))


def _create_or_get(
    fields: Mapping[str, Any],
    changes: Mapping[str, Any],
    not_updated: tuple[str, ...],
    deadline: SharedDeadline,
    counter: AttemptCounter,
    since: float,
    *,
    fetch: bool,
) -> Generator[Action, Any, WriteResult[Any]]:
    is_second_round = False
    while True:
        try:
            tracking = yield Create(fields, deadline.options(resend=True))
        except AlreadyExistsError as error:
            refusal = error
        except DecodeError:
            # A response that cannot be read is as good as lost: create or get once more finds out.
            if is_second_round:
                raise
            is_second_round = counter.response_lost = True
            continue
        else:
            return WriteResult(outcome="created", id=_read_string(tracking, "id"), tracking=tracking)
        lost = counter.response_lost
        try:
            found, tracking = yield from _handle_existing(
                fields, changes, refusal, deadline, since, fetch=fetch
            )
        except NotFoundError:
            # Somebody deleted it between the two calls. Try once more; a second time is not a coincidence.
            if is_second_round:
                raise
            is_second_round = True
            continue
        outcome: UpsertAction = "updated" if changes else "existing"
        return WriteResult(
            outcome=outcome,
            id=found,
            tracking=tracking,
            after_lost_response=lost,
            not_updated=not_updated if changes else (),
        )


def _handle_existing(
    fields: Mapping[str, Any],
    changes: Mapping[str, Any],
    refusal: AlreadyExistsError,
    deadline: SharedDeadline,
    since: float,
    *,
    fetch: bool,
) -> Generator[Action, Any, tuple[str | None, Any]]:
    """Find the tracking that exists, and update or read it.

    Returns its id, and the tracking if it was read.
    """
    number: str = fields["tracking_number"]
    found, existing_number, tracking = refusal.existing_id, refusal.existing_tracking_number, None
    _check_number(number, existing_number, refusal)
    if found is None:
        if not (fetch or changes):
            return None, None
        tracking = yield from _find_in_list(fields, refusal, deadline, since)
        found = _read_string(tracking, "id")
        if found is None:
            raise _with_hint(refusal, "The list does not give its id.")
    elif (changes and existing_number is None) or (fetch and not changes):
        # Before anything is changed it must be certain that the id belongs to this number.
        tracking = yield Get(found, deadline.options())
        _check_number(number, _read_string(tracking, "tracking_number"), refusal)
    if changes:
        tracking = yield Update(found, changes, deadline.options())
    return found, tracking


def _find_in_list(
    fields: Mapping[str, Any], refusal: AlreadyExistsError, deadline: SharedDeadline, since: float
) -> Generator[Action, Any, Any]:
    """Find the tracking by its number, and by its courier if that is known.

    Raises the refusal if there are several, or none.
    """
    import datetime as dt

    number: str = fields["tracking_number"]
    slug = fields.get("slug") or refusal.existing_slug
    # Without it, some versions list the last 30 days only.
    filters = {"tracking_numbers": [number], "created_at_min": dt.datetime.fromtimestamp(since, dt.UTC)}
    if slug:
        filters["slug"] = [slug]

    def fits(tracking: Any) -> bool:
        same = (_read_string(tracking, "tracking_number") or "").casefold() == number.casefold()
        return same and (not slug or tracking.slug == slug)

    found = yield Find(filters, fits, deadline.options())
    if len(found) > 1:
        raise _with_hint(refusal, "More than one tracking has this number: give the slug too.")
    if not found:
        raise _with_hint(refusal, "The service says that it exists, and does not list it.")
    return found[0]


def _check_number(wanted: str, existing: str | None, refusal: AlreadyExistsError) -> None:
    if existing is not None and existing.casefold() != wanted.casefold():
        raise _with_hint(refusal, "What exists is a tracking of another number, with the id that was given.")


def _with_hint(refusal: AlreadyExistsError, hint: str) -> AlreadyExistsError:
    refusal.hint = hint
    return refusal


def _read_string(tracking: object, name: str) -> str | None:
    value = getattr(tracking, name, None)
    return value if isinstance(value, str) and value else None


def to_upserted(result: WriteResult[T], counter: AttemptCounter) -> Upserted[T]:
    """Return what `upsert` returns to its caller, who requested the tracking."""
    assert result.tracking is not None  # noqa: S101 - `fetch` guarantees it
    return Upserted(
        outcome=result.outcome,
        tracking=result.tracking,
        attempt_count=counter.count,
        after_lost_response=result.after_lost_response,
        not_updated=result.not_updated,
    )
