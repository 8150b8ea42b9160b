"""Which version comes next, and why: the API compared with the last release, and what people wrote.

The policy for the API is that of `generator.diff.rules.bump`. docs/releasing.md describes all of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.diff import Change, Level, Move, diff
from generator.diff.comparing.finding import join_words
from generator.diff.report.printing import SIGN, summary
from generator.diff.rules.bump import Bump, bump, next_version
from generator.document.document import Document
from generator.document.yaml_reader import parse
from generator.errors import RefusedError
from generator.release.changelog import Changelog, weight


@dataclass(frozen=True, slots=True)
class Decision:
    """The next version, its reasons, and what CHANGELOG.md says about the API."""

    version: str
    reasons: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Api:
    """The API of this release and that of the last one."""

    now: Sequence[Document]
    """Every version, oldest first."""
    before: Mapping[str, str]
    """Version to document, as JSON text, in the last release."""
    moves: Sequence[Move] = ()
    """From the newest version of the last release to the newest one now."""


def decide_first(version: str, changelog: Changelog) -> Decision:
    """The first release is the version in pyproject.toml."""
    if weight(changelog.unreleased) is None:
        raise _nothing()
    return Decision(version, ("There was no release before: the version does not change.",), ())


def decide(version: str, changelog: Changelog, api: Api) -> Decision:
    """The release after `version`. Raises `RefusedError` when there is nothing to release."""
    now = {document.version: document for document in api.now}
    gone = sorted(api.before.keys() - now.keys())
    new = sorted(now.keys() - api.before.keys())
    corrections = {name: _corrections(name, text, now) for name, text in api.before.items() if name in now}
    corrections = {name: changes for name, changes in corrections.items() if changes}
    entry = _entry(api, new)

    steps: list[Bump] = []
    reasons, lines = [], []
    if gone:
        steps.append(Bump.MAJOR)
        reasons.append(f"API {join_words(gone)} is gone.")
        lines += [f"{SIGN} API {name} is no longer in the package." for name in gone]
    for name, changes in corrections.items():
        steps.append(bump(changes, new_version=False))
        reasons.append(f"API {name} was corrected: {summary(changes)}.")
        lines += [_describe_correction(name, change) for change in changes]
    if new:
        steps.append(bump(entry, new_version=True))
        reasons.append(f"API {join_words(new)} is new: {summary(entry)}.")
        lines += [_describe_addition(name) for name in reversed(new)]
    handwritten = weight(changelog.unreleased)
    if handwritten:
        steps.append(handwritten)
        reasons.append(f'What is written below "Unreleased" requires a {handwritten} step.')
    if not steps:
        raise _nothing()
    step = next(one for one in Bump if one in steps)
    following = next_version(version, step)
    early = ", one less before 1.0" if version.startswith("0.") and step is not Bump.PATCH else ""
    return Decision(following, (*reasons, f"So this is a {step} step{early}."), tuple(lines))


def _corrections(name: str, text: str, now: Mapping[str, Document]) -> tuple[Change, ...]:
    if json.loads(text) == now[name].raw:
        return ()
    source = parse(text.encode(), f"API {name} of the last release")
    return diff(Document(name, source.value, source.marks), now[name])


def _entry(api: Api, new: Sequence[str]) -> tuple[Change, ...]:
    """What a user of the newest version sees: from the newest one of the last release to that of now."""
    if not new or not api.before:
        return ()
    known = {document.version: document for document in api.now}
    last = max(set(api.before) & known.keys(), default="")
    if not last or last > max(new):
        return ()
    return diff(known[last], known[max(known)], api.moves)


def _describe_addition(name: str) -> str:
    anchor = name.replace(".", "")
    return f"API {name}: [what changed](#api-{anchor}), [how to move](docs/migration/{name}.md)."


def _describe_correction(name: str, change: Change) -> str:
    sign = f"{SIGN} " if change.level is Level.BREAKING else ""
    return f"{sign}API {name}, corrected: {change.text}"


def _nothing() -> RefusedError:
    return RefusedError(
        "There is nothing to release: the API is that of the last release, and CHANGELOG.md has nothing new.",
        'Write what changed below "Unreleased".',
    )
