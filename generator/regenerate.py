"""From the documents in `spec/` to the files in `generated/`: compose, lint, render, format, write.

A run over all versions also writes the guides in docs/migration/, docs/mock-fidelity.md,
docs/webhook-changes.md, and parts of CHANGELOG.md and of the skill for language models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.client.package_reader import package_name
from generator.client.render import TEMPLATES, render_data, render_newest, render_version
from generator.client.ruff_formatting import FormatError, format_modules
from generator.client.template_records import Package
from generator.diff.comparing.finding import join_words
from generator.document.compose import UnknownVersionError, compose_each
from generator.document.document import Document
from generator.errors import RefusedError
from generator.lint.versions import lint_versions
from generator.output.guides import VersionStep, insert_changelog_entries, render_guides, version_steps
from generator.output.manifest import (
    NAME,
    SHARED,
    Group,
    Manifest,
    digest,
    generator_digest,
    make_group,
    read_manifest,
    templates_digest,
)
from generator.output.migration_data import render_moves
from generator.output.mock_fidelity import BEHAVIOURS, render_mock_fidelity
from generator.output.oauth_scopes import render_oauth_scopes
from generator.output.skill import insert_skill_reference
from generator.output.version_changes import CHANGES, PAGES, render_version_data
from generator.output.webhook_changes import render_webhook_changes
from generator.output.webhook_codes import render_webhook_codes
from generator.output.write import Changes, compare, compare_file, write
from generator.surface.version_packages import FOLDER, read_versions, render_surface

Report = Callable[[str], None]
GENERATED, GUIDES, CHANGELOG = "generated", "docs/migration", "CHANGELOG.md"
FIDELITY, WEBHOOKS = "docs/mock-fidelity.md", "docs/webhook-changes.md"
SKILL = "skills/aftership-tracking/SKILL.md"
# Outputs that are one file: the others are folders.
_FILES = frozenset({CHANGELOG, FIDELITY, WEBHOOKS, SKILL})
_HINTS = {GENERATED: "move it to overrides/ or remove it", GUIDES: "move it to docs/ or remove it"}


def regenerate(root: Path, wanted: Sequence[str] | None, check: bool, report: Report) -> int:
    """Generate the client of the wanted versions, or of all, into `root / "generated"`.

    Guides and the data of the commands `diff` and `guide` compare versions with each other, so they are only
    written with all versions. With `check` nothing is written. Returns 0, or 1 when the lint finds something,
    when the code cannot be formatted, or when `check` finds a difference. Raises `SpecError`, or an
    `ExceptionGroup` of it, for a document that cannot become code.
    """
    spec, folder = root / "spec", root / "generated"
    composed = compose_each(spec)
    known = tuple(document.version for document in composed)
    for version in wanted or ():
        if version not in known:
            raise UnknownVersionError(version, known, str(spec))
    chosen = tuple(version for version in known if wanted is None or version in wanted)
    documents = [document for document in composed if document.version in chosen]
    findings = lint_versions(composed, [document.version for document in documents])
    if findings:
        for finding in findings:
            report(str(finding))
        return 1
    rendered = [(document, *render_version(document)) for document in documents]
    try:
        formatted = format_modules(
            {
                path: source
                for _, _, files in rendered
                for path, source in files.items()
                if path.endswith(".py")
            }
        )
    except FormatError as error:
        report(str(error))
        return 1
    before = read_manifest(folder / NAME)
    # Versions that were not requested remain as the last run left them.
    groups = {name: group for name, group in before.groups.items() if name in known and name not in chosen}
    files: dict[str, str] = {}
    for document, _, own in rendered:
        own = {path: formatted.get(path, source) for path, source in own.items()}
        groups[document.version] = make_group(own, digest(document.to_json().encode()))
        files.update(own)
    shared = render_data(spec) | render_newest(sorted(groups)) | render_moves(composed)
    shared |= render_webhook_codes(composed) | render_oauth_scopes(composed)
    steps: Sequence[VersionStep] = ()
    stored = {
        name: (folder / name).read_text("utf-8") for name in (CHANGES, PAGES) if (folder / name).is_file()
    }
    if chosen == known or len(stored) < 2:
        steps = version_steps(composed)
        stored = render_version_data(composed, steps)
    shared |= stored
    made_by = generator_digest(Path(__file__).resolve().parent)
    others = _files_of_other_versions(groups, chosen)
    # Another generator might describe them in another way.
    same = before.generator == made_by
    described = _stored_surface(folder, before, groups.keys() - {*chosen}) if same else {}
    try:
        shared |= render_surface(files if described else files | _read_files(folder, others), described)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise RefusedError(
            f"a version that is not regenerated cannot be read: {error}",
            "Run python -m generator regenerate, without a version.",
        ) from None
    groups[SHARED] = make_group(shared)
    files.update(shared)
    pages = _pages(root, documents, steps, rendered[-1][1]) if chosen == known else {}
    manifest = Manifest(
        groups,
        made_by,
        templates_digest(TEMPLATES),
        make_group(pages[GUIDES]).files if pages else before.guides,
    )
    files[NAME] = manifest.to_json()
    differing = {GENERATED: _without_removals(compare(folder, files, before.files), others)}
    for output, contents in pages.items():
        if output == GUIDES:
            differing[output] = compare(root / output, contents, before.guides)
        else:
            differing[output] = compare_file(root / output, contents[Path(output).name])
    if not check:
        for output, changes in differing.items():
            contents = files if output == GENERATED else pages[output]
            write((root / output).parent if output in _FILES else root / output, contents, changes)
    _report(differing, [package for _, package, _ in rendered], check, report)
    return 1 if check and any(changes.is_drift for changes in differing.values()) else 0


def _pages(
    root: Path, documents: Sequence[Document], steps: Sequence[VersionStep], newest: Package
) -> dict[str, dict[str, str]]:
    """What people and language models read, by output: file name to content.

    A project without a changelog, behaviours of the mock, webhooks or a skill gets none.
    """
    pages = {GUIDES: render_guides(steps)}
    path = root / CHANGELOG
    if path.is_file():
        pages[CHANGELOG] = {CHANGELOG: insert_changelog_entries(path.read_text("utf-8"), steps)}
    if (root / "spec" / BEHAVIOURS).is_file():
        pages[FIDELITY] = {Path(FIDELITY).name: render_mock_fidelity(root / "spec", documents)}
    if steps and any(document.raw.get("webhooks") for document in documents):
        pages[WEBHOOKS] = {Path(WEBHOOKS).name: render_webhook_changes(documents, steps)}
    path = root / SKILL
    if path.is_file():
        text = path.read_text("utf-8")
        pages[SKILL] = {path.name: insert_skill_reference(text, documents[-1], newest)}
    return pages


def _files_of_other_versions(groups: dict[str, Group], chosen: Sequence[str]) -> set[str]:
    """The files of versions that this run does not touch."""
    return {
        path
        for name, group in groups.items()
        if name != SHARED and name not in chosen
        for path in group.files
    }


def _read_files(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """The source of these modules, as far as they are there."""
    return {
        path: (folder / path).read_text("utf-8")
        for path in sorted(paths)
        if path.endswith(".py") and (folder / path).is_file()
    }


def _stored_surface(folder: Path, before: Manifest, others: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The lines of these versions as the last run wrote them.

    Nothing, if one is missing or somebody changed these files or the manifest: the source of the versions is
    read then.
    """
    written = {path: hashed for path, hashed in before.files.items() if path.startswith(f"{FOLDER}/")}
    files: dict[str, str] = {}
    for path, hashed in written.items():
        content = (folder / path).read_bytes() if (folder / path).is_file() else b""
        if digest(content) != hashed:
            return {}
        files[Path(path).name] = content.decode()
    if files.keys() != {f"{package_name(version)}.txt" for version in before.groups if version != SHARED}:
        # Each file is the difference from the one before.
        return {}
    stored = read_versions(files)
    return {name: stored[name] for name in map(package_name, others)}


