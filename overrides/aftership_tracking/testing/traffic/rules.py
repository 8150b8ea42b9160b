"""Says in words which rule of a document a value breaks, without the value."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.pointers import look_up
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.validation import Finding as BrokenRule
from aftership_tracking.testing.traffic.field_walk import WalkedFields, join_path, render_path, show_name
from aftership_tracking.testing.traffic.records import Finding, Side

MOST_RULES = 50
"""So many broken rules of one body are named; a longer list helps nobody."""
TOO_DEEP = "nested too deeply to be judged"
_LONGEST_RULE = 80
_WORDS = {
    "type": "must be of the type {}",
    "enum": "must be one of {}",
    "const": "must be {}",
    "format": "must be a {}",
    "pattern": "must match {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
    "minProperties": "must have at least {} keys",
    "maxProperties": "must have at most {} keys",
}


def broken_rules(
    api: Api, pointer: str, value: Any, secrets: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield the path, the reason and the rule of each rule that a value breaks, at most MOST_RULES."""
    try:
        found = api.validators.findings(pointer, value)
    except ValueError:
        yield "", TOO_DEEP, pointer
        return
    node = SchemaNode(api.document, pointer)
    shown = dict.fromkeys(_describe(api.document, node, value, each, secrets) for each in found)
    yield from list(shown)[:MOST_RULES]
    if len(shown) > MOST_RULES:
        yield "", f"breaks {len(shown) - MOST_RULES} more rules", pointer


def body_findings(side: Side, walked: WalkedFields) -> Iterator[Finding]:
    """Yield what a walk over a body found: undeclared and deprecated fields."""
    for path, meant in sorted(walked.undeclared.items()):
        hint = f"; did you mean {meant}?" if meant else ""
        reason = f"the document does not know it{hint}"
        yield Finding(side=side, kind="undeclared", location=f"body {path}", reason=reason)
    if walked.more:
        reason = f"has {walked.more} more fields that are unknown"
        yield Finding(side=side, kind="undeclared", location="body", reason=reason)
    for path, words in sorted(walked.deprecated.items()):
        yield Finding(side=side, kind="deprecated", location=f"body {path}", reason=words)


def _describe(
    document: Mapping[str, Any], node: SchemaNode, value: Any, broken: BrokenRule, secrets: Collection[str]
) -> tuple[str, str, str]:
    path = render_path(node, value, broken.path, secrets)
    if broken.missing is not None:
        return join_path(path, show_name(broken.missing, ())), "is missing", broken.rule
    try:
        limit = look_up(document, broken.rule)
    except (LookupError, TypeError, ValueError):
        # What the mock adds to a document, such as the enum of a discriminator, is not in it.
        limit = None
    if broken.keyword not in _WORDS or limit is None:
        return path, f"breaks the rule {broken.keyword}", broken.rule
    words = limit if isinstance(limit, str) else json.dumps(limit)
    if len(words) > _LONGEST_RULE:
        words = words[: _LONGEST_RULE - 3] + "..."
    return path, _WORDS[broken.keyword].format(words), broken.rule
