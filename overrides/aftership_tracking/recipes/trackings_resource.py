"""The bases of `client.trackings` in every version: the methods that consist of several calls.

Every module of trackings imports this one, so everything that does the work is imported when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from aftership_tracking.runtime.lazy_imports import load
from aftership_tracking.runtime.operation import consists_of
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Unpack

    from aftership_tracking.recipes.bulk import Progress, RowResult
    from aftership_tracking.recipes.changes import AsyncChanges, Changes, StateInput
    from aftership_tracking.recipes.create_or_get import Upserted
    from aftership_tracking.runtime.options import CallOptions, Options

__all__ = ["AsyncTrackingRecipes", "TrackingRecipes"]

T = TypeVar("T")


class TrackingRecipes(Resource, Generic[T]):
    """What `trackings` of every version can do in several calls. `T` is its tracking."""

    __slots__ = ()

    @consists_of("list")
    def changes(
        self,
        *,
        since: dt.datetime | dt.timedelta | str | None = None,
        state: StateInput = None,
        overlap: float = 600.0,
        **filters: Any,
    ) -> Changes[T]:
        """Read what changed since the last time. Nothing is sent before the result is iterated over.

        Each iteration reads once, from the last mark until now, and ends. The state is updated after the
        consumer has taken what was read, never before: after a crash the last page comes again, and nothing
        is lost. What was returned already is left out: it is recognised by its id, `updated_at` and content.

        `since`: where the very first reading begins: an aware datetime, a string with a zone, or how long
        ago. None reads everything that can be listed, which is the last 120 days. With a state that was used
        before, `since` is ignored.
        `state`: where the state is stored: a path (JSON if it ends with .json, otherwise SQLite), an object
        with `load() -> str | None` and `save(text)`, or None for the memory of the returned object. Only one
        reader at a time may use it.
        `overlap`: so many seconds before the last mark are read once more, for changes that the service shows
        late and for clocks that differ.
        `filters`: as for `list`, `limit` (200), `options` and their fields among them. `created_at_min` is
        120 days ago unless it is given: the default of the service may be 30 days, and would hide changes of
        what was added before.

        Raises UsageError for arguments that cannot work. Iterating raises what `list` raises,
        StorageError for a state that cannot be read or written, and UsageError for one that has other filters
        or was changed by another reader. Warns with StaleStateWarning when the last reading is more than 120
        days ago.
        """
        load("aftership_tracking.recipes.changes")
        from aftership_tracking.recipes.changes import Changes

        return Changes(self, since, state, overlap, filters)

    @consists_of("create", "get", "update", "list")
    def upsert(
        self,
        *,
        tracking_number: str,
        slug: str | None = None,
        update: bool | Mapping[str, Any] = False,
        options: Options | None = None,
        **fields: Any,
    ) -> Upserted[T]:
        """Create a tracking, or get the one that exists.

        If the response to the create is lost, the create is sent again. This is safe here: the service
        refuses a number that exists. The deadline of the options is one for all requests.

        Args:
            tracking_number: The number to follow.
            slug: The courier's code.
            update: What happens to a tracking that exists. False leaves it alone. True updates it with those
                of the given fields that `update` takes, without the slug. A mapping updates it with the
                fields of the mapping.
            options: As for any call.
            fields: The other arguments of `create`; None leaves one out. Settings of the call, such as
                timeout, too.
        Returns: The tracking, and whether it was created, existing or updated.
        Raises: What `create`, `get` and `update` raise; AlreadyExistsError if it is not certain which
            tracking exists; UsageError for a field that this API version does not have.
        """
        load("aftership_tracking.recipes.create_or_get")
        from aftership_tracking.recipes.actions import run_actions
        from aftership_tracking.recipes.create_or_get import create_or_get, to_upserted
        from aftership_tracking.runtime.calls.call_options import split_options

        options, arguments = split_options(options, fields)
        given = {"tracking_number": tracking_number, "slug": slug, **arguments}
        actions, trackings, counter = create_or_get(self, given, update=update, fetch=True, options=options)
        return cast("Upserted[T]", to_upserted(run_actions(actions, trackings), counter))

    @consists_of("create", "get", "list")
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
        **call: Unpack[CallOptions],
    ) -> Iterator[RowResult[T]]:
        """Create trackings, several at a time, within the rate limits.

        Nothing is sent before the first result is requested.

        Args:
            rows: Mappings of the arguments of `create`. Each is read when it is needed, and none is stored.
            journal: A file that records what was done, so that the same call with the same rows continues
                after a crash. It holds no fields, only a fingerprint of each key and the id of the tracking.
            key: Returns what identifies a row, for the row as it came. By default tracking_number and slug.
            prepare: Returns the fields to send for a row, such as `Contacts(...).prepare`.
            workers: How many calls may be under way at once. 1 to 64.
            progress: Called after each result.
            total: The number of rows, for `progress`. By default their length, if they have one.
            give_up_after: Stop after so many rows in a row without a usable response; None never stops for
                that.
            options: As for any call. By default a low priority, so that other calls go first.
            call: The fields of `Options` by name, such as timeout.
        Returns: An iterator of one result for each row, in the order in which they are done. A row that
            fails is a result with its error.
        Raises: AuthenticationError and PermissionDeniedError end the run, after the results of the calls
            that were under way. StorageError for a journal that is in use or cannot be written, UsageError
            for one of another run. KeyboardInterrupt ends the run after the calls under way; a second one
            does not wait for them.
        """
        load("aftership_tracking.recipes.bulk.run_sync")
        from aftership_tracking.recipes.bulk import run_sync
        from aftership_tracking.recipes.bulk.settings import BulkSettings, choose_options

        settings = BulkSettings(
            "create",
            journal,
            key,
            prepare,
            workers,
            progress,
            total,
            give_up_after,
            choose_options(options, call),
        )
        return run_sync.write_many(self, rows, settings)

    @consists_of("create", "get", "update", "list")
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
        **call: Unpack[CallOptions],
    ) -> Iterator[RowResult[T]]:
        """Create trackings, and update those that exist. Everything else is as for `create_many`."""
        load("aftership_tracking.recipes.bulk.run_sync")
        from aftership_tracking.recipes.bulk import run_sync
        from aftership_tracking.recipes.bulk.settings import BulkSettings, choose_options

        settings = BulkSettings(
            "upsert",
            journal,
            key,
            prepare,
            workers,
            progress,
            total,
            give_up_after,
            choose_options(options, call),
        )
        return run_sync.write_many(self, rows, settings)

    @consists_of("get")
    def wait_until(
        self,
        id: str,
        *,
        tag: str | Iterable[str] | None = None,
        until: Callable[[T], bool] | None = None,
        stop_when: Callable[[T], bool] | Literal["final"] | None = "final",
        timeout: float | None,
        interval: float = 5.0,
        max_wait: float = 300.0,
        on_change: Callable[[T], object] | None = None,
        options: Options | None = None,
    ) -> T:
        """Read a tracking again and again until it reaches a status, or until a test accepts it.

        The service requests news from couriers every few hours, so webhooks are the better way for more than
        a few trackings. Temporary failures do not end the wait.

        Args:
            id: The id of the tracking.
            tag: The status to wait for, or several of which one is enough.
            until: A test of the tracking instead. Give one of the two.
            stop_when: When there is nothing more to wait for. "final": when the tracking `is_final`, such as
                when it is Delivered. None waits for the timeout alone, as is needed after a retrack. A test
                of the tracking is your own rule.
            timeout: Seconds to wait; None waits for ever. The tracking is read once more when they are over.
            interval: Seconds between the first two reads, 5 by default. Each pause is half as long again as
                the one before; after a change the pauses begin with `interval` again.
            max_wait: Seconds that no pause exceeds, 300 by default.
            on_change: Called with the first state and with each that differs from the one before.
            options: As for any call.
        Returns: The tracking as it was last read.
        Raises: WaitTimeoutError, a TimeoutError, and FinalStateError, both with the last state as `tracking`
            and the number of reads as `reads`; NotFoundError; any other error of `get` that is not temporary;
            UsageError for arguments that cannot work. Warns first of a tag that is almost a known one.
        """
        load("aftership_tracking.recipes.wait_until")
        from aftership_tracking.recipes.actions import run_actions
        from aftership_tracking.recipes.wait_until import WaitSettings, wait_until

        client = self._client
        settings = WaitSettings.read(
            tag,
            until,
            stop_when=stop_when,
            timeout=timeout,
            interval=interval,
            max_wait=max_wait,
            on_change=on_change,
        )
        actions = wait_until(id, settings, options, client._setup)
        return cast(T, run_actions(actions, self, client._setup.clocks.sleep))


class AsyncTrackingRecipes(AsyncResource, Generic[T]):
    """The same for the async client. The arguments are those of `TrackingRecipes`."""

    __slots__ = ()

    @consists_of("list")
    def changes(
        self,
        *,
        since: dt.datetime | dt.timedelta | str | None = None,
        state: StateInput = None,
        overlap: float = 600.0,
        **filters: Any,
    ) -> AsyncChanges[T]:
        """Read what changed since the last time. Nothing is sent before the result is iterated over.

        The async version of `TrackingRecipes.changes`, with the same arguments and guarantees. The state is
        read and written in a thread.
        """
        load("aftership_tracking.recipes.changes")
        from aftership_tracking.recipes.changes import AsyncChanges

        return AsyncChanges(self, since, state, overlap, filters)

    @consists_of("create", "get", "update", "list")
    async def upsert(
        self,
        *,
        tracking_number: str,
        slug: str | None = None,
        update: bool | Mapping[str, Any] = False,
        options: Options | None = None,
        **fields: Any,
    ) -> Upserted[T]:
        """Create a tracking, or get the one that exists. See `TrackingRecipes.upsert`."""
        load("aftership_tracking.recipes.create_or_get")
        from aftership_tracking.recipes.actions import run_actions_async
        from aftership_tracking.recipes.create_or_get import create_or_get, to_upserted
        from aftership_tracking.runtime.calls.call_options import split_options

        options, arguments = split_options(options, fields)
        given = {"tracking_number": tracking_number, "slug": slug, **arguments}
        actions, trackings, counter = create_or_get(self, given, update=update, fetch=True, options=options)
        return cast("Upserted[T]", to_upserted(await run_actions_async(actions, trackings), counter))

    @consists_of("create", "get", "list")
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
        **call: Unpack[CallOptions],
    ) -> AsyncIterator[RowResult[T]]:
        """Create trackings, several at a time. See `TrackingRecipes.create_many`.

        Under trio the rows are sent in rounds: nothing is under way while you handle a result.
        """
        load("aftership_tracking.recipes.bulk.run_async")
        from aftership_tracking.recipes.bulk import run_async
        from aftership_tracking.recipes.bulk.settings import BulkSettings, choose_options

        settings = BulkSettings(
            "create",
            journal,
            key,
            prepare,
            workers,
            progress,
            total,
            give_up_after,
            choose_options(options, call),
        )
        return run_async.write_many(self, rows, settings)

    @consists_of("create", "get", "update", "list")
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
        **call: Unpack[CallOptions],
    ) -> AsyncIterator[RowResult[T]]:
        """Create trackings, and update those that exist. See `create_many`."""
        load("aftership_tracking.recipes.bulk.run_async")
        from aftership_tracking.recipes.bulk import run_async
        from aftership_tracking.recipes.bulk.settings import BulkSettings, choose_options

        settings = BulkSettings(
            "upsert",
            journal,
            key,
            prepare,
            workers,
            progress,
            total,
            give_up_after,
            choose_options(options, call),
        )
        return run_async.write_many(self, rows, settings)

    @consists_of("get")
    async def wait_until(
        self,
        id: str,
        *,
        tag: str | Iterable[str] | None = None,
        until: Callable[[T], bool] | None = None,
        stop_when: Callable[[T], bool] | Literal["final"] | None = "final",
        timeout: float | None,
        interval: float = 5.0,
        max_wait: float = 300.0,
        on_change: Callable[[T], object] | None = None,
        options: Options | None = None,
    ) -> T:
        """Read a tracking again and again until it fits. See `TrackingRecipes.wait_until`.

        `on_change` may be an async function.
        """
        load("aftership_tracking.recipes.wait_until")
        from aftership_tracking.recipes.actions import run_actions_async
        from aftership_tracking.recipes.wait_until import WaitSettings, wait_until

        settings = WaitSettings.read(
            tag,
            until,
            stop_when=stop_when,
            timeout=timeout,
            interval=interval,
            max_wait=max_wait,
            on_change=on_change,
        )
        actions = wait_until(id, settings, options, self._client._setup)
        return cast(T, await run_actions_async(actions, self, self._client._setup.clocks.sleep_async))
