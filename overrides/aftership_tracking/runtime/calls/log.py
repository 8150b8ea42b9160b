"""The logger of the package, `aftership_tracking`, and what is written to it.

Lines name operations, statuses and times; never a URL, a header or a value, since those hold keys and
personal data.
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
    """Write a line for each attempt (DEBUG), and for each that is repeated (INFO)."""
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
        came = outcome.status if isinstance(outcome, Response) else type(outcome).__name__
        LOGGER.debug("%s: attempt %d: %s after %.3f s", event.operation, event.attempt, came, event.seconds)


def log_surprises(operation: str, surprises: Sequence[Surprise]) -> None:
    """Write one line for one answer, however much in it is unexpected (WARNING)."""
    # Late, because there are no surprises before there are models.
    from aftership_tracking.runtime.surprise import describe

    LOGGER.warning("%s: the answer differs from the document: %s", operation, describe(surprises, at_most=10))
