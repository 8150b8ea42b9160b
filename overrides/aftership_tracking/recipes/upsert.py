"""Create or get: writing a tracking that may be there already.

The service has no idempotency key. What makes a create safe to repeat is its refusal: a number that exists is
answered with 4003. So the create is sent again after a lost answer, and 4003 leads to the tracking that is
there. `write` is a generator that yields the calls it needs, so that one body serves both colours.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from aftership_tracking.errors import (
    AlreadyExistsError,
    DecodeError,
    NotFoundError,
    TimeoutError,  # noqa: A004 - ours is one of Python's too
    UsageError,
)
from aftership_tracking.recipes.calls import Create, Find, Get, Step, Update, field_names
from aftership_tracking.runtime.hooks import AttemptEnded, Event
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.options import Default, Options
from aftership_tracking.runtime.wire.request import Response

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import AsyncResource, Resource

__all__ = ["Upserted", "Written", "check_fields", "upserted", "write"]

T = TypeVar("T")

Outcome: TypeAlias = Literal["created", "existing", "updated"]

LISTED_DAYS = 120
"""So long trackings can be listed. Source: the documentation of `created_at_min`."""


class Upserted(NamedTuple, Generic[T]):
    """A tracking that is there now, and how that came about."""

    outcome: Outcome
    """`created`: by this call. `existing`: it was there. `updated`: it was there and was changed."""
    tracking: T
    attempts: int
    """How many requests were sent in all."""
    after_lost_answer: bool = False
    """True: an earlier request of this call got no usable answer, so the tracking that was there may be its
    work. Nothing in the API tells the two apart.
    """
    not_updated: tuple[str, ...] = ()
    """Given fields that an update does not take, so that the tracking may have other values there."""

    def __repr__(self) -> str:
        return f"<Upserted {self.outcome}, {self.attempts} attempts>"


class Written(NamedTuple, Generic[T]):
    """What came of writing one tracking. The tracking is None where nobody asked for it."""

    outcome: Outcome
    id: str | None
    tracking: T | None
    after_lost_answer: bool
    not_updated: tuple[str, ...]


class Tally:
    """A hook that counts attempts, and notices when one may have been carried out without our knowing."""

    def __init__(self) -> None:
        self.attempts = 0
        self.lost = False

    def __call__(self, event: Event) -> None:
        """Count the end of an attempt."""
        if isinstance(event, AttemptEnded):
            self.attempts += 1
            outcome = event.outcome
            if isinstance(outcome, Response):
                self.lost |= outcome.status >= 500
            else:
                # An answer that could not be read tells no more than none.
                self.lost |= getattr(outcome, "sent", True)


class Budget:
    """One deadline for several calls."""

    def __init__(self, options: Options, deadline: float | None, monotonic: Callable[[], float]) -> None:
        self._options = options
        self._deadline = deadline if isinstance(options.deadline, Default) else options.deadline
        self._monotonic = monotonic
        self._begun = monotonic()

    def options(self, *, resend: bool = False) -> Options:
        """Return the options of the next call. Raises TimeoutError if there is no time left for one."""
        options = self._options._replace(resend=resend or self._options.resend)
        if self._deadline is None:
            return options
        left = self._deadline - (self._monotonic() - self._begun)
        if left <= 0 < self._deadline:
            raise TimeoutError(f"the deadline of {self._deadline:g} s is over before the next request")
        return options._replace(deadline=left)


def check_fields(resource: type, fields: Mapping[str, Any], method: str = "create") -> None:
    """Raise UsageError for a field that this version does not take, and for a tracking without a number."""
    # Sorted: the order of a set changes from run to run.
    unknown = sorted(str(name) for name in fields.keys() - field_names(resource, method))
    if unknown:
        raise UsageError(
            f"{method} has no field {', '.join(unknown)}",
            hint="Names differ between API versions: look at the arguments of the method.",
        )
    if method == "create" and (not isinstance(fields.get("tracking_number"), str)):
        raise UsageError("tracking_number is needed, as a text")


def write(
    resource: Resource | AsyncResource,
    fields: Mapping[str, Any],
    *,
    update: bool | Mapping[str, Any],
    fetch: bool,
    options: Options | None,
) -> tuple[Generator[Step, Any, Written[Any]], Any, Tally]:
    """Return the steps of writing one tracking, the calls to carry them out with, and their tally.

    `update`: False leaves an existing tracking alone, True gives it the fields that update takes, a mapping
    gives it those instead. `fetch`: whether an existing tracking that is left alone is read.
    """
    kind, client = type(resource), resource._client
    given = {name: value for name, value in fields.items() if value is not UNSET}
    check_fields(kind, given)
    changes: dict[str, Any] = {}
    not_updated: tuple[str, ...] = ()
    if isinstance(update, Mapping):
        changes = dict(update)
        check_fields(kind, changes, "update")
    elif update:
        changes, not_updated = _changes(kind, given)
    setup, tally = client._setup, Tally()
    calls = kind(client.with_options(hooks=(*setup.settings.hooks, tally)))  # type: ignore[arg-type]
    budget = Budget(options or Options(), setup.settings.deadline, setup.clocks.monotonic)
    since = setup.clocks.clock() - LISTED_DAYS * 86_400
    return _steps(given, changes, not_updated, budget, tally, since, fetch=fetch), calls, tally


def _changes(kind: type, fields: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Split fields of a create into those that an update takes, and the names of the rest."""
    taken = field_names(kind, "update")
    # The courier is part of what names the tracking: sending it again could change it.
    changes = {name: value for name, value in fields.items() if name in taken and name != "slug"}
    for name in ("emails", "smses"):
        # A create takes one text with commas as well, an update does not.
        if isinstance(changes.get(name), str):
            changes[name] = [part.strip() for part in changes[name].split(",") if part.strip()]
    rest = fields.keys() - changes.keys() - {"tracking_number", "slug", "id"}
    return changes, tuple(sorted(rest))


