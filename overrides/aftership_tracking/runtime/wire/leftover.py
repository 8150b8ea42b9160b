"""Bytes beyond the end of an answer. httpcore 1.0 keeps them with the connection, and would give them as the
answer to the next question.
"""

from __future__ import annotations

from typing import Any

__all__ = ["give_up_if_more_came"]


def give_up_if_more_came(stream: Any) -> None:
    """Let a connection end with this answer, if more has arrived on it than the answer.

    `stream` is that of a response of httpx, read to its end and not closed yet. What is known of another
    library's stream is nothing, and nothing is done to it.
    """
    # These names are private; the fault matrix notices when they change.
    try:
        state = stream._httpcore_stream._stream._connection._h11_state
    except AttributeError:
        # httpx's client puts one more stream around it.
        bound = getattr(stream, "_stream", None)
        inner = getattr(getattr(bound, "_httpcore_stream", None), "_stream", None)
        state = getattr(getattr(inner, "_connection", None), "_h11_state", None)
    if state is not None and state.trailing_data[0]:
        # A connection that failed is closed and not used again.
        state.send_failed()