def _without_removals(changes: Changes, paths: set[str]) -> Changes:
    """The changes without the removal of these paths."""
    return replace(changes, removed=tuple(path for path in changes.removed if path not in paths))


def _report(
    differing: Mapping[str, Changes], packages: Sequence[Package], check: bool, report: Report
) -> None:
    for package in packages:
        operations = sum(len(resource.operations) for resource in package.resources)
        sizes = f"{operations} operations, {len(package.models)} models, {len(package.enums)} enums"
        report(f"{package.version}: {sizes}")
    for output, changes in differing.items():
        for name in changes.edited:
            report(f"{'edited by hand' if check else 'edited by hand, overwritten'}: {output}/{name}")
        for name in changes.foreign:
            report(f"not made by the generator: {output}/{name}; {_HINTS[output]}")
    if check:
        _report_drift(differing, report)
        return
    counted = [
        sum(len(names) for names in kind)
        for kind in zip(*((one.added, one.changed, one.removed) for one in differing.values()), strict=True)
    ]
    added, changed, removed = counted
    report(
        f"{added} files added, {changed} changed, {removed} removed" if any(counted) else "nothing changed"
    )


def _report_drift(differing: Mapping[str, Changes], report: Report) -> None:
    for output, changes in differing.items():
        parent = output.rpartition("/")[0] if output in _FILES else output
        below = f"{parent}/" if parent else ""
        for verb, names in (
            ("missing", changes.added),
            ("differs", changes.changed),
            ("stale", changes.removed),
        ):
            for name in names:
                report(f"{verb}: {below}{name}")
    drifted = [_display(output) for output, changes in differing.items() if changes.is_drift]
    if drifted:
        verb = "differs" if len(drifted) == 1 else "differ"
        report(f"{join_words(drifted)} {verb}; run python -m generator regenerate")
    else:
        whole = join_words(_display(output) for output in differing)
        report(f"{whole} {'is' if len(differing) == 1 else 'are'} fresh")


def _display(output: str) -> str:
    return output if output in _FILES else f"{output}/"
