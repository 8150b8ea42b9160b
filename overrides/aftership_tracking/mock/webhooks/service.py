"""The webhooks of a mock: its URLs, what is on its way to them, and the log of attempts."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock, ManualClock
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.webhooks.attempt import make_attempt
from aftership_tracking.mock.webhooks.background import Background
from aftership_tracking.mock.webhooks.chaos import Chaos
from aftership_tracking.mock.webhooks.deliveries import (
    Attempt,
    Delivery,
    DeliveryLog,
    DeliveryQueue,
    Kind,
    next_delivery,
)
from aftership_tracking.mock.webhooks.endpoint import TRIGGERS, Endpoint, OAuthSettings, make_endpoint
from aftership_tracking.mock.webhooks.planner import Planner
from aftership_tracking.mock.webhooks.tokens import Tokens
from aftership_tracking.mock.webhooks.watch import Watch
from aftership_tracking.mock.webhooks.writer import Writer
from aftership_tracking.webhooks.event_codes import EVENTS
from aftership_tracking.webhooks.sending.sender import HttpSender, Sender

MOST_URLS = 10
NEWEST = "newest"
MOST_REPLAYABLE = 1000
"""Events that can be sent once more."""


class Webhooks:
    """The sender. Get it as `mock.webhooks`.

        mock.webhooks.add("http://127.0.0.1:8080/hook", version="2026-07", secret="s3cret")

    With a `ManualClock` everything is sent while the clock is moved, each event at its own time. The events
    of an API call are sent with the next move, or with `deliver()`. With another clock, a mock that is served
    over ASGI sends from threads of its own; elsewhere `start()` starts these and `stop()` stops them. The
    events of one tracking reach a URL in their order, unless `chaos` reorders them or one had to be repeated.

    Attributes:
        chaos: what is done wrong on purpose; nothing at first.
        transport: sends the requests: a function that takes an `Outgoing` (its `url`, its `headers` as pairs
            of strings, its `body` as bytes) and returns the status, or a `DeliveryResponse`. What it raises
            is a failed attempt, with `error` in the log. Over httpx by default.
        log: the attempts, as frozen records.
        shared_ids: whether an event has one id for all URLs. What the service does is not documented.
    """

    def __init__(self, store: Store, served: ServedVersions, clock: Clock, seed: int) -> None:
        self.chaos = Chaos()
        self.transport: Sender = HttpSender()
        self.log = DeliveryLog()
        self.shared_ids = True
        self._store = store
        self._clock = clock
        self._watch = Watch(store, seed)
        self._planner = Planner(Writer(served, seed), seed)
        self._tokens = Tokens()
        self._queue = DeliveryQueue()
        self._sent: dict[tuple[str, int], Delivery] = {}
        self._endpoints: dict[int, Endpoint] = {}
        self._last_number = 0
        self._changed = threading.Condition(threading.RLock())
        self._is_sending = False
        self._generation = 0
        self._in_flight = 0
        self._workers = 0  # threads that are wanted, once there is a URL
        self._background = Background(self._take, self._attempt, self.next_at, clock, self._changed)

    def add(
        self,
        url: str,
        *,
        secret: str,
        version: str | None = NEWEST,
        events: Collection[str] = EVENTS,
        tags: Collection[str] = TRIGGERS,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        oauth: OAuthSettings | None = None,
        pending_after: timedelta = timedelta(hours=24),
        edits: bool = False,
        api_key: str | None = None,
        documented_ports: bool = False,
    ) -> Endpoint:
        """Send events to a URL from now on; what happened before is not reported.

        Args:
            url: http or https. It may have a query.
            secret: what deliveries are signed with.
            version: of the bodies, YYYY-MM; None is a URL from before the versions, without a version header.
            events: which event codes.
            tags: the statuses that trigger `tracking_update`.
            headers: up to five of your own.
            oauth: get an access token first, and send it with each delivery.
            pending_after: how long a parcel is pending, at its pace, before `tracking_pending_time` is sent.
            edits: send `tracking_update` also when a caller changed a tracking and its status did not change.
                What the service does then is not documented.
            api_key: only the trackings of this key; those of all keys by default.
            documented_ports: refuse other ports than 80, 443 and 8080, as the service does.

        Raises:
            ValueError: a setting cannot be used, or there are ten URLs already.
        """
        with self._changed:
            if len(self._endpoints) >= MOST_URLS:
                raise ValueError(f"there are already {MOST_URLS} URLs, and more are not allowed")
            endpoint = make_endpoint(
                self._last_number + 1,
                url,
                version=self._planner.newest if version == NEWEST else version,
                secret=secret,
                events=events,
                tags=tags,
                headers=headers,
                oauth=oauth,
                pending_after=pending_after,
                edits=edits,
                api_key=api_key,
                documented_ports=documented_ports,
            )
            self._begin()
            self._last_number = endpoint.number
            self._endpoints[endpoint.number] = endpoint
            self._watch.warn_after(endpoint.pending_after, self._clock.now())
        if self._workers:
            self._background.start(self._workers)
        self._background.wake()
        return endpoint

    def remove(self, endpoint: Endpoint) -> None:
        """Send nothing new to a URL. Deliveries that have started go on, as after any change of settings."""
        with self._changed:
            self._observe()
            self._endpoints.pop(endpoint.number, None)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The URLs, in the order in which they were added."""
        return tuple(self._endpoints.values())

    @property
    def waiting(self) -> tuple[Delivery, ...]:
        """What is on its way, in the order in which it is due."""
        with self._changed:
            return self._queue.all()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being sent and nothing waits. Parcels that will move may bring new events."""
        with self._changed:
            return not self._in_flight and not len(self._queue)

    def deliver(self) -> int:
        """Send all that is due now, one after the other, and return the number of attempts.

        A receiver that calls this during a delivery gets 0: the mock is sending already.
        """
        attempts = 0
        is_ours = False
        # Ctrl-C may arrive between any two steps, so all of them are in the `try`.
        try:
            with self._changed:
                is_ours = not self._is_sending
                self._is_sending = True
            while is_ours and (delivery := self._take()) is not None:
                self._attempt(delivery)
                attempts += 1
        finally:
            if is_ours:
                self._is_sending = False
        return attempts

    def send_test(self, endpoint: Endpoint) -> Attempt:
        """Send a test event at once, like the button in the settings. It is never repeated."""
        with self._changed:
            delivery = self._planner.plan_test(endpoint, self._clock.now())
            self._in_flight += 1
            taken = (self._generation, delivery)
        return self._attempt(taken)

    def replay(self, event_id: str, endpoint: Endpoint | None = None) -> int:
        """Send an event once more, with the same id, body and signature, and return to how many URLs.

        Args:
            endpoint: only to this URL; by default to each one that it was sent to.
        """
        with self._changed:
            found = [
                delivery
                for (sent_id, number), delivery in self._sent.items()
                if sent_id == event_id and (endpoint is None or number == endpoint.number)
            ]
            for delivery in found:
                self._queue.put(
                    replace(delivery, kind=Kind.DUPLICATE, attempt=1, due=self._clock.now(), doubled=False)
                )
        self.wake()
        return len(found)

    def sent(self, event_id: str, endpoint: int) -> Delivery | None:
        """Return what was sent to a URL, by its number, for an event; None if it is not stored.

        Stored are the last 1,000, without what was forged or unknown on purpose.
        """
        with self._changed:
            return self._sent.get((event_id, endpoint))

    def start(self, workers: int = 4) -> None:
        """Send from threads in the background, until `stop()`. A ManualClock needs none: moving it sends."""
        if not isinstance(self._clock, ManualClock):
            self._workers = workers
            if self._endpoints:
                self._background.start(workers)

    def stop(self) -> None:
        """Stop the background threads. Waiting deliveries stay in the queue."""
        self._workers = 0
        self._background.stop()
        if isinstance(self.transport, HttpSender):
            self.transport.close()

    def clear(self) -> None:
        """Drop waiting deliveries, the log and the tokens; ids start again. The URLs stay."""
        with self._changed:
            self._generation += 1
            self._watch.clear()
            self._queue.clear()
            self._sent.clear()
            self._planner.clear()
            self._tokens.clear()
            self.log.clear()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """What happens to parcels inside of this block is not reported."""
        with self._changed:
            self.observe()
            yield
            if self._last_number:
                self._watch.begin(self._clock.now())

    def observe(self) -> None:
        """Look at what has happened until now and plan what has to be sent."""
        if self._endpoints:
            with self._changed:
                before = len(self._queue)
                self._observe()
                if len(self._queue) != before:
                    self._changed.notify_all()

    def next_at(self) -> datetime | None:
        """Return when there is something to do next. None: nothing to do, or the mock is sending already."""
        if self._is_sending:
            return None
        with self._changed:
            due = (self._watch.next_at(), self._queue.next_at())
            return min((instant for instant in due if instant is not None), default=None)

    def ring(self) -> None:
        """The clock was moved."""
        self.deliver()

    def wake(self) -> None:
        """Send what is due now: at once with a ManualClock, else from the threads in the background."""
        self.observe()
        if isinstance(self._clock, ManualClock):
            self.deliver()
        else:
            self._background.wake()

    def _begin(self) -> None:
        if self._last_number:
            self._observe()
            return
        self._watch.begin(self._clock.now())
        if isinstance(self._clock, ManualClock):
            self._clock.subscribe(self)

    def _observe(self) -> None:
        for event in self._watch.look(self._clock.now()):
            for delivery in self._planner.plan(
                event,
                self._endpoints.values(),
                self.chaos,
                shared_ids=self.shared_ids,
                pace=self._store.pace,
            ):
                self._queue.put(delivery)

    def _take(self) -> tuple[int, Delivery] | None:
        with self._changed:
            self._observe()
            delivery = self._queue.take(self._clock.now())
            if delivery is None:
                return None
            self._in_flight += 1
            return self._generation, delivery

    def _attempt(self, taken: tuple[int, Delivery]) -> Attempt:
        generation, delivery = taken
        sent = self._clock.now()
        attempt = make_attempt(delivery, self.transport, self._tokens, sent=sent, wall=self._clock.wall())
        with self._changed:
            self._in_flight -= 1
            if generation == self._generation:
                self.log.add(attempt)
                self._remember(delivery)
                after = next_delivery(delivery, attempt.outcome, sent, self._store.pace)
                if after is not None:
                    self._queue.put(after)
                if self._queue.release(delivery) or after is not None:
                    self._changed.notify_all()
        return attempt

    def _remember(self, delivery: Delivery) -> None:
        """Let an event be sent again; the oldest are forgotten."""
        if delivery.kind in (Kind.GENUINE, Kind.TEST):
            self._sent[delivery.event_id, delivery.endpoint.number] = delivery
            while len(self._sent) > MOST_REPLAYABLE:
                self._sent.pop(next(iter(self._sent)))
