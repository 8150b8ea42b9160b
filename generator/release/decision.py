"""Which version comes next, and why: the API compared with the last release, and what people wrote.

The policy for the API is that of `generator.diff.rules.bump`. docs/releasing.md describes all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import Version

from generator.diff import Change, Level
from generator.diff.comparing.finding import join_words
from generator.diff.report.printing import SIGN, summary
from generator.diff.rules.bump import Bump, bump
from generator.errors import RefusedError
from generator.release.api_comparison import Api, ApiChanges, compare_api
from generator.release.changelog import Changelog, weight
from generator.release.numbers import Phase, first_number, following_number, read_number


@dataclass(frozen=True, slots=True)
class Decision:
    """The next version, its reasons, and what CHANGELOG.md says about the API."""

    version: str
    reasons: tuple[str, ...]
    lines: tuple[str, ...]


def decide_first(version: str, changelog: Changelog, phase: Phase | None = None) -> Decision:
    """The first release is the version in pyproject.toml; with `phase`, a pre-release of it."""
    if weight(changelog.unreleased) is None:
        raise _nothing()
    number = str(first_number(version, phase))
    reason = "There was no release before: the version does not change."
    if number != version:
        reason = f"There was no release before: this is a pre-release of {version}."
    return Decision(number, (reason,), ())


def last_final(changelog: Changelog) -> str:
    """The version of the last final release, or nothing."""
    return next((one for one in changelog.releases if not read_number(one).is_prerelease), "")


def decide(
    version: str,
    changelog: Changelog,
    api: Api,
    *,
    phase: Phase | None = None,
    final_api: Api | None = None,
) -> Decision:
    """The release after `version`: a pre-release of this `phase`, or a final one.

    `api` compares with the last release. After a pre-release the number counts from the last final release:
    `final_api` compares with that one, if there was one. Raises `RefusedError` when there is nothing to
    release.
    """
    last = read_number(version)
    changes = compare_api(api)
    steps = _steps(changes, changelog.unreleased)
    if not steps and (phase is not None or not last.is_prerelease):
        raise _nothing(after=last)
    lines = tuple(_lines(changes))
    reasons = list(_reasons(changes, changelog.unreleased))
    if not last.is_prerelease:
        step = _largest(steps)
        early = ", one less before 1.0" if version.startswith("0.") and step is not Bump.PATCH else ""
        reasons.append(f"So this is a {step} step{early}.")
        return Decision(str(following_number(last, last, step, phase)), tuple(reasons), lines)

    before = last_final(changelog)
    preceding = changelog.releases[: changelog.releases.index(before)] if before else changelog.releases
    written = "\n".join([changelog.unreleased, *map(changelog.lines_of, preceding)])
    step = _largest(_steps(compare_api(final_api), written)) if final_api else None
    number = following_number(last, Version(before) if before else None, step, phase)
    if before:
        reasons.append(f"Since {before}, with the pre-releases, this is a {step or Bump.PATCH} step.")
    if phase is None:
        lines = (f"With everything of {join_words(preceding)}, below.", *lines)
        reasons.append(f"It is the final release after {join_words(preceding)}.")
    return Decision(str(number), tuple(reasons), lines)


def _steps(changes: ApiChanges, written: str) -> set[Bump]:
    """What the API requires, and what people wrote."""
    steps = {Bump.MAJOR} if changes.gone else set()
    steps |= {bump(found, new_version=False) for found in changes.corrected.values()}
    if changes.new:
        steps.add(bump(changes.entry, new_version=True))
    handwritten = weight(written)
    return steps | {handwritten} if handwritten else steps


def _largest(steps: set[Bump]) -> Bump | None:
    return next((step for step in Bump if step in steps), None)


def _reasons(changes: ApiChanges, written: str) -> Iterator[str]:
    if changes.gone:
        yield f"API {join_words(changes.gone)} is gone."
    for name, found in changes.corrected.items():
        yield f"API {name} was corrected: {summary(found)}."
    if changes.new:
        yield f"API {join_words(changes.new)} is new: {summary(changes.entry)}."
    handwritten = weight(written)
    if handwritten:
        yield f'What is written below "Unreleased" requires a {handwritten} step.'


def _lines(changes: ApiChanges) -> Iterator[str]:
    """What CHANGELOG.md says about the API."""
    yield from (f"{SIGN} API {name} is no longer in the package." for name in changes.gone)
    for name, found in changes.corrected.items():
        yield from (_describe_correction(name, change) for change in found)
    yield from (_describe_addition(name) for name in reversed(changes.new))


def _describe_addition(name: str) -> str:
    anchor = name.replace(".", "")
    return f"API {name}: [what changed](#api-{anchor}), [how to move](docs/migration/{name}.md)."


def _describe_correction(name: str, change: Change) -> str:
    sign = f"{SIGN} " if change.level is Level.BREAKING else ""
    return f"{sign}API {name}, corrected: {change.text}"


def _nothing(after: Version | None = None) -> RefusedError:
    pre = after is not None and after.is_prerelease
    return RefusedError(
        "There is nothing to release: the API is that of the last release, and CHANGELOG.md has nothing new.",
        'Write what changed below "Unreleased"'
        + (", or leave --pre out for the final release." if pre else "."),
    )
