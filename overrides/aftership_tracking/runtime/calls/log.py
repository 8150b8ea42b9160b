"""The lines that calls write to the logger of the package, `aftership_tracking`.

Lines name operations, statuses and times, and carry the same as fields. They never contain a URL, a header or
a value, since those hold keys and personal data. Of the URL only the host is a field.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aftership_tracking.runtime.attempt import Decision
from aftership_tracking.runtime.logger import LOGGER, log_fields
from aftership_tracking.runtime.wire.request import Outcome, Request, Response

if TYPE_CHECKING:
    from aftership_tracking.runtime.surprise import Surprise

__all__ = ["log_attempt", "log_surprises"]


def log_attempt(
    operation: str,
    number: int,
    request: Request,
    outcome: Outcome,
    seconds: float,
    decision: Decision,
    *,
    is_notable: bool = False,
) -> None:
    """Write a line for an attempt: at INFO if it is repeated, or if its end is notable; else at DEBUG."""
    level = logging.INFO if decision.again or is_notable else logging.DEBUG
    if not LOGGER.isEnabledFor(level):
        return
    is_response = isinstance(outcome, Response)
    status = outcome.status if isinstance(outcome, Response) else None
    fields = log_fields(
        "attempt",
        operation=operation,
        method=request.method,
        # base_url holds neither a user name nor a password, so this is host and port.
        host=urlsplit(request.url).netloc,
        attempt=number,
        status=status,
        error=None if is_response else type(outcome).__name__,
        duration=seconds,
        trace_id=outcome.headers.get("as-trace-id") if isinstance(outcome, Response) else None,
        retry=decision.again,
        retry_wait=decision.after if decision.again else None,
        reason=decision.why,
    )
    if decision.again:
        LOGGER.info(
            "%s: attempt %d: %s; again in %.2f s",
            operation,
            number,
            decision.why,
            decision.after,
            extra=fields,
        )
    elif is_notable:
        LOGGER.info("%s: attempt %d: %s", operation, number, decision.why, extra=fields)
    else:
        result = status if is_response else type(outcome).__name__
        LOGGER.debug("%s: attempt %d: %s after %.3f s", operation, number, result, seconds, extra=fields)


def log_surprises(operation: str, surprises: Sequence[Surprise], *, trace_id: str | None = None) -> None:
    """Write one line for one response, however many surprises it has (WARNING)."""
    # Imported lazily: surprises exist only once models are loaded.
    from aftership_tracking.runtime.surprise import describe

    LOGGER.warning(
        "%s: the response differs from the document: %s",
        operation,
        describe(surprises, at_most=10),
        extra=log_fields("surprise", operation=operation, surprises=len(surprises), trace_id=trace_id),
    )
