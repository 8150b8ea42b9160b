"""Writing trackings: one or many, each of them once; and waiting for what becomes of them.

Every module of trackings imports this one, so everything that does the work is imported when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterable,
        AsyncIterator,
        Awaitable,
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
    )
    from pathlib import Path

    from aftership_tracking.recipes.bulk import Progress, RowOutcome
    from aftership_tracking.recipes.upsert import Upserted
    from aftership_tracking.runtime.models.unset import UnsetType
    from aftership_tracking.runtime.options import Options

__all__ = ["AsyncWriting", "Writing"]

T = TypeVar("T")


class Writing(Resource, Generic[T]):
    """Recipes that write, for the blocking client."""

    __slots__ = ()

    def upsert(
        self,
        *,
        tracking_number: str,
        slug: str | UnsetType = UNSET,
        update: bool | Mapping[str, Any] = False,
        options: Options | None = None,
        **fields: Any,
    ) -> Upserted[T]:
        """Create a tracking, or take the one that is there.

        A create whose answer was lost is sent again, which is safe here: the service refuses a number that it
        has. The deadline of the options is one for all requests.

        Args:
            tracking_number: The number to follow.
            slug: The courier's code.
            update: What happens to a tracking that is there. False leaves it alone. True gives it those of
                the given fields that `update` takes, without the slug. A mapping gives it these fields.
            options: As for any call.
            fields: The other arguments of `create`.
        Returns: The tracking, and whether it was created, existing or updated.
        Raises: What `create`, `get` and `update` raise; AlreadyExistsError if it stays unclear which tracking
            is there; UsageError for a field that this API version has not.
        """
        from aftership_tracking.recipes.calls import carry_out
        from aftership_tracking.recipes.upsert import upserted, write

        given = {"tracking_number": tracking_number, "slug": slug, **fields}
        steps, calls, tally = write(self, given, update=update, fetch=True, options=options)
        return cast("Upserted[T]", upserted(carry_out(steps, calls), tally))

    def create_many(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        journal: str | Path | None = None,
        key: Callable[[Mapping[str, Any]], object] | None = None,
        prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
        workers: int = 8,
        progress: Callable[[Progress], object] | None = None,
        total: int | None = None,
        give_up_after: int | None = 25,
        options: Options | None = None,
    ) -> Iterator[RowOutcome[T]]:
        """Create trackings, several at a time, within the rate limits. Nothing is sent before the first
        outcome is asked for.

        Args:
            rows: Mappings of the arguments of `create`. They are read as they are needed, and none is kept.
            journal: A file that remembers what was done, so that the same call with the same rows goes on
                after a crash. It holds no fields, only a fingerprint of each key and the id of the tracking.
            key: What names a row, made from it as it came. By default tracking_number and slug.
            prepare: Makes the fields to send from a row, such as `Contacts(...).prepare`.
            workers: How many calls may be under way at once. 1 to 64.
            progress: Called after each outcome.
            total: The number of rows, for `progress`. By default their length, if they have one.
            give_up_after: Stop when so many rows in a row got no usable answer; None never stops for that.
            options: As for any call. By default a low priority, so that other calls go first.
        Returns: An iterator of one outcome for each row, as they are done. A row that fails is an outcome
            with its error.
        Raises: AuthenticationError and PermissionDeniedError end the run, after the outcomes of the calls
            that were under way. UsageError for a journal that cannot be used.
        """
        from aftership_tracking.recipes.bulk import run

        return run.many(
            self,
            rows,
            run.Plan("create", journal, key, prepare, workers, progress, total, give_up_after, options),
        )

    def upsert_many(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        journal: str | Path | None = None,
        key: Callable[[Mapping[str, Any]], object] | None = None,
        prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
        workers: int = 8,
        progress: Callable[[Progress], object] | None = None,
        total: int | None = None,
        give_up_after: int | None = 25,
        options: Options | None = None,
    ) -> Iterator[RowOutcome[T]]:
        """Create trackings, and update those that are there. All else is as for `create_many`."""
        from aftership_tracking.recipes.bulk import run

        return run.many(
            self,
            rows,
            run.Plan("upsert", journal, key, prepare, workers, progress, total, give_up_after, options),
        )

    def wait_until(
        self,
        id: str,
        *,
        tag: str | Collection[str] | None = None,
        until: Callable[[T], bool] | None = None,
        timeout: float | None,
        interval: float = 5.0,
        longest_interval: float = 300.0,
        on_change: Callable[[T], object] | None = None,
        options: Options | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> T:
        """Read a tracking again and again until it has a status, or until it fits.

        A courier is asked by the service every few hours, so webhooks are the better way for more than a few
        trackings. Failures that pass by themselves do not end the waiting.

        Args:
            id: The id of the tracking.
            tag: The status to wait for, or several of which one is enough.
            until: A test of the tracking instead. Give one of the two.
            timeout: Seconds to wait; None waits for ever. The last look is taken when they are over.
            interval: Seconds between the first two looks. Each wait is half as long again as the one before,
                and a change begins anew.
            longest_interval: Seconds that no wait exceeds.
            on_change: Called with the first state and with each that differs from the one before.
            options: As for any call.
            sleep: What waits, for tests. By default that of the client.
        Returns: The tracking as it was read last.
        Raises: WaitTimeoutError, a TimeoutError whose `tracking` is the last state; NotFoundError; what else
            `get` raises and does not pass.
        """
        from aftership_tracking.recipes import waiting
        from aftership_tracking.recipes.calls import carry_out

        client = self._client
        wish = waiting.Wish(tag, until, timeout, interval, longest_interval, on_change)
        steps = waiting.wait(id, wish, options, client._setup)
        return cast(T, carry_out(steps, self, client._sleep if sleep is None else sleep))


class AsyncWriting(AsyncResource, Generic[T]):
    """Recipes that write, for the asynchronous client. The arguments are those of `Writing`."""

    __slots__ = ()

    async def upsert(
        self,
        *,
        tracking_number: str,
        slug: str | UnsetType = UNSET,
        update: bool | Mapping[str, Any] = False,
        options: Options | None = None,
        **fields: Any,
    ) -> Upserted[T]:
        """Create a tracking, or take the one that is there. See `Writing.upsert`."""
        from aftership_tracking.recipes.calls import carry_out_async
        from aftership_tracking.recipes.upsert import upserted, write

        given = {"tracking_number": tracking_number, "slug": slug, **fields}
        steps, calls, tally = write(self, given, update=update, fetch=True, options=options)
        return cast("Upserted[T]", upserted(await carry_out_async(steps, calls), tally))

    def create_many(
        self,
        rows: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
        *,
        journal: str | Path | None = None,
        key: Callable[[Mapping[str, Any]], object] | None = None,
        prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
        workers: int = 8,
        progress: Callable[[Progress], object] | None = None,
        total: int | None = None,
        give_up_after: int | None = 25,
        options: Options | None = None,
    ) -> AsyncIterator[RowOutcome[T]]:
        """Create trackings, several at a time. See `Writing.create_many`. It needs asyncio."""
        from aftership_tracking.recipes.bulk import run, run_async

        return run_async.many(
            self,
            rows,
            run.Plan("create", journal, key, prepare, workers, progress, total, give_up_after, options),
        )

    def upsert_many(
        self,
        rows: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
        *,
        journal: str | Path | None = None,
        key: Callable[[Mapping[str, Any]], object] | None = None,
        prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
        workers: int = 8,
        progress: Callable[[Progress], object] | None = None,
        total: int | None = None,
        give_up_after: int | None = 25,
        options: Options | None = None,
    ) -> AsyncIterator[RowOutcome[T]]:
        """Create trackings, and update those that are there. See `Writing.upsert_many`. It needs asyncio."""
        from aftership_tracking.recipes.bulk import run, run_async

        return run_async.many(
            self,
            rows,
            run.Plan("upsert", journal, key, prepare, workers, progress, total, give_up_after, options),
        )

    async def wait_until(
        self,
        id: str,
        *,
        tag: str | Collection[str] | None = None,
        until: Callable[[T], bool] | None = None,
        timeout: float | None,
        interval: float = 5.0,
        longest_interval: float = 300.0,
        on_change: Callable[[T], object] | None = None,
        options: Options | None = None,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> T:
        """Read a tracking again and again until it fits. See `Writing.wait_until`.

        `on_change` may be asynchronous.
        """
        from aftership_tracking.recipes import waiting
        from aftership_tracking.recipes.calls import carry_out_async

        wish = waiting.Wish(tag, until, timeout, interval, longest_interval, on_change)
        steps = waiting.wait(id, wish, options, self._client._setup)
        return cast(T, await carry_out_async(steps, self, sleep))
