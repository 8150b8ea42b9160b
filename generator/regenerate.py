"""From the documents in `spec/` to the files in `generated/`: compose, lint, render, format, write.

A run over all versions also writes the texts that follow from them: docs/migration/ and a part of
CHANGELOG.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from generator.client.formatting import FormatError, format_modules
from generator.client.records import Package
from generator.client.render import TEMPLATES, render_data, render_newest, render_version
from generator.diff.comparing.finding import join_words
from generator.document.compose import compose_each, versions
from generator.document.document import Document
from generator.lint import lint_document
from generator.output.manifest import (
    NAME,
    SHARED,
    Group,
    Manifest,
    digest,
    generator_digest,
    group,
    read_manifest,
    templates_digest,
)
from generator.output.migration_data import render_moves
from generator.output.texts import guides, steps, with_entries
from generator.output.write import Changes, compare, compare_file, write

Report = Callable[[str], None]
GENERATED, GUIDES, CHANGELOG = "generated", "docs/migration", "CHANGELOG.md"
_CURES = {GENERATED: "move it to overrides/ or remove it", GUIDES: "move it to docs/ or remove it"}


def regenerate(root: Path, wanted: Sequence[str] | None, check: bool, report: Report) -> int:
    """Generate the client of the wanted versions (of all, without any) into `root / "generated"`.

    The texts compare every version with the one before, so they are only written when all are wanted. With
    `check` nothing is written. Returns 0, or 1 when the lint finds something, when the code cannot be
    formatted, or when `check` finds a difference. Raises `SpecError`, or an `ExceptionGroup` of it, for a
    document that cannot become code.
    """
    spec, folder = root / "spec", root / "generated"
    known = versions(spec)
    chosen = tuple(version for version in known if wanted is None or version in wanted)
    composed = compose_each(spec, known)
    documents = [document for document in composed if document.version in chosen]
    if _lint(documents, report):
        return 1
    rendered = [(document, *render_version(document)) for document in documents]
    try:
        formatted = format_modules(
            {path: text for _, _, files in rendered for path, text in files.items() if path.endswith(".py")}
        )
    except FormatError as error:
        report(str(error))
        return 1
    before = read_manifest(folder / NAME)
    # Versions that were not asked for stay as the last run left them.
    groups = {name: kept for name, kept in before.groups.items() if name in known and name not in chosen}
    files: dict[str, str] = {}
    for document, _, own in rendered:
        own = {path: formatted.get(path, text) for path, text in own.items()}
        groups[document.version] = group(own, digest(document.to_json().encode()))
        files.update(own)
    shared = render_data(spec) | render_newest(max(groups)) | render_moves(spec, composed)
    groups[SHARED] = group(shared)
    files.update(shared)
    texts = _texts(root, documents) if chosen == known else {}
    manifest = Manifest(
        groups,
        generator_digest(Path(__file__).resolve().parent),
        templates_digest(TEMPLATES),
        group(texts[GUIDES]).files if texts else before.guides,
    )
    files[NAME] = manifest.to_json()
    differing = {GENERATED: _without(compare(folder, files, before.files), _kept(groups, chosen))}
    for place, pages in texts.items():
        if place == GUIDES:
            differing[place] = compare(root / place, pages, before.guides)
        else:
            differing[place] = compare_file(root / place, pages[place])
    if not check:
        for place, changes in differing.items():
            own = files if place == GENERATED else texts[place]
            write(root if place == CHANGELOG else root / place, own, changes)
    _report(differing, [package for _, package, _ in rendered], check, report)
    return 1 if check and any(changes.is_drift for changes in differing.values()) else 0


def _texts(root: Path, documents: Sequence[Document]) -> dict[str, dict[str, str]]:
    """The texts of each place: file name to content. A project without a changelog gets none."""
    line = steps(root / "spec", documents)
    texts = {GUIDES: guides(line)}
    path = root / CHANGELOG
    if path.is_file():
        texts[CHANGELOG] = {CHANGELOG: with_entries(path.read_text("utf-8"), line)}
    return texts


def _lint(documents: Sequence[Document], report: Report) -> int:
    """Report every finding once, although versions share most of their text. Returns how many there are."""
    found = list(dict.fromkeys(str(finding) for document in documents for finding in lint_document(document)))
    for line in found:
        report(line)
    return len(found)


def _kept(groups: dict[str, Group], chosen: Sequence[str]) -> set[str]:
    """The files of versions that this run does not touch."""
    return {
        path for name, kept in groups.items() if name != SHARED and name not in chosen for path in kept.files
    }


def _without(changes: Changes, kept: set[str]) -> Changes:
    return Changes(
        added=changes.added,
        changed=changes.changed,
        removed=tuple(path for path in changes.removed if path not in kept),
        edited=changes.edited,
        foreign=changes.foreign,
    )


def _report(
    differing: Mapping[str, Changes], packages: Sequence[Package], check: bool, report: Report
) -> None:
    for package in packages:
        operations = sum(len(resource.operations) for resource in package.resources)
        sizes = f"{operations} operations, {len(package.models)} models, {len(package.enums)} enums"
        report(f"{package.version}: {sizes}")
    for place, changes in differing.items():
        for name in changes.edited:
            report(f"{'edited by hand' if check else 'edited by hand, overwritten'}: {place}/{name}")
        for name in changes.foreign:
            report(f"not made by the generator: {place}/{name}; {_CURES[place]}")
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
    for place, changes in differing.items():
        below = "" if place == CHANGELOG else f"{place}/"
        for verb, names in (
            ("missing", changes.added),
            ("differs", changes.changed),
            ("stale", changes.removed),
        ):
            for name in names:
                report(f"{verb}: {below}{name}")
    drifted = [_shown(place) for place, changes in differing.items() if changes.is_drift]
    if drifted:
        verb = "differs" if len(drifted) == 1 else "differ"
        report(f"{join_words(drifted)} {verb}; run python -m generator regenerate")
    else:
        whole = join_words(_shown(place) for place in differing)
        report(f"{whole} {'is' if len(differing) == 1 else 'are'} fresh")


def _shown(place: str) -> str:
    return place if place == CHANGELOG else f"{place}/"
