"""Which documented error code a broken rule gets: candidates, best first.

The operation's own `x-error-codes` decide which candidate is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.schema_node import SchemaNode
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
from aftership_tracking.mock.hints.hint import Hint
from aftership_tracking.mock.hints.rules import describe_rule
from aftership_tracking.mock.refusal import Refusal

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


def field_of(finding: Finding, body: SchemaNode) -> str:
    """Return the name of the field that a finding is about; empty for the body as a whole.

    It is the innermost name that the document declares. Keys that only the caller knows, such as those of
    custom fields, are not names: what is wrong with them is wrong with the field that holds them.
    """
    if finding.missing is not None:
        return finding.missing
    name, node = "", body
    for part in finding.path:
        if isinstance(part, int):
            below = _items(node)
        else:
            below = _properties(node).get(part)
            name = name if below is None else part
        if below is None:
            break
        node = below
    return name


def _items(node: SchemaNode) -> SchemaNode | None:
    return next((each.items for each in (node, *node.branches) if each.items is not None), None)


def _properties(node: SchemaNode) -> dict[str, SchemaNode]:
    return {name: found for each in (*node.branches, node) for name, found in each.properties.items()}


def body_refusal(api: Api, operation: ApiOperation, finding: Finding) -> Refusal:
    """Return the refusal of a body that breaks a rule: with the name of the field, in words for people."""
    if operation.body is None or operation.body.schema is None:
        raise AssertionError("a body without a schema breaks no rule")
    name = field_of(finding, SchemaNode(api.document, operation.body.schema))
    hint = Hint(
        id=f"body-{finding.keyword}".lower(),
        sentence=f"body {name or 'as a whole'}: {describe_rule(api.document, finding)}",
        source="documented",
    )
    return Refusal(
        codes_for_body(finding, operation.body_wrapper, name), str(hint), name or "body", hints=[hint]
    )


def codes_for_body(finding: Finding, wrapper: str | None, name: str) -> tuple[int, ...]:
    """Return the candidates for a rule that the body breaks."""
    if wrapper is not None and (finding.path in ((), (wrapper,)) and finding.is_mistyped):
        # A wrapper of the wrong type is ignored like any mistyped field, and so it is missing.
        return codes_for_missing(wrapper)
    if finding.missing is not None:
        return codes_for_missing(finding.missing)
    return codes_for_invalid(name, finding.keyword)


def outermost(findings: Sequence[Finding]) -> Finding:
    """Return the outermost finding: what is missing is reported before what is wrong beside it."""
    return min(findings, key=lambda found: len(found.path))
