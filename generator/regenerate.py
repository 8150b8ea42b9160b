"""From the documents in `spec/` to the files in `generated/`: compose, lint, render, format, write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from generator.compose import compose, versions
from generator.document import Document
from generator.formatting import FormatError, format_modules
from generator.lint import lint_document
from generator.manifest import (
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
from generator.records import Package
from generator.render import TEMPLATES, render_data, render_newest, render_version
from generator.write import Changes, compare, write

Report = Callable[[str], None]


def regenerate(root: Path, wanted: Sequence[str] | None, check: bool, report: Report) -> int:
    """Generate the client of the wanted versions (of all, without any) into `root / "generated"`.

    With `check` nothing is written. Returns 0, or 1 when the lint finds something, when the code cannot be
    formatted, or when `check` finds a difference. Raises `SpecError`, or an `ExceptionGroup` of it, for a
    document that cannot become code.
    """
    spec, folder = root / "spec", root / "generated"
    known = versions(spec)
    chosen = tuple(version for version in known if wanted is None or version in wanted)
    documents = [compose(spec, version) for version in chosen]
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
    shared = render_data(spec) | render_newest(max(groups))
    groups[SHARED] = group(shared)
    files.update(shared)
    manifest = Manifest(
        groups, generator_digest(Path(__file__).resolve().parent), templates_digest(TEMPLATES)
    )
    files[NAME] = manifest.to_json()
    changes = _without(compare(folder, files, before), _kept(groups, chosen))
    if not check:
        write(folder, files, changes)
    _report(changes, [package for _, package, _ in rendered], check, report)
    return 1 if check and changes.is_drift else 0


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


def _report(changes: Changes, packages: Sequence[Package], check: bool, report: Report) -> None:
    for package in packages:
        operations = sum(len(resource.operations) for resource in package.resources)
        sizes = f"{operations} operations, {len(package.models)} models, {len(package.enums)} enums"
        report(f"{package.version}: {sizes}")
    for name in changes.edited:
        report(f"{'edited by hand' if check else 'edited by hand, overwritten'}: generated/{name}")
    for name in changes.foreign:
        report(f"not made by the generator: generated/{name}; move it to overrides/ or remove it")
    if check:
        for verb, names in (
            ("missing", changes.added),
            ("differs", changes.changed),
            ("stale", changes.removed),
        ):
            for name in names:
                report(f"{verb}: generated/{name}")
        report(
            "generated/ differs; run python -m generator regenerate"
            if changes.is_drift
            else "generated/ is fresh"
        )
        return
    report(
        f"{len(changes.added)} files added, {len(changes.changed)} changed, {len(changes.removed)} removed"
        if changes.written
        else "nothing changed"
    )
