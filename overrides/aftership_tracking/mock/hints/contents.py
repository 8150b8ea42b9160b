"""Hints about the content type of a body."""

from __future__ import annotations

from aftership_tracking.mock.hints.hint import Hint

_ADVICE = "Send content-type: application/json"


def refused_type() -> Hint:
    """Return the hint about a body that says that it is not JSON."""
    return Hint(
        id="content-type",
        sentence="header content-type: must be application/json; the code of this refusal is assumed",
        advice=f"{_ADVICE}. The service may give another code (--assumed-code content-type=CODE)",
        source="documented",
    )


def taken_type() -> Hint:
    """Return the hint about a body that a lenient mock reads as JSON."""
    return Hint(
        id="lenient",
        sentence="header content-type: must be application/json; it was taken because the mock is lenient",
        advice=_ADVICE,
        source="documented",
    )


def missing_type() -> Hint:
    """Return the hint about a body without a content type."""
    return Hint(
        id="content-type-missing",
        sentence="header content-type: missing; the mock reads the body as JSON",
        advice=f"{_ADVICE}: the document requires it, and nothing shows that the service insists",
        source="inferred",
    )
