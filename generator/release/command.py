"""The order of a release: refuse, decide, write, build, check, and print how to publish."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from generator.diff.command import moves_between
from generator.document.compose import compose, versions
from generator.errors import RefusedError
from generator.regenerate import regenerate
from generator.release import artefacts
from generator.release.changelog import Changelog, add_release, read_changelog
from generator.release.decision import Api, Decision, decide, decide_first
from generator.release.repository import Repository

Report = Callable[[str], None]
_VERSION = re.compile(r'^version = "[^"]*"$', re.MULTILINE)


def release(root: Path, report: Report, *, dry_run: bool = False, build_only: bool = False) -> None:
    """Make the next release of the project in `root`, up to the point where it is published.

    With `dry_run` it only says what it would do. With `build_only` the version in pyproject.toml is built and
    checked unchanged. Raises `RefusedError` when something prevents a release; pyproject.toml and
    CHANGELOG.md are then as they were.
    """
    if not dry_run:
        artefacts.refuse_missing_tools()
    if build_only:
        _build(root, report)
        return
    repository = Repository(root)
    changed = repository.changed()
    if changed and not dry_run:
        raise RefusedError(f"Not committed: {_shorten(changed)}.", "Commit or stash first.")
    changelog = read_changelog((root / "CHANGELOG.md").read_text("utf-8"))
    version = _version(root)
    decision = _decide(root, repository, version, changelog)
    for reason in decision.reasons:
        report(reason)
    report(
        f"Version: {decision.version}"
        + (f" after {changelog.last_release}" if changelog.last_release else "")
    )
    if dry_run:
        report(f"Nothing was written. {_obstacles(root, changed)}")
        return
    if regenerate(root, None, check=True, report=lambda _: None):
        raise RefusedError("Generated files are out of date.", "Run make regenerate, and commit.")
    with _ReleaseFiles(root, decision, changelog):
        _build(root, report)
    report(_publishing_steps(decision.version))


class _ReleaseFiles:
    """Writes pyproject.toml and CHANGELOG.md for the release; restores both if what follows fails."""

    def __init__(self, root: Path, decision: Decision, changelog: Changelog) -> None:
        self._root, self._decision, self._changelog = root, decision, changelog
        self._before: dict[Path, str] = {}

    def __enter__(self) -> None:
        project, changelog = self._root / "pyproject.toml", self._root / "CHANGELOG.md"
        self._before = {path: path.read_text("utf-8") for path in (project, changelog)}
        line = f'version = "{self._decision.version}"'
        project.write_text(_VERSION.sub(line, self._before[project], count=1), "utf-8")
        day = datetime.now(UTC).date().isoformat()
        changelog.write_text(
            add_release(self._changelog, self._decision.version, day, self._decision.lines), "utf-8"
        )

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            for path, text in self._before.items():
                path.write_text(text, "utf-8")


def _decide(root: Path, repository: Repository, version: str, changelog: Changelog) -> Decision:
    if not changelog.last_release:
        return decide_first(version, changelog)
    if changelog.last_release != version:
        raise RefusedError(
            f"pyproject.toml says {version}, the last release in CHANGELOG.md is {changelog.last_release}.",
            "Make them equal: the release command sets both.",
        )
    before = repository.documents(f"v{version}")
    spec = root / "spec"
    known = versions(spec)
    shared = set(before) & set(known)
    moves = moves_between(spec, max(shared), known[-1]) if shared else ()
    return decide(version, changelog, Api([compose(spec, name) for name in known], before, moves))


def _build(root: Path, report: Report) -> None:
    dist = artefacts.build(root)
    report(artefacts.check(root, dist))


def _version(root: Path) -> str:
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def _obstacles(root: Path, changed: list[str]) -> str:
    found = [f"not committed: {_shorten(changed)}"] if changed else []
    if regenerate(root, None, check=True, report=lambda _: None):
        found.append("generated files are out of date")
    return f"These prevent a release: {'; '.join(found)}." if found else "Nothing prevents a release."


def _shorten(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _publishing_steps(version: str) -> str:
    return "\n".join(
        [
            "Look at the changes and publish:",
            f'  git commit --all --message "Release {version}"',
            f"  git tag v{version}",
            f"  git push origin HEAD v{version}",
            "The tag starts .github/workflows/publish.yml. Without it, by hand:",
            "  .venv/bin/python -m twine upload dist/*",
        ]
    )
