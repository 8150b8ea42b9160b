"""Checks a body by its schema, with the leniency that some versions have about types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aftership_tracking.mock.documents.api import Api
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
    # Removing a value can make another rule fail; each round removes at least one value, so the loop ends.
    while not api.validators.fits(schema, value):
        findings = api.validators.findings(schema, value)
        ignored = [found for found in findings if ignores_types and _can_be_ignored(found, required_depth)]
        # Rules about a list apply to the list as it was sent, so they are checked before items are removed.
        if len(ignored) < len(findings):
            reported = [found for found in findings if found not in ignored]
            raise body_refusal(api, operation, outermost(reported))
        value = _remove_all(value, ignored)
    return value


def _can_be_ignored(finding: Finding, required_depth: int) -> bool:
    """Whether a finding is about the wrong JSON type of something below a depth."""
    return finding.is_mistyped and len(finding.path) > required_depth


def _remove_all(value: Any, findings: Sequence[Finding]) -> Any:
    """Return the value without what the findings are about. The deepest and last is removed first."""
    for path in sorted({found.path for found in findings}, key=_removal_order):
        value = _remove(value, path)
    return value


def _remove(value: Any, path: Sequence[str | int]) -> Any:
    """Return the value without what is at a path. Only the containers on the way are copied."""
    first, rest = path[0], path[1:]
    if isinstance(value, dict):
        if not rest:
            return {name: item for name, item in value.items() if name != first}
        return {name: _remove(item, rest) if name == first else item for name, item in value.items()}
    if not rest:
        return [item for index, item in enumerate(value) if index != first]
    return [_remove(item, rest) if index == first else item for index, item in enumerate(value)]


def _removal_order(path: tuple[str | int, ...]) -> tuple[Any, ...]:
    # Deep before shallow, and high list indices before low ones, so that no removal shifts a later one.
    return (-len(path), *(-part if isinstance(part, int) else 0 for part in path), str(path))
