"""What a mock sends as webhooks, captured instead of sent.

    with CapturedWebhooks(mock) as webhooks:
        mock.put(parcel.id, tag="Delivered")
        delivery = webhooks.expect(tag="Delivered")
    app_client.post("/hook", content=delivery.body, headers=delivery.headers)

It needs the extra `mock`.
"""

from __future__ import annotations

import threading
import time
from difflib import get_close_matches
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aftership_tracking.mock.clock import ManualClock
from aftership_tracking.testing.events import NEWEST
from aftership_tracking.testing.requests import SECRET, SignedRequest
from aftership_tracking.webhooks.event_codes import EVENTS, TAGS
from aftership_tracking.webhooks.verification.verifier import Verifier

if TYPE_CHECKING:
    from aftership_tracking.mock import Mock
    from aftership_tracking.mock.webhooks import Endpoint
    from aftership_tracking.webhooks.events.event import Event
    from aftership_tracking.webhooks.sending.sender import Outgoing, Sender

__all__ = ["CapturedWebhooks"]

URL = "http://captured.invalid/"
"""A name that no machine can have: nothing is sent."""
_PATIENCE = 10.0
_PAUSE = 0.005


class CapturedWebhooks:
    """The webhooks of a mock while a `with` block is open. The receiver that they reach responds 200.

    Webhooks to other URLs go on being sent.

    Args:
        mock: whose webhooks.
        version: of the bodies, YYYY-MM; the newest by default.
        secret: what they are signed with.
    """

    def __init__(self, mock: Mock, *, version: str = NEWEST, secret: str = SECRET) -> None:
        self.mock = mock
        self.secret = secret
        self._version = version
        self._found: list[SignedRequest] = []
        self._lock = threading.Lock()
        self._endpoint: Endpoint | None = None
        self._other: Sender | None = None

    @property
    def deliveries(self) -> tuple[SignedRequest, ...]:
        """All so far, the oldest first: headers and body, as a receiver gets them.

        What is due now is sent first. A parcel that moves later brings more.
        """
        self._send_what_is_due()
        with self._lock:
            return tuple(self._found)

    @property
    def events(self) -> tuple[Event, ...]:
        """The same, verified and read."""
        verifier = Verifier(self.secret)
        return tuple(verifier.parse(each.body, each.headers) for each in self.deliveries)

    def expect(self, *, event: str | None = None, tag: str | None = None, order: int = -1) -> SignedRequest:
        """Return a delivery: by default the last one that fits.

        Args:
            event: the code, such as `tracking_update`.
            tag: the status of the tracking, such as Delivered.
            order: which of those that fit, as an index of a list.

        Raises:
            AssertionError: there is none. The message lists what came.
        """
        __tracebackhide__ = True
        deliveries = self.deliveries
        verifier = Verifier(self.secret)
        came = [verifier.parse(each.body, each.headers) for each in deliveries]
        fitting = [
            delivery
            for delivery, each in zip(deliveries, came, strict=True)
            if event in (None, each.event) and tag in (None, each.tracking.tag)
        ]
        if fitting and -len(fitting) <= order < len(fitting):
            return fitting[order]
        wanted = " ".join(f"{name}={value}" for name, value in (("event", event), ("tag", tag)) if value)
        lines = [f"  {each.event} tag={each.tracking.tag} at {each.occurred_at}" for each in came]
        meant = [
            f"  ({value!r} is not in the documents; did you mean {close[0]!r}?)"
            for value, known in ((event, EVENTS), (tag, TAGS))
            if value is not None and value not in known and (close := get_close_matches(value, known, 1))
        ]
        raise AssertionError(
            "\n".join(
                [
                    f"expected a webhook {wanted or 'of any kind'}, and {len(fitting)} of {len(came)} fit",
                    *meant,
                    *(lines or ["  (none came; `put` and `advance` of the mock let a parcel move)"]),
                ]
            )
        )

    def __enter__(self) -> Self:
        webhooks = self.mock.webhooks
        self._other, webhooks.transport = webhooks.transport, self._capture
        self._endpoint = webhooks.add(URL, secret=self.secret, version=self._version)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._endpoint is not None and self._other is not None:
            self.mock.webhooks.remove(self._endpoint)
            self.mock.webhooks.transport = self._other
        self._endpoint = self._other = None

    def _capture(self, request: Outgoing) -> int:
        if request.url == URL:
            with self._lock:
                self._found.append(SignedRequest(pairs=tuple(request.headers), body=request.body))
            return 200
        assert self._other is not None  # noqa: S101 - for type checkers
        result = self._other(request)
        return result if isinstance(result, int) else result.status

    def _send_what_is_due(self) -> None:
        webhooks = self.mock.webhooks
        webhooks.observe()
        webhooks.deliver()
        if isinstance(self.mock.clock, ManualClock):
            return
        # Threads in the background may be sending.
        end = time.monotonic() + _PATIENCE
        while not webhooks.is_idle and time.monotonic() < end:
            time.sleep(_PAUSE)
