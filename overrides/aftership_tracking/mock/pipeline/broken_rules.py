"""Which documented error code a broken rule gets: candidates, best first.

The operation's own `x-error-codes` decide which candidate is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from aftership_tracking.mock.documents.validation import Finding
from aftership_tracking.mock.error_codes import (
    ID_INVALID,
    INVALID_REQUEST,
    NOTIFICATION_MISSING,
    NUMBER_FORMAT_INVALID,
    NUMBER_INVALID,
    NUMBER_MISSING,
    SLUG_INVALID,
    TRACKING_MISSING,
    VALUE_INVALID,
    VALUE_MISSING,
)

MISSING = {
    "tracking": (TRACKING_MISSING,),
    "notification": (NOTIFICATION_MISSING,),
    "tracking_number": (NUMBER_MISSING, VALUE_MISSING),
}
INVALID = {
    "tracking_number": (NUMBER_INVALID, VALUE_INVALID),
    "slug": (SLUG_INVALID, VALUE_INVALID),
    "id": (ID_INVALID, VALUE_INVALID),
    "tracking_id": (ID_INVALID, VALUE_INVALID),
}


def codes_for_missing(name: str) -> tuple[int, ...]:
    """Return the candidates for something that is absent."""
    return (*MISSING.get(name, (VALUE_MISSING,)), VALUE_INVALID, INVALID_REQUEST)


def codes_for_invalid(name: str, keyword: str = "") -> tuple[int, ...]:
    """Return the candidates for a value that breaks a rule."""
    if name == "tracking_number" and keyword == "pattern":
        return (NUMBER_FORMAT_INVALID, *INVALID[name], INVALID_REQUEST)
    return (*INVALID.get(name, (VALUE_INVALID,)), INVALID_REQUEST)


def field_of(finding: Finding) -> str:
    """Return the name of the field that a finding is about; empty for the body as a whole."""
    if finding.missing is not None:
        return finding.missing
    return next((part for part in reversed(finding.path) if isinstance(part, str)), "")


def codes_for_body(finding: Finding, wrapper: str | None) -> tuple[int, ...]:
    """Return the candidates for a rule that the body breaks."""
    if wrapper is not None and (finding.path in ((), (wrapper,)) and finding.is_mistyped):
        # A wrapper of the wrong type is ignored like any mistyped field, and so it is missing.
        return codes_for_missing(wrapper)
    if finding.missing is not None:
        return codes_for_missing(finding.missing)
    return codes_for_invalid(field_of(finding), finding.keyword)


def outermost(findings: Sequence[Finding]) -> Finding:
    """Return the outermost finding: what is missing is reported before what is wrong beside it."""
    return min(findings, key=lambda found: len(found.path))
