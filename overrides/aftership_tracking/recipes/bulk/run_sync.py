"""A bulk run with threads, for the sync client.

Python raises KeyboardInterrupt in the main thread, between any two steps of it: also between recording a row
and sending it, or while a lock is held. So the thread of the caller does none of these: it reads rows, hands
them over, and takes results, all with single steps that cannot be divided. Another thread, which is never
interrupted, does the rest.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import AfterShipError
from aftership_tracking.recipes.actions import run_actions
from aftership_tracking.recipes.bulk.results import RowResult
from aftership_tracking.recipes.bulk.row_processor import PreparedRow, RowJob, RowProcessor
from aftership_tracking.recipes.bulk.settings import BulkSettings
from aftership_tracking.recipes.create_or_get import create_or_get

if TYPE_CHECKING:
    from aftership_tracking.runtime.resource import Resource

__all__ = ["write_many"]


def write_many(
    resource: Resource, rows: Iterable[Mapping[str, Any]], settings: BulkSettings
) -> Iterator[RowResult[Any]]:
    """Check the settings and return the results. The run begins when the first result is requested."""
    return _run(resource, rows, settings.check(rows))


def _run(
    resource: Resource, rows: Iterable[Mapping[str, Any]], settings: BulkSettings
) -> Iterator[RowResult[Any]]:
    writer = _Writer(resource, settings)
    # However this ends, the calls under way finish first and are recorded; then the journal is closed.
    try:
        try:
            yield from _results(writer, rows, settings.workers)
        except KeyboardInterrupt:
            writer.interrupts += 1
            raise
        finally:
            writer.stop()
    finally:
        # Again: an interrupt may have arrived before the first `stop` could do anything.
        writer.stop()


def _results(writer: _Writer, rows: Iterable[Mapping[str, Any]], workers: int) -> Iterator[RowResult[Any]]:
    trouble: BaseException | None = None
    source = enumerate(rows)
    is_open = True
    under_way = 0
    writer.start()
    while is_open or under_way:
        result: RowResult[Any] | None = None
        if under_way and (not is_open or under_way == workers or not writer.finished.empty()):
            # Finished rows are yielded before another row is read: rows may come slowly.
            finished = writer.finished.get()
            under_way -= 1
            if isinstance(finished, RowResult):
                result = finished
            else:
                trouble, is_open = trouble or finished, False
                # None: the writer has ended, because something is wrong with it.
                under_way = under_way if finished else 0
        else:
            try:
                index, row = next(source)
            except StopIteration:
                is_open = False
                continue
            except Exception as error:  # noqa: BLE001 - raised below, after the calls under way
                trouble, is_open = trouble or error, False
                continue
            prepared = writer.processor.prepare_row(index, row)
            if isinstance(prepared, PreparedRow):
                writer.rows.put((copy_context(), prepared))
                under_way += 1
            else:
                result = prepared
        if result is not None:
            stop = writer.processor.count(result)
            if stop is not None:
                trouble, is_open = trouble or stop, False
            yield result
    if trouble is not None:
        raise trouble


class _Writer:
    """Records rows and sends them, in threads of its own.

    The caller puts rows into `rows`, and gets for each of them a result or an error from `finished`.
    """

    def __init__(self, resource: Resource, settings: BulkSettings) -> None:
        self.processor = RowProcessor(resource, settings)
        self.rows: SimpleQueue[tuple[Context, PreparedRow] | None] = SimpleQueue()
        self.finished: SimpleQueue[RowResult[Any] | BaseException | None] = SimpleQueue()
        self.interrupts = 0
        """How often the caller was interrupted."""
        self._resource = resource
        self._settings = settings
        self._first: dict[str, str] = {}
        """Whether the thread began before it was stopped. `setdefault` decides that in one step."""
        self._has_ended = False
        self._threads: set[int] = set()

    def start(self) -> None:
        """Start the thread, and wait until it has opened the journal. Raises what that raises."""
        # One step of C. `Thread.start` is many steps, some of them with a lock: an interrupt there breaks it.
        _thread.start_new_thread(self._start_thread, ())
        trouble = self.finished.get()
        if isinstance(trouble, BaseException):
            raise trouble

    def stop(self) -> None:
        """Let the calls under way finish, and wait for that. It may be called again.

        A second KeyboardInterrupt ends the waiting. Then the journal may say of rows under way: sent.
        """
        self.rows.put(None)
        if self._first.setdefault("first", "stop") == "stop" or threading.get_ident() in self._threads:
            # The thread never began. Or this is one of the threads to wait for: the garbage collection that
            # closes an abandoned iterator can run there.
            return
        try:
            # At the end of the interpreter the other threads stand still.
            while not self._has_ended and self.interrupts < 2 and not sys.is_finalizing():
                self.finished.get()
        except KeyboardInterrupt:
            self.interrupts += 1
            raise

    def _start_thread(self) -> None:
        try:
            # A daemon: it waits for rows as long as an iterator exists that nobody closed. The threads that
            # send are not abandoned: at the end of the process Python waits for those of a pool.
            threading.Thread(target=self._write, name="aftership-bulk", daemon=True).start()
        except RuntimeError as error:
            # The system allows no more threads.
            self._first.setdefault("first", "stop")
            self.finished.put(error)

    def _write(self) -> None:
        if self._first.setdefault("first", "start") == "stop":
            return
        try:
            self._note_thread()
            with (
                closing(self.processor),
                ThreadPoolExecutor(
                    self._settings.workers, "aftership-bulk", initializer=self._note_thread
                ) as pool,
            ):
                self.processor.open()
                self.finished.put(None)
                while (handed := self.rows.get()) is not None:
                    context, row = handed
                    self._begin(pool, context, row)
        except BaseException as error:  # noqa: BLE001 - raised in the thread that iterates over the results
            self.finished.put(error)
        finally:
            # In this order: who finds nothing in the queue any more must see that this has ended.
            self._has_ended = True
            self.finished.put(None)

    def _note_thread(self) -> None:
        self._threads.add(threading.get_ident())

    def _begin(self, pool: ThreadPoolExecutor, context: Context, row: PreparedRow) -> None:
        try:
            begun = self.processor.begin_row(row)
            if isinstance(begun, RowJob):
                pool.submit(context.run, self._work, begun)
            else:
                self.finished.put(begun)
        except BaseException as error:  # noqa: BLE001 - as above
            self.finished.put(error)

    def _work(self, job: RowJob) -> None:
        try:
            self.finished.put(self._send(job))
        except BaseException as error:  # noqa: BLE001 - as above
            self.finished.put(error)

    def _send(self, job: RowJob) -> RowResult[Any]:
        actions, trackings, attempts = create_or_get(
            self._resource,
            job.row.fields,
            update=self._settings.purpose == "upsert",
            fetch=False,
            options=self._settings.options,
        )
        try:
            result = run_actions(actions, trackings)
        except AfterShipError as error:
            return self.processor.fail_row(job, error, attempts)
        return self.processor.finish_row(job, result, attempts)
