"""The entry of CHANGELOG.md for one version of the API, written from the list of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from generator.diff.report.printing import COUNTED, SIGN, by_resource, heading
from generator.diff.report.wording import Sentence, support_sentence, write_sentences
from generator.diff.rules.change import Change, Level


def changelog(
    old: str,
    new: str,
    changes: Sequence[Change],
    *,
    released: str = "",
    lines: Sequence[str] = (),
    support: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The entry as Markdown, headed by a line of the second level.

    `released` is the day on which the API version came out, `lines` are those of the API's own changelog,
    `support` is that of `wording.support_of`. A resource has one list: what breaks first, with a sign;
    changes of descriptions only come last.
    """
    breaking = sum(change.breaks for change in changes)
    opening = f"Released on {released}. " if released else ""
    opening += f"{until} " if (until := support_sentence(support)) else ""
    if breaking:
        opening += f"{SIGN} marks what breaks code that moves from {old}: "
        opening += f"{breaking} of {len(changes)} changes." if breaking < len(changes) else "all of it."
        opening += f" {COUNTED}"
    else:
        opening += f"Nothing breaks code that moves from {old}."
    parts = [f"## API {new}", "", opening]
    if lines:
        parts += ["", *(f"- {line}" for line in lines)]
    for resource, group in by_resource(changes):
        parts += ["", f"### {heading(resource)}", ""]
        parts += [f"- {_add_sign(one)}" for one in write_sentences(group)]
    return "\n".join(parts) + "\n"


def _add_sign(one: Sentence) -> str:
    if one.first.breaks:
        return f"{SIGN} {one.text}"
    return f"{one.text} The client hides it." if one.first.level is Level.BREAKING else one.text
