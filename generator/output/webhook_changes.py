"""What changed in webhooks from version to version, as a page: docs/webhook-changes.md.

For somebody who receives webhooks and calls nothing. The changes are those of the migration guides, as far as
they reach a webhook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.diff import Change, Direction, Level
from generator.diff.report.printing import SIGN
from generator.diff.report.wording import write_sentences
from generator.document.document import Document
from generator.document.schema_walk import as_mapping
from generator.output.guides import BY_HAND, VersionStep

PARTS = ("Events", "Headers", "Payload")
_NOTHING = "Nothing changed."
_EVENTS = frozenset(
    f"webhook-{kind}"
    for kind in (
        "added",
        "removed",
        "deprecated",
        "undeprecated",
        "meaning-changed",
        "body-added",
        "body-removed",
    )
)


def render_webhook_changes(documents: Sequence[Document], steps: Sequence[VersionStep]) -> str:
    """The page. `documents`: all versions, oldest first; `steps`: those between them."""
    parts = {step.new: _parts(step.changes) for step in steps}
    lines = [
        BY_HAND,
        "# What changed in webhooks, by version",
        "",
        "Each address has its version, and the header `as-webhook-version` names it. `WebhookEvent` is the",
        "whole body, `Tracking` its `msg`. How to receive them: [first steps](webhooks.md).",
        "",
        f"{SIGN} marks what breaks a receiver. `aftership_tracking.webhooks` reads every version.",
        "",
        "Over several versions, without what came and went in between: the section Webhooks of",
        "`aftership guide OLD NEW`, such as `aftership guide 2024-07 2025-07`.",
        "",
        "| step | events | headers | payload | breaks |",
        "| --- | --- | --- | --- | --- |",
        *(_row(step, parts[step.new]) for step in reversed(steps)),
        "",
        "| event | versions that have it |",
        "| --- | --- |",
        *(f"| `{event}` | {versions} |" for event, versions in _events(documents)),
    ]
    for step in reversed(steps):
        lines += ["", f"## {_title(step)}"]
        for part in PARTS:
            lines += (
                ["", f"**{part}.** {_NOTHING}"] if not parts[step.new][part] else _list(part, parts[step.new])
            )
    return "\n".join(lines) + "\n"


def _parts(changes: Sequence[Change]) -> Mapping[str, list[Change]]:
    """The changes that reach a webhook, by part of it."""
    found: dict[str, list[Change]] = {part: [] for part in PARTS}
    for change in sorted(changes, key=lambda one: one.level.rank):
        if Direction.WEBHOOK in change.directions:
            events, headers = change.rule.id in _EVENTS, "header" in change.rule.id.split("-")
            found["Events" if events else "Headers" if headers else "Payload"].append(change)
    return found


def _list(part: str, parts: Mapping[str, list[Change]]) -> list[str]:
    sentences = write_sentences(parts[part])
    signs = [f"{SIGN} " if one.first.level is Level.BREAKING else "" for one in sentences]
    return [
        "",
        f"**{part}.**",
        "",
        *(f"- {sign}{one.text}" for sign, one in zip(signs, sentences, strict=True)),
    ]


def _title(step: VersionStep) -> str:
    return f"{step.old} to {step.new}"


def _row(step: VersionStep, parts: Mapping[str, list[Change]]) -> str:
    link = f"[{_title(step)}](#{_title(step).replace(' ', '-')})"
    counts = [str(len(parts[part]) or "nothing") for part in PARTS]
    breaking = sum(change.level is Level.BREAKING for part in PARTS for change in parts[part])
    return f"| {' | '.join([link, *counts, str(breaking or 'nothing')])} |"


def _events(documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Each event of any version, with the versions that have it."""
    having: dict[str, list[str]] = {}
    for document in documents:
        for event in as_mapping(document.raw.get("webhooks")):
            having.setdefault(event, []).append(document.version)
    for event, versions in sorted(having.items()):
        yield event, "all" if len(versions) == len(documents) else ", ".join(versions)
