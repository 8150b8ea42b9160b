"""The semantic difference of two documents: one list of judged changes, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence

from generator.diff.change import Change
from generator.diff.comparing import behaviour, operations, security, webhooks
from generator.diff.comparing import operation_pairs as sides
from generator.diff.comparing.operation_findings import Notes, build_changes
from generator.diff.comparing.reach import judge_models
from generator.diff.comparing.schemas import Comparison
from generator.diff.moves import Move
from generator.document.document import Document


def diff(old: Document, new: Document, moves: Sequence[Move] = ()) -> tuple[Change, ...]:
    """What changed from `old` to `new`; `moves` says where data went between the two.

    Texts that callers do not read (examples, tags, summaries, descriptions of components, provenance, dates)
    are not compared, nor is the name of the version where it stands for itself. A model that no operation of
    both documents reaches is not compared: the operation that came or went covers it.
    """
    comparison = Comparison(old, new, moves)
    notes = Notes()
    operations.compare(sides.operations(old, new), comparison, moves, notes)
    webhooks.compare(sides.webhooks(old, new), comparison, notes)
    behaviour.compare_errors(old, new, notes)
    security.compare_schemes(old, new, notes)
    security.compare_servers(old, new, notes)
    changes = [*build_changes(notes.recorded, new), *judge_models(notes.roots, comparison)]
    return tuple(sorted(changes, key=_order))


def _order(change: Change) -> tuple[str, int, str, str, str, str]:
    """By resource, the gravest first."""
    return (
        change.resource,
        change.level.rank,
        change.subject,
        change.rule.id,
        change.old,
        change.new,
    )