def _steps(
    fields: Mapping[str, Any],
    changes: Mapping[str, Any],
    not_updated: tuple[str, ...],
    budget: Budget,
    tally: Tally,
    since: float,
    *,
    fetch: bool,
) -> Generator[Step, Any, Written[Any]]:
    is_second_round = False
    while True:
        try:
            tracking = yield Create(fields, budget.options(resend=True))
        except AlreadyExistsError as error:
            refusal = error
        except DecodeError:
            # The answer came and says nothing: as good as lost, and create-or-get finds out.
            if is_second_round:
                raise
            is_second_round = tally.lost = True
            continue
        else:
            return Written(
                "created", _text(tracking, "id"), tracking, after_lost_answer=False, not_updated=()
            )
        lost = tally.lost
        try:
            found, tracking = yield from _existing(fields, changes, refusal, budget, since, fetch=fetch)
        except NotFoundError:
            # Somebody deleted it between the two calls. Once more; then it is no coincidence.
            if is_second_round:
                raise
            is_second_round = True
            continue
        outcome: Outcome = "updated" if changes else "existing"
        return Written(outcome, found, tracking, lost, not_updated if changes else ())


def _existing(
    fields: Mapping[str, Any],
    changes: Mapping[str, Any],
    refusal: AlreadyExistsError,
    budget: Budget,
    since: float,
    *,
    fetch: bool,
) -> Generator[Step, Any, tuple[str | None, Any]]:
    """Find what stood in the way, and change or read it. Gives its id, and the tracking if it was read."""
    number: str = fields["tracking_number"]
    found, named, tracking = refusal.existing_id, refusal.existing_tracking_number, None
    _check_number(number, named, refusal)
    if found is None:
        if not (fetch or changes):
            return None, None
        tracking = yield from _listed(fields, refusal, budget, since)
        found = _text(tracking, "id")
        if found is None:
            raise _explained(refusal, "The list gives no id for it.")
    elif (changes and named is None) or (fetch and not changes):
        # Before anything is changed it must be certain that the id belongs to this number.
        tracking = yield Get(found, budget.options())
        _check_number(number, _text(tracking, "tracking_number"), refusal)
    if changes:
        tracking = yield Update(found, changes, budget.options())
    return found, tracking


def _listed(
    fields: Mapping[str, Any], refusal: AlreadyExistsError, budget: Budget, since: float
) -> Generator[Step, Any, Any]:
    """Find the tracking by its number, and its courier if that is known. Raises the refusal for several."""
    import datetime as dt

    number: str = fields["tracking_number"]
    slug = fields.get("slug") or refusal.existing_slug
    # Without it, some versions list the last 30 days only.
    filters = {"tracking_numbers": [number], "created_at_min": dt.datetime.fromtimestamp(since, dt.UTC)}
    if slug:
        filters["slug"] = [slug]

    def fits(tracking: Any) -> bool:
        same = (_text(tracking, "tracking_number") or "").casefold() == number.casefold()
        return same and (not slug or tracking.slug == slug)

    found = yield Find(filters, fits, budget.options())
    if len(found) > 1:
        raise _explained(refusal, "More than one tracking has this number: give the slug too.")
    if not found:
        raise _explained(refusal, "The service says that it exists, and does not list it.")
    return found[0]


def _check_number(wanted: str, there: str | None, refusal: AlreadyExistsError) -> None:
    if there is not None and there.casefold() != wanted.casefold():
        raise _explained(refusal, "What exists is a tracking of another number, with the id that was given.")


def _explained(refusal: AlreadyExistsError, hint: str) -> AlreadyExistsError:
    refusal.hint = hint
    return refusal


def _text(tracking: object, name: str) -> str | None:
    value = getattr(tracking, name, None)
    return value if isinstance(value, str) and value else None


def upserted(written: Written[T], tally: Tally) -> Upserted[T]:
    """Return what the caller of `upsert` gets, who asked for the tracking."""
    assert written.tracking is not None  # noqa: S101 - `fetch` promises it
    return Upserted(
        written.outcome, written.tracking, tally.attempts, written.after_lost_answer, written.not_updated
    )
