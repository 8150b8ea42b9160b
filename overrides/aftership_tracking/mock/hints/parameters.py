"""Hints about parameters: what a value has to look like, and what becomes of those that nothing reads."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from aftership_tracking.mock.documents.conversion import convert_parameter
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.parameter import Parameter
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.documents.validation import Finding
from aftership_tracking.mock.hints.hint import Hint, ranges, shown
from aftership_tracking.mock.hints.rules import describe_rule, known_values

TIME = "2024-02-06T10:15:30%2B00:00"
_WORDS = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
}


def written_as(parameter: Parameter) -> str:
    """Return what the value of a parameter has to be, in words."""
    if parameter.style in ("deepObject", "exploded", "form"):
        return "an object"
    kinds = " or ".join(_WORDS.get(kind, kind) for kind in parameter.kinds)
    return f"a list, separated by commas, of which each is {kinds}" if parameter.style == "list" else kinds


def parameter_hint(document: Mapping[str, Any], parameter: Parameter, finding: Finding, value: Any) -> Hint:
    """Return what a refused parameter has to look like."""
    zone = "A query has %2B for the + of a zone" if parameter.is_time else ""
    return Hint(
        id=f"{parameter.location}-{finding.keyword}".lower(),
        sentence=f"{parameter.location} {parameter.name}: {describe_rule(document, finding)}",
        advice=zone or _meant(document, finding, value),
        source="documented",
    )


def _meant(document: Mapping[str, Any], finding: Finding, value: Any) -> str:
    """Return the question for a known value that was only spelled differently; empty if there is none."""
    if finding.keyword != "enum":
        return ""
    known = {each.casefold(): each for each in known_values(document, finding.rule)}
    texts = [str(each) for each in (value if isinstance(value, list) else [value])]
    meant = (
        known[text.casefold()] for text in texts if text.casefold() in known and text not in known.values()
    )
    return next((f"Did you mean {each}?" for each in meant), "")


def epoch(name: str, text: str, *, is_refused: bool) -> Hint | None:
    """Return the hint about a time that is a count since 1970; None if it is not one."""
    if not text.isdigit() or len(text) < 9:
        return None
    unit = "milliseconds" if len(text) >= 12 else "seconds"
    end = "" if is_refused else f"; its default is used ({_default(name)})"
    return Hint(
        id="epoch-time",
        sentence=f"query {name}: looks like {unit} since 1970, which the API does not read{end}",
        advice=f"Write a time with a zone: {name}={TIME}",
        source="documented",
    )


def unread_time(name: str) -> Hint:
    """Return the hint about a time that this version replaces by its default."""
    return Hint(
        id="unread-time",
        sentence=f"query {name}: not a time with a zone, so its default is used ({_default(name)})",
        advice=f"Write {name}={TIME}, with the + of the zone as %2B; from 2025-01 on the service refuses it",
        source="documented",
    )


def _default(name: str) -> str:
    return "now" if name.endswith("_max") else "120 days ago"


def unknown(served: ServedVersions, operation: ApiOperation, version: str, name: str) -> Hint:
    """Return the hint about a query parameter that the operation does not have."""
    where = f"query {shown(name)}: {version} does not know it and ignores it"
    others = [each for each in served.versions if each != version and _has(served, operation, each, name)]
    declared = [each.name for each in operation.parameters if each.location == "query"]
    if name == "page" and operation.pagination.get("kind") == "cursor":
        cursor = operation.pagination["cursor"]
        advice = f"Every request gets the first page: send {cursor} with the next_cursor of the last response"
    else:
        advice = _instead(operation, version, name, others, declared)
    if others:
        where += f"; {ranges(others, served.versions)} {'have' if len(others) > 1 else 'has'} it"
    return Hint(
        id="unknown-parameter",
        sentence=where,
        advice=advice,
        # Nothing says what the service does with a name that it does not know; the documents only lack it.
        source="inferred",
    )


def _instead(operation: ApiOperation, version: str, name: str, others: list[str], declared: list[str]) -> str:
    renamed = [convert_parameter(operation.id, name, each, version) for each in others]
    found = next((each for each in renamed if each != name and each in declared), None)
    if found is not None:
        return f"Here it is called {found}"
    close = get_close_matches(name.casefold(), declared, n=1, cutoff=0.7)
    return f"Did you mean {close[0]}?" if close else ""


def _has(served: ServedVersions, operation: ApiOperation, version: str, name: str) -> bool:
    counterpart = served.load(version)[0].operation(operation.resource, operation.action)
    return counterpart is not None and any(
        each.name == name and each.location == "query" for each in counterpart.parameters
    )


def unmatched(document: Mapping[str, Any], parameter: Parameter, finding: Finding, value: Any) -> Hint:
    """Return the hint about a value that was taken although nothing can come of it."""
    end = "can select nothing" if parameter.name in ("fields", "lang") else "can match nothing"
    return Hint(
        id="unmatched-value",
        sentence=f"query {parameter.name}: {describe_rule(document, finding)}; it was taken, and {end}",
        advice=_meant(document, finding, value),
        source="sdk",
    )


def empty_filter(name: str) -> Hint:
    """Return the hint about a filter without a value."""
    return Hint(
        id="empty-filter",
        sentence=f"query {name}: has no value, so the mock does not filter by it",
        advice="Leave it out; what the service does with it is not documented",
        source="inferred",
    )


def empty_window(name: str) -> Hint:
    """Return the hint about a time range that ends before it begins."""
    return Hint(
        id="empty-window",
        sentence=f"query {name}_min: is after {name}_max, so nothing can match",
        advice="Exchange the two times",
    )


def unknown_courier(suggestion: str) -> Hint:
    """Return the hint about a courier filter with a slug that does not exist.

    Args:
        suggestion: the question for the slug that was probably meant; empty if none is close.
    """
    return Hint(
        id="unmatched-value",
        sentence="query slug: no courier has one of these slugs, so it can match nothing",
        advice=suggestion or "GET /couriers lists the slugs",
    )
