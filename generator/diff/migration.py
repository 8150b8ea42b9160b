"""The page docs/migration/<version>.md: what to do when code moves on to a version, resource by resource."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generator.diff.advice import advice
from generator.diff.change import Change, Level
from generator.diff.printing import SIGN, by_resource, heading
from generator.diff.samples import sample
from generator.diff.wording import Told, told

_GRAVE = (Level.BREAKING, Level.WARNING)


def migration(old: str, new: str, changes: Sequence[Change], *, lines: Sequence[str] = ()) -> str:
    """The page as Markdown. `lines` are those of the API's own changelog, shown first."""
    grave = [change for change in changes if change.level in _GRAVE and not change.rule.absorbed]
    hidden = [change for change in changes if change.level in _GRAVE and change.rule.absorbed]
    harmless = [change for change in changes if change.level not in _GRAVE]
    parts = [f"# Moving from {old} to {new}", "", _opening(grave), "", *_imports(old, new)]
    if lines:
        parts += ["", "In short:", "", *(f"- {line}" for line in lines)]
    for resource, group in by_resource(grave):
        parts += ["", f"## {heading(resource)}", ""]
        parts += [line for one in told(group) for line in _entry(one)]
        code = sample(group)
        if code:
            parts += ["", "```python", *code.splitlines(), "```"]
    parts += _section("What the client hides", hidden, "Only code that speaks HTTP itself must change.")
    parts += _section("What else changed", harmless, "Nothing has to be done about it.")
    return "\n".join(parts) + "\n"


def _opening(grave: Sequence[Change]) -> str:
    breaking = sum(change.level is Level.BREAKING for change in grave)
    counted = [
        _counted(breaking, "breaks code", "break code"),
        _counted(len(grave) - breaking, "deserves a look", "deserve a look"),
    ]
    sentence = " and ".join(text for text in counted if text)
    return f"{sentence}. {SIGN} marks what breaks." if grave else "No code has to change."


def _counted(count: int, verb: str, verbs: str) -> str:
    if not count:
        return ""
    return f"{count} change {verb}" if count == 1 else f"{count} changes {verbs}"


def _imports(old: str, new: str) -> list[str]:
    package = "from aftership_tracking.v{} import AfterShip"
    before, after = (package.format(version.replace("-", "_")) for version in (old, new))
    return ["```python", "# before", before, "", "# after", after, "```"]


def _entry(one: Told) -> list[str]:
    sign = f"{SIGN} " if one.first.level is Level.BREAKING else ""
    return [f"- {sign}{one.text}", f"  {advice(one.first.rule)}"]


def _section(title: str, changes: Iterable[Change], opening: str) -> list[str]:
    listed = [f"- {one.text}" for _, group in by_resource(list(changes)) for one in told(group)]
    return ["", f"## {title}", "", opening, "", *listed] if listed else []
