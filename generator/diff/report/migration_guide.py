"""The page docs/migration/<version>.md: what to do when code moves on to a version, resource by resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from generator.diff.comparing.finding import rule_id
from generator.diff.comparing.operation_pairs import Direction
from generator.diff.report.advice import advice_for
from generator.diff.report.printing import COUNTED, SIGN, by_resource, heading
from generator.diff.report.samples import sample
from generator.diff.report.wording import Sentence, support_sentence, write_sentences
from generator.diff.rules.change import Change, Level
from generator.diff.rules.judge import RULES

_GRAVE = (Level.BREAKING, Level.WARNING)
_MOVED_VALUES = ("enum-value-renamed", "enum-value-split", "enum-value-joined")
# The samples of a guide are lines, not programs.
_NAMES_IN_CODE = (
    "Code shows lines of a program, before and after: `client` is an `AfterShip`, `event` what a receiver of "
    "webhooks got, any other name what a method returned."
)
# Where data comes from that somebody may have stored.
_STORED = {Direction.RESPONSE, Direction.WEBHOOK}


def migration(
    old: str,
    new: str,
    changes: Sequence[Change],
    *,
    lines: Sequence[str] = (),
    reasons: Mapping[str, str] = MappingProxyType({}),
    support: Mapping[str, str] = MappingProxyType({}),
    migrate: str = "[`migrate()`](../migrate-data.md)",
) -> str:
    """The page as Markdown. `lines` are those of the API's own changelog, shown first.

    `support` is that of `wording.support_of`.
    `reasons` are the lines that took an operation away, by the pointer of what they removed.
    `migrate` is what the page calls the function that converts stored data.
    """
    grave = [change for change in changes if change.level in _GRAVE and not change.rule.absorbed]
    hidden = [change for change in changes if change.level in _GRAVE and change.rule.absorbed]
    harmless = [change for change in changes if change.level not in _GRAVE]
    parts = [f"# Moving from {old} to {new}", "", _opening(grave)]
    parts += [*(["", until] if (until := support_sentence(support)) else []), "", *_imports(old, new)]
    if lines:
        parts += ["", "In short:", "", *(f"- {line}" for line in lines)]
    sections: list[str] = []
    has_code = False
    for resource, group in by_resource([*grave, *_seen_in_webhooks(grave)]):
        sections += ["", f"## {heading(resource)}", ""]
        sections += _entries(write_sentences(group), reasons)
        code = sample(group)
        if code:
            has_code = True
            sections += ["", "```python", *code.splitlines(), "```"]
    parts += [*(["", _NAMES_IN_CODE] if has_code else []), *sections]
    parts += _section("What the client hides", hidden, "Only code that speaks HTTP itself must change.")
    parts += _section("What else changed", harmless, "Nothing has to be done about it.")
    if any(_moves_data(change) and _STORED & set(change.directions) for change in changes):
        parts += [
            "",
            f"Stored data and webhooks of {old}: {migrate} turns them into {new}.",
        ]
    return "\n".join(parts) + "\n"


def _moves_data(change: Change) -> bool:
    return bool(change.moved) or change.rule.id.endswith(_MOVED_VALUES)


def _seen_in_webhooks(grave: Iterable[Change]) -> Iterator[Change]:
    """What also changed in the bodies of webhooks, for those who read only these."""
    for change in grave:
        if change.resource == "webhooks" or Direction.WEBHOOK not in change.directions:
            continue
        # It can be listed for what it means to those who send; a webhook is only read.
        rule = RULES.get(rule_id(Direction.WEBHOOK, change.rule.id.partition("-")[2]))
        if rule is not None and rule.level in _GRAVE:
            reaches = tuple(one for one in change.reaches if one.direction is Direction.WEBHOOK)
            yield replace(
                change, rule=rule, resource="webhooks", reaches=reaches, arguments=(), within=("", "")
            )


def _opening(grave: Sequence[Change]) -> str:
    breaking = sum(change.breaks for change in grave)
    counted = [
        _count(breaking, "breaks code", "break code"),
        _count(len(grave) - breaking, "deserves a look", "deserve a look"),
    ]
    sentence = " and ".join(text for text in counted if text)
    return f"{sentence}. {SIGN} marks what breaks. {COUNTED}" if grave else "No code has to change."


def _count(count: int, verb: str, verbs: str) -> str:
    if not count:
        return ""
    return f"{count} change {verb}" if count == 1 else f"{count} changes {verbs}"


def _imports(old: str, new: str) -> list[str]:
    package = "from aftership_tracking.v{} import AfterShip"
    before, after = (package.format(version.replace("-", "_")) for version in (old, new))
    return ["```python", "# before", before, "", "# after", after, "```"]


def _entries(sentences: Iterable[Sentence], reasons: Mapping[str, str]) -> Iterator[str]:
    """Each with what to do about it; advice that several share is written once, above all of them."""
    groups: dict[tuple[bool, str, str], list[Sentence]] = {}
    for one in sentences:
        key = (one.first.breaks, advice_for(one.first), _reason(one.first, reasons))
        groups.setdefault(key, []).append(one)
    for (breaks, _, reason), group in groups.items():
        sign = f"{SIGN} " if breaks else ""
        several = len(group) > 1
        advice = f"{advice_for(group[0].first, several=several or group[0].several)} {reason}".rstrip()
        if several:
            yield f"- {sign}{advice}"
            yield from (f"  - {one.text}" for one in group)
        else:
            yield from (f"- {sign}{group[0].text}", f"  {advice}")


def _reason(change: Change, reasons: Mapping[str, str]) -> str:
    """Why an operation without a successor is gone."""
    if change.rule.id != "operation-removed" or change.successor:
        return ""
    parents = (pointer for pointer in reasons if f"{change.pointer}/".startswith(f"{pointer}/"))
    return next((reasons[pointer] for pointer in parents), "")


def _section(title: str, changes: Iterable[Change], opening: str) -> list[str]:
    listed = [f"- {one.text}" for _, group in by_resource(list(changes)) for one in write_sentences(group)]
    return ["", f"## {title}", "", opening, "", *listed] if listed else []
