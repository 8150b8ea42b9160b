"""The command `propose`: drafts an overlay, writes it, and reports what people have to look at."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.document.compose import compose
from generator.document.document import Document
from generator.document.source import display_path
from generator.errors import RefusedError, SpecError, why_not_written
from generator.lint.left_texts import left_texts
from generator.propose.draft import Draft, draft_overlay
from generator.propose.policy import Policy
from generator.propose.reading.document_file import read_document
from generator.propose.writing.overlay_draft import printable
from generator.scaffold import version_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where the draft goes."""

    output: Path | None = None
    """The file; None is `spec/changes/VERSION.yaml`."""
    stdout: bool = False
    dry_run: bool = False
    force: bool = False
    """Whether a file that exists is overwritten."""
    as_json: bool = False
    """Whether the report goes to standard output, for programs."""


def propose(
    root: Path,
    version: str,
    file: Path,
    policy: Policy,
    destination: Destination,
    echo: Callable[[str], object],
    report: Callable[[str], object],
) -> bool:
    """Draft the overlay of `version` from the document in `file`.

    `echo` writes to standard output, `report` to standard error. Returns whether the draft can be applied as
    it is. Raises `RefusedError` for a call that makes no sense and for a file that exists, `SpecError` for
    a document that cannot be read.
    """
    if destination.stdout and destination.as_json:
        raise RefusedError("--stdout and --json both write to standard output.", "Choose one.", misused=True)
    spec_dir = root / "spec"
    before = version_before(spec_dir, version)
    path = destination.output or spec_dir / "changes" / f"{version}.yaml"
    writes = not (destination.stdout or destination.dry_run)
    if writes and path.exists() and not destination.force:
        raise RefusedError(
            f"{display_path(path)} exists already.", "Give --force to write it anew.", misused=True
        )
    draft = draft_overlay(compose(spec_dir, before), read_document(file), version, policy)
    applied, problem = _try(spec_dir, before, version, draft.text)
    if writes:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(draft.text, "utf-8")
        except OSError as error:
            raise RefusedError(
                f"{display_path(path)} cannot be written: {why_not_written(error)}.", "Choose another file."
            ) from None
    if destination.stdout:
        echo(draft.text.rstrip("\n"))
    left = 0 if applied is None else sum(1 for _ in left_texts(applied.raw))
    if destination.as_json:
        content = {**draft.as_dict(), "textsLeft": left, "problem": problem}
        echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        for line in _report(draft, display_path(path) if writes else "", left, policy, problem):
            report(printable(line))
    return applied is not None


def _try(spec_dir: Path, before: str, version: str, text: str) -> tuple[Document | None, str]:
    """Apply a draft in a copy: the document, or None and why not."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "spec"
        shutil.copytree(spec_dir, copy)
        for path in (copy / "changes").glob("*.yaml"):
            if path.stem > before:
                path.unlink()
        (copy / "changes").mkdir(exist_ok=True)
        overlay = copy / "changes" / f"{version}.yaml"
        overlay.write_text(text, "utf-8")
        try:
            return compose(copy, version), ""
        except SpecError as error:
            return None, str(error).replace(display_path(overlay), overlay.name)


def _report(draft: Draft, written: str, left: int, policy: Policy, problem: str) -> list[str]:
    moves = [move for move in draft.moves if move.how != "drop"]
    unsure = [guess for guess in draft.guesses if not guess.sure]
    lines = [f"{written} was written."] if written else []
    if not draft.lines:
        lines.append("The draft is empty: the document has nothing that the newest version does not have.")
    lines += [
        f"Changes: {len(draft.lines)}. Guesses where data went: {len(moves)}. "
        f"Names that may be renamed: {len(unsure)}. Texts to write: {left}."
    ]
    lines += [
        f"Guess: {move.how} {_join(move.sources)} -> {_join(move.targets)} in {move.on}: {move.reason}."
        for move in moves
    ]
    lines += [f"Perhaps: {guess.before} -> {guess.after} in {guess.on}: {guess.reason}." for guess in unsure]
    lines += [f"Not described, and left as it is: {what}." for what in draft.missing]
    if draft.missing and not policy.complete:
        lines.append("Give --complete if what the document does not describe is gone.")
    lines += [f"Not carried: {what}." for what in draft.not_carried]
    if problem:
        lines.append(f"The draft cannot be applied as it is: {problem}")
    elif written:
        lines.append(f"Read it, then run python -m generator lint {draft.version}.")
    return lines


def _join(names: Sequence[str]) -> str:
    return ", ".join(names)
