"""The order of a release: refuse, decide, test, write, build, check, and print how to publish."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from packaging.version import Version

from generator.errors import RefusedError
from generator.regenerate import regenerate
from generator.release import artefacts
from generator.release.api_comparison import read_api
from generator.release.changelog import Changelog, add_release, read_changelog
from generator.release.decision import Decision, decide, decide_first, last_final
from generator.release.numbers import Phase, highest_tag, read_number
from generator.release.project_address import require_address
from generator.release.repository import Repository
from generator.release.surface import check_surface
from generator.release.verification import TESTS, held_still, lint_problem, refuse_failing_tests, shorten
from generator.release.written_files import with_version, written

Report = Callable[[str], None]


def release(
    root: Path,
    report: Report,
    *,
    dry_run: bool = False,
    build_only: bool = False,
    phase: Phase | None = None,
) -> None:
    """Make the next release of the project in `root`, up to the point where it is published.

    With `phase` it is a pre-release. With `dry_run` it only says what it would do. With `build_only` the
    version in pyproject.toml is built and checked unchanged. Raises `RefusedError` when something prevents a
    release, such as a failing test or an address of the repository that is not set; pyproject.toml and
    CHANGELOG.md are then as they were.
    """
    if build_only and (dry_run or phase is not None):
        raise RefusedError(
            "--build-only builds, and decides nothing.", "Leave --dry-run and --pre out.", misused=True
        )
    if not dry_run:
        require_address(root)
        artefacts.refuse_missing_tools()
    if build_only:
        _build(root, report)
        return
    repository = Repository(root)
    changed = repository.changed()
    if changed and not dry_run:
        raise RefusedError(f"Not committed: {shorten(changed)}.", "Commit or stash first.")
    changelog = read_changelog((root / "CHANGELOG.md").read_text("utf-8"))
    decision = _decide(root, repository, changelog, phase)
    for reason in decision.reasons:
        report(reason)
    report(
        f"Version: {decision.version}"
        + (f" after {changelog.last_release}" if changelog.last_release else "")
    )
    if dry_run:
        report(f"Nothing was written. {_obstacles(root, changed)}")
        report(f"The release itself also compares the public surface and runs {' '.join(TESTS)} first.")
        return
    problem = lint_problem(root)
    if problem:
        raise RefusedError(f"{problem[0].upper()}{problem[1:]}", "python -m generator lint names them all.")
    if regenerate(root, None, check=True, report=lambda _: None):
        raise RefusedError("Generated files are out of date.", "Run make regenerate, and commit.")
    with held_still(repository):
        if check_surface(root, None, report, write=False):
            raise RefusedError(
                "The public surface is not as it should be.",
                "Nothing was written. The lines above say what to do.",
            )
        refuse_failing_tests(root)
    with written(_new_texts(root, decision, changelog)):
        _build(root, report)
    report(_publishing_steps(decision.version))


def _new_texts(root: Path, decision: Decision, changelog: Changelog) -> dict[Path, str]:
    """What pyproject.toml and CHANGELOG.md become."""
    project = root / "pyproject.toml"
    day = datetime.now(UTC).date().isoformat()
    return {
        project: with_version(project.read_text("utf-8"), decision.version),
        root / "CHANGELOG.md": add_release(changelog, decision.version, day, decision.lines),
    }


def _decide(root: Path, repository: Repository, changelog: Changelog, phase: Phase | None) -> Decision:
    version, last = _version(root), changelog.last_release
    read_number(version)
    if not last:
        decision = decide_first(version, changelog, phase)
    elif last != version:
        raise RefusedError(
            f"pyproject.toml says {version}, the last release in CHANGELOG.md is {last}.",
            "Make them equal: the release command sets both, and --pre rc makes a pre-release.",
        )
    else:
        spec = root / "spec"
        final = last_final(changelog)
        final_documents = repository.released_documents(f"v{final}") if final not in ("", last) else None
        decision = decide(
            version,
            changelog,
            read_api(spec, repository.released_documents(f"v{version}")),
            phase=phase,
            final_api=read_api(spec, final_documents) if final_documents is not None else None,
        )
    if repository.has_tag(f"v{decision.version}"):
        raise RefusedError(
            f"There is a tag v{decision.version} already, but CHANGELOG.md does not know that release.",
            "Release from the branch that has it, or remove the tag if nothing was published.",
        )
    highest = highest_tag(repository.merged_tags())
    if highest and read_number(decision.version) < Version(highest[1:]):
        raise RefusedError(
            f"{decision.version} would come after the tag {highest}, which is higher.",
            "Bring its section in CHANGELOG.md and the version in pyproject.toml back, or remove the tag.",
        )
    return decision


def _build(root: Path, report: Report) -> None:
    dist = artefacts.build(root)
    report(artefacts.check(root, dist))


def _version(root: Path) -> str:
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def _obstacles(root: Path, changed: list[str]) -> str:
    found = [f"not committed: {shorten(changed)}"] if changed else []
    try:
        require_address(root)
    except RefusedError as error:
        found.append(error.message.removesuffix("."))
    problem = lint_problem(root)
    if problem:
        found.append(problem)
    elif regenerate(root, None, check=True, report=lambda _: None):
        found.append("generated files are out of date")
    return f"These prevent a release: {'; '.join(found)}." if found else "Nothing prevents a release."


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
