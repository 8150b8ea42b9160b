"""Checks of moves that no real version declares, with two made-up documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from aftership_tracking.migration import moves, steps
from contract_support.constructs.differences import differences
from generator.document.changelog_lines import ChangelogLine
from generator.document.moves import read_moves
from generator.output.migration_data import migration_data
from generator_support.documents import as_document

OLDER, NEWER = "2024-01", "2024-04"


def _document(version: str, moods: tuple[str, ...]) -> Any:
    mood = {"type": "string", "x-open-enum": dict.fromkeys(moods, "")}
    tracking = {"type": "object", "properties": {"mood": {"$ref": "#/components/schemas/Mood"}}}
    schemas = {"Tracking": tracking, "Mood": mood}
    raw = {"openapi": "3.1.1", "info": {"version": version}, "components": {"schemas": schemas}}
    return as_document(raw)


@contextmanager
def _declared(move: dict[str, Any], moods: tuple[str, ...]) -> Iterator[None]:
    """Between these two versions there is this move, and nothing else."""
    documents = [_document(OLDER, ("sad", "calm")), _document(NEWER, moods)]
    lines = {NEWER: [ChangelogLine("made-up", "Made up.", 1, read_moves(move))]}
    facts = json.loads(migration_data(documents, lines))
    steps._read_step.cache_clear()
    with mock.patch.object(steps, "_facts", return_value=facts):
        yield
    steps._read_step.cache_clear()


def value_that_became_two() -> list[str]:
    """A value that became two is the declared one of them on the way up, and both go back to it."""
    move = {"on": "Mood", "how": "split-value", "from": "sad", "to": ["blue", "grey"], "up": "grey"}
    with _declared(move, ("blue", "grey", "calm")):
        up = moves.convert({"mood": "sad"}, "Tracking", OLDER, NEWER)[0]
        down = [
            moves.convert({"mood": value}, "Tracking", NEWER, OLDER)[0]["mood"] for value in ("blue", "grey")
        ]
    return differences(up=(up, {"mood": "grey"}), down=(down, ["sad", "sad"]))


def parameter_with_another_name() -> list[str]:
    """A query parameter that has another name is found under it in both directions."""
    move = {"on": "get-trackings", "how": "rename", "from": "keyword", "to": "search"}
    with _declared(move, ("sad", "calm")):
        up = steps.parameter_name("get-trackings", "keyword", OLDER, NEWER)
        down = steps.parameter_name("get-trackings", "search", NEWER, OLDER)
    return differences(up=(up, "search"), down=(down, "keyword"))
