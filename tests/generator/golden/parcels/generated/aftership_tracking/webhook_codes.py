"""The codes of webhook events, and the statuses of trackings, that the documents name."""

from __future__ import annotations

EVENTS: tuple[str, ...] = ()
TAGS: tuple[str, ...] = ()
