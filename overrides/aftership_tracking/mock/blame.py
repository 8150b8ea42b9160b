"""Which documented error code a broken rule gets: small rules, tried in order, best first.

The rules give candidates. The operation's own `x-error-codes` decide which of them is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from aftership_tracking.mock.schemas import Finding

INVALID_REQUEST = 400
INVALID_JSON = 4001
NUMBER_INVALID = 4005
TRACKING_MISSING = 4006
NUMBER_MISSING = 4007
VALUE_INVALID = 4008
VALUE_MISSING = 4009
SLUG_INVALID = 4010
NOTIFICATION_MISSING = 4014
ID_INVALID = 4015
NUMBER_FORMAT_INVALID = 4017

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
    """Candidates for something that is absent."""
    return (*MISSING.get(name, (VALUE_MISSING,)), VALUE_INVALID, INVALID_REQUEST)


def codes_for_invalid(name: str, keyword: str = "") -> tuple[int, ...]:
    """Candidates for something whose value breaks a rule."""
    if name == "tracking_number" and keyword == "pattern":
        return (NUMBER_FORMAT_INVALID, *INVALID[name], INVALID_REQUEST)
    return (*INVALID.get(name, (VALUE_INVALID,)), INVALID_REQUEST)


def field_of(finding: Finding) -> str:
    """The name of the field that a finding is about; empty for the body as a whole."""
    if finding.missing is not None:
        return finding.missing
    return next((part for part in reversed(finding.path) if isinstance(part, str)), "")


def codes_for_body(finding: Finding, wrapper: str | None) -> tuple[int, ...]:
    """Candidates for a rule that the body breaks."""
    if wrapper is not None and (finding.path in ((), (wrapper,)) and finding.is_mistyped):
        # A wrapper of the wrong type is ignored like any mistyped field, and so it is missing.
        return codes_for_missing(wrapper)
    if finding.missing is not None:
        return codes_for_missing(finding.missing)
    return codes_for_invalid(field_of(finding), finding.keyword)


def gravest(findings: Sequence[Finding]) -> Finding:
    """The finding to tell: the outermost, so that what is missing comes before what is wrong beside it."""
    return min(findings, key=lambda found: len(found.path))
