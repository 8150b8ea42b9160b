"""Compares what stands beside the type of a schema: its description, its deprecation, its default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding, format_value
from generator.document.schema_walk import as_mapping


def compare(old: Any, new: Any, subject: Subject) -> Iterator[Finding]:
    """Compare the description, whether it is deprecated, and the default."""
    yield from compare_remarks(old, new, subject)
    yield from compare_defaults(old, new, subject)


def compare_remarks(old: Any, new: Any, subject: Subject) -> Iterator[Finding]:
    """Compare the description, and whether it is deprecated."""
    before, after = as_mapping(old), as_mapping(new)
    if bool(before.get("deprecated")) != bool(after.get("deprecated")):
        kind = "property-deprecated" if after.get("deprecated") else "property-undeprecated"
        found = subject.found(kind, key="deprecated")
        instead = as_mapping(after.get("x-deprecated")).get("instead", "")
        yield replace(found, note=describe_deprecation(after, instead) if after.get("deprecated") else "")
    elif after.get("deprecated") and before.get("x-deprecated") != after.get("x-deprecated"):
        instead = as_mapping(after.get("x-deprecated")).get("instead", "")
        found = subject.found("property-deprecation-changed", key="x-deprecated")
        yield replace(found, note=describe_deprecation(after, instead, said_now=False))
    yield from compare_descriptions(before, after, subject)


def compare_descriptions(old: Any, new: Any, subject: Subject) -> Iterator[Finding]:
    """Compare the description alone."""
    before, after = as_mapping(old), as_mapping(new)
    if before.get("description") != after.get("description") and after.get("description"):
        yield subject.found(
            "property-meaning-changed", before.get("description", ""), after["description"], "description"
        )


def describe_deprecation(raw: Mapping[str, Any], instead: str, *, said_now: bool = True) -> str:
    """When something that is deprecated goes, and what to use instead, as far as the document says so.

    With `said_now` false also since when: it was deprecated before.
    """
    details = as_mapping(raw.get("x-deprecated"))
    since, gone = details.get("since"), details.get("removed-in")
    sentences = (
        f"It is deprecated since {since}." if since and not said_now else "",
        f"It is to be removed in {gone}." if gone else "",
        f"Use `{instead}` instead." if instead else "",
    )
    return " ".join(filter(None, sentences))


def compare_defaults(old: Any, new: Any, subject: Subject) -> Iterator[Finding]:
    """Compare what holds where nothing is sent."""
    before, after = as_mapping(old), as_mapping(new)
    if "default" not in before and "default" not in after:
        return
    one, other = (format_value(schema.get("default")) for schema in (before, after))
    if "default" not in before:
        yield subject.found("default-added", new=other, key="default")
    elif "default" not in after:
        yield subject.found("default-removed", old=one)
    elif before["default"] != after["default"]:
        yield subject.found("default-changed", one, other, "default")
