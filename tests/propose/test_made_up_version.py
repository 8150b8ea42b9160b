"""The made-up version of docs/new-version.md: all kinds of change at once, written out and proposed back."""

from __future__ import annotations

import shutil
from pathlib import Path

from generator.document.compose import compose_each
from generator.document.yaml_reader import parse, read
from generator.lint import lint_document
from generator.propose import Policy, draft_overlay
from generator.scaffold import scaffold
from maintainer_support.kinds import MADE_UP, WRITTEN_FOR, drop_later_versions, kinds
from propose_support.foreign import foreign
from propose_support.steps import apply_draft, as_document, entries, moves
from propose_support.structure import differences, structure
from spec_support import SPEC


def test_every_kind_of_change_comes_back(tmp_path: Path) -> None:
    spec = tmp_path / "spec"
    shutil.copytree(SPEC, spec)
    drop_later_versions(spec)
    overlay = scaffold(spec, MADE_UP)
    actions = "\n".join(kind.actions for kind in kinds())
    overlay.write_text(f"{overlay.read_text('utf-8')}\n{actions}", "utf-8")
    before, made_up = compose_each(spec, (WRITTEN_FOR, MADE_UP))
    draft = draft_overlay(before, as_document(foreign(made_up.raw)), MADE_UP, Policy(complete=True))
    applied = apply_draft(tmp_path / "applied", draft.text, MADE_UP, spec)
    assert list(differences(structure(made_up.raw), structure(applied.raw))) == []
    assert {finding.rule for finding in lint_document(applied)} == {"text-left"}
    real = {move for entry in entries(read(overlay).value) for move in moves(entry)}
    claimed = {move for entry in entries(parse(draft.text.encode(), "draft").value) for move in moves(entry)}
    assert {move for move in claimed - real if move[1] != "drop"} == set()
    # What only people can know is a drop, with a comment where something speaks for a rename.
    missed = {(move[0], move[1]) for move in real - claimed}
    assert missed == {
        ("TrackingSource", "rename"),
        ("SignatureRequirement", "split-value"),
        ("EstimateReviseReason", "join-values"),
        ("Tracking", "rename"),
        ("get-trackings", "rename"),
        ("WebhookEvent", "rename"),
    }
    said = " ".join(draft.text.replace("#", " ").split())
    for pair in (
        "console of TrackingSource might be renamed from web",
        "first_of_tag of WebhookEvent might be renamed from is_tracking_first_tag",
    ):
        assert pair in said, pair
