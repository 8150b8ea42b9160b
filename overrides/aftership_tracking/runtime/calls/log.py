"""The lines that calls write to the logger of the package, `aftership_tracking`.

Lines name operations, statuses and times. They never contain a URL, a header or a value, since those hold
keys and personal data.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aftership_tracking.runtime.hooks import AttemptEnded
from aftership_tracking.runtime.logger import LOGGER
from aftership_tracking.runtime.wire.request import Response

if TYPE_CHECKING:
    from aftership_tracking.runtime.surprise import Surprise

__all__ = ["log_attempt", "log_surprises"]


def log_attempt(event: AttemptEnded) -> None:
    """Write a line for an attempt: at INFO if it is repeated, at DEBUG if not."""
    if event.decision.again:
        LOGGER.info(
            "%s: attempt %d: %s; again in %.2f s",
            event.operation,
            event.attempt,
            event.decision.why,
            event.decision.after,
        )
    elif LOGGER.isEnabledFor(logging.DEBUG):
        outcome = event.outcome
        result = outcome.status if isinstance(outcome, Response) else type(outcome).__name__
        LOGGER.debug("%s: attempt %d: %s after %.3f s", event.operation, event.attempt, result, event.seconds)


def log_surprises(operation: str, surprises: Sequence[Surprise]) -> None:
    """Write one line for one response, however many surprises it has (WARNING)."""
    # Imported lazily: surprises exist only once models are loaded.
    from aftership_tracking.runtime.surprise import describe

    LOGGER.warning(
        "%s: the response differs from the document: %s", operation, describe(surprises, at_most=10)
    )
