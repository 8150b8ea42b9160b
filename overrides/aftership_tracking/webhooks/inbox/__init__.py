"""A durable inbox: a receiver that stores verified deliveries and responds at once, and a worker for them.

    inbox = SqliteInbox("inbox.db")
    application = WebhookApplication(InboxEndpoint(receiver, inbox))   # in the web server
    InboxWorker(receiver, inbox).run()                                 # in a process of its own

AfterShip takes the response as delivered and does not deliver again, so from then on the worker is what
repeats: with growing delays, and after the last attempt the delivery is a dead letter. The store of the
receiver still makes sure that each event is handled once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only type checkers read this.
    from aftership_tracking.webhooks.inbox.endpoint import InboxEndpoint as InboxEndpoint
    from aftership_tracking.webhooks.inbox.entry import DeliveryQueue as DeliveryQueue
    from aftership_tracking.webhooks.inbox.entry import EntryState as EntryState
    from aftership_tracking.webhooks.inbox.entry import Headers as Headers
    from aftership_tracking.webhooks.inbox.entry import Inbox as Inbox
    from aftership_tracking.webhooks.inbox.entry import InboxEntry as InboxEntry
    from aftership_tracking.webhooks.inbox.redis import RedisInbox as RedisInbox
    from aftership_tracking.webhooks.inbox.sqlite import SqliteInbox as SqliteInbox
    from aftership_tracking.webhooks.inbox.worker import InboxWorker as InboxWorker

__all__ = [
    "DeliveryQueue",
    "EntryState",
    "Headers",
    "Inbox",
    "InboxEndpoint",
    "InboxEntry",
    "InboxWorker",
    "RedisInbox",
    "SqliteInbox",
]

_MODULE_OF = {
    "DeliveryQueue": "entry",
    "EntryState": "entry",
    "Headers": "entry",
    "Inbox": "entry",
    "InboxEndpoint": "endpoint",
    "InboxEntry": "entry",
    "InboxWorker": "worker",
    "RedisInbox": "redis",
    "SqliteInbox": "sqlite",
}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aftership_tracking.runtime.lazy_imports import load

    found: object = getattr(load(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
