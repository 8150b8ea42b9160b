"""Checks a body by its schema, with the leniency that some versions have about types."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.mistyped import without_mistyped
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.validation import Finding
from aftership_tracking.mock.pipeline.broken_rules import body_refusal, outermost

# An `x-mock` behaviour
MISTYPED_FIELDS = "mistyped-body-fields"


def check_body(api: Api, operation: ApiOperation, value: Any) -> Any:
    """Return the body as the service takes it: without mistyped fields, where this version ignores them.

    Raises:
        Refusal: the body breaks a rule that is not about types, or the version does not ignore types.
    """
    schema = None if operation.body is None else operation.body.schema
    if schema is None:
        return value
    ignores_types = operation.behaviour.get(MISTYPED_FIELDS) == "ignored"
    # Neither the body nor its wrapper can be left out.
    required_depth = 0 if operation.body_wrapper is None else 1
    if api.validators.fits(schema, value):
        return value
    findings = api.validators.findings(schema, value)
    # Rules about a list apply to the list as it was sent, so they are checked before items are removed.
    reported = [
        found for found in findings if not ignores_types or not _can_be_ignored(found, required_depth)
    ]
    if reported:
        raise body_refusal(api, operation, outermost(reported))
    value = without_mistyped(api.validators.node(schema), value)
    # Without what was removed another rule may fail, such as `required`. Nothing more is removed then.
    remaining = api.validators.findings(schema, value)
    if remaining:
        raise body_refusal(api, operation, outermost(remaining))
    return value


def _can_be_ignored(finding: Finding, required_depth: int) -> bool:
    """Whether a finding is about the wrong JSON type of something below a depth."""
    return finding.is_mistyped and len(finding.path) > required_depth
