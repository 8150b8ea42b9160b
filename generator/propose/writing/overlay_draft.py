"""The text of a drafted overlay: groups of actions, guesses marked with their reason in comments above."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.propose.guessing.moves import ProposedMove
from generator.propose.guessing.renames import Guess
from generator.propose.writing.grouping import Families
from generator.propose.writing.tree_changes import Path, TreeChange, Wildcard, json_path
from generator.propose.writing.yaml_writer import yaml_text

_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedLine:
    """One line of the changelog: its actions, and what to say about them."""

    name: str
    actions: tuple[Mapping[str, Any], ...]
    remarks: tuple[str, ...]
    """Guesses and doubts, for comments."""


def draft_lines(
    groups: Mapping[str, Sequence[TreeChange]],
    moved: Sequence[tuple[str, str]],
    moves: Sequence[ProposedMove],
    guesses: Sequence[Guess],
    families: Families,
) -> tuple[DraftedLine, ...]:
    """The lines of a draft, in the order of the groups."""
    lines: list[DraftedLine] = []
    entries = _moves_by_line(moves, families, list(groups))
    for name, changes in groups.items():
        own = entries.get(name, [])
        bodies = [*_path_moves(moved, changes), *_actions(changes)]
        first: dict[str, Any] = {"description": describe(changes, own, moved)}
        if own:
            first["x-move"] = list(_entries(own))
        actions = []
        for index, body in enumerate(bodies):
            head = {"target": body["target"], "x-change": name}
            rest = {key: value for key, value in body.items() if key != "target"}
            actions.append({**head, **(first if index == 0 else {}), **rest})
        lines.append(
            DraftedLine(
                name=name, actions=tuple(actions), remarks=tuple(_remarks(name, own, guesses, families))
            )
        )
    return tuple(lines)


def overlay_text(head: str, lines: Iterable[DraftedLine]) -> str:
    """The file: the head, and below it every line."""
    parts = [head.rstrip("\n"), ""]
    for line in lines:
        parts.append(f"  # ---- {line.name} ".ljust(_WIDTH, "-"))
        for remark in line.remarks:
            parts += textwrap.wrap(
                printable(remark),
                _WIDTH,
                initial_indent="  # ",
                subsequent_indent="  #   ",
                break_on_hyphens=False,
            )
        for action in line.actions:
            parts.append(textwrap.indent(yaml_text([dict(action)]).rstrip("\n"), "  ", lambda _: True))
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def printable(text: str) -> str:
    """The text on one line: names of the other document may hold line breaks and signs of control."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def describe(
    changes: Sequence[TreeChange], moves: Sequence[ProposedMove], moved: Sequence[tuple[str, str]]
) -> str:
    """What a group does, in a sentence or several, as far as a machine can say it."""
    said: list[str] = []
    renamed: dict[tuple[str, str], list[str]] = {}
    for move in moves:
        if move.how == "rename":
            renamed.setdefault((move.sources[0], move.targets[0]), []).append(move.on)
    for (before, after), names in sorted(renamed.items()):
        said.append(f"In {_join(names)}, {before} is called {after}.")
    named = {name for pair in renamed for name in pair}
    come, gone = (_subjects(changes, removed=one) for one in (False, True))
    said += _sentences({what: come[what] for what in come if what not in gone}, named, "new")
    said += _sentences({what: gone[what] for what in gone if what not in come}, named, "gone")
    said += _sentences({what: come[what] for what in come if what in gone}, named, "another kind of value")
    said += _sentences(_changed(changes), named | set(come) | set(gone), "described in another way")
    said += _sentences(_demands(changes, removed=False), named | set(come), "required")
    said += _sentences(_demands(changes, removed=True), named | set(gone), "optional")
    requests = [_requests(change) for change in changes]
    for at, texts in (
        ("New", [one for one, gone in requests if one and not gone]),
        ("Gone", [one for one, gone in requests if one and gone]),
    ):
        if texts:
            said.append(f"{at}: {_join(texts)}.")
    subjects = [change.subject for change in changes]
    said += [f"Path {before} is {after} now." for before, after in moved if ("paths", after) in subjects]
    if not said:
        owners = sorted({_owner(subject) for subject in subjects} - {""})
        said.append(
            f"Changes of {_join(owners)}." if owners else "What is left over after the other changes."
        )
    return " ".join(said)


def _sentences(found: Mapping[str, Sequence[str]], without: set[str], what: str) -> Iterator[str]:
    """`In X, a and b are new.` for all names of the same owners."""
    same: dict[str, list[str]] = {}
    for name in sorted(found):
        if name not in without:
            same.setdefault(_join(found[name]), []).append(name)
    for owners, names in same.items():
        yield f"In {owners}, {_join(names)} {'are' if len(names) > 1 else 'is'} {what}."


def _changed(changes: Sequence[TreeChange]) -> dict[str, list[str]]:
    """Properties and parameters that changed inside."""
    found: dict[str, list[str]] = {}
    for change in changes:
        subject = change.subject
        if subject[:2] == ("components", "schemas") and len(subject) > 5 and subject[3] == "properties":
            found.setdefault(subject[4], []).append(subject[2])
    return found


def _demands(changes: Sequence[TreeChange], *, removed: bool) -> dict[str, list[str]]:
    """Properties that must be given from now on, or no longer."""
    found: dict[str, list[str]] = {}
    for change in changes:
        subject = change.subject
        if subject[:2] != ("components", "schemas") or len(subject) < 4 or subject[3] != "required":
            continue
        if change.removes is removed:
            listed = [subject[4]] if len(subject) > 4 else (change.update or {}).get("required", [])
            for name in listed:
                found.setdefault(str(name), []).append(subject[2])
    return found


def _subjects(changes: Sequence[TreeChange], *, removed: bool) -> dict[str, list[str]]:
    """Properties, parameters and values that came or went, each with what it belongs to."""
    found: dict[str, list[str]] = {}
    for change in changes:
        subject = change.subject
        name = owner = ""
        if subject[:2] == ("components", "schemas") and len(subject) == 5:
            if subject[3] in ("properties", "x-open-enum", "x-enum-meanings"):
                owner, name = subject[2], subject[4]
        elif subject[0] == "paths" and len(subject) == 5 and subject[3] == "parameters":
            owner, name = f"{subject[2].upper()} {subject[1]}", subject[4]
        if name and change.removes is removed and owner not in found.setdefault(name, []):
            found[name].append(owner)
    return found


def _requests(change: TreeChange) -> tuple[str, bool]:
    """`GET /trackings` of an operation that came or went, and whether it went."""
    subject = change.subject
    if subject[0] == "webhooks" and len(subject) == 2:
        return f"the webhook {subject[1]}", change.removes
    if subject[0] != "paths" or len(subject) not in (2, 3):
        return "", False
    methods = [subject[2]] if len(subject) == 3 else sorted((change.update or {}).get(subject[1], {}))
    if not methods:
        return f"everything at {subject[1]}", change.removes
    return ", ".join(f"{method.upper()} {subject[1]}" for method in methods), change.removes


def _owner(subject: Path) -> str:
    if subject[0] == "components" and len(subject) > 2:
        return subject[2]
    if subject[0] == "paths" and len(subject) > 2:
        return f"{subject[2].upper()} {subject[1]}"
    return subject[1] if len(subject) > 1 else ""


def _actions(changes: Sequence[TreeChange]) -> Iterator[dict[str, Any]]:
    """Removals first, then updates; those at one target are one action."""
    removed: dict[Path, list[str]] = {}
    for change in changes:
        if change.removes:
            removed.setdefault(change.path[:-1], []).append(change.path[-1])
    for parent, keys in removed.items():
        plain = [key for key in keys if type(key) is str]
        for key in keys:
            if type(key) is not str:
                yield {"target": json_path((*parent, key)), **_count((*parent, key)), "remove": True}
        if len(plain) == 1:
            count = _count((*parent, plain[0]))
            yield {"target": json_path((*parent, plain[0])), **count, "remove": True}
        elif plain:
            yield {"target": json_path(parent, plain), "x-count": len(plain), "remove": True}
    updates: dict[Path, Any] = {}
    for change in changes:
        if change.removes or change.update == {}:  # a path that moved has actions of its own
            continue
        if change.item:
            updates.setdefault(change.path, []).append(change.update)
        else:
            updates[change.path] = {**updates.get(change.path, {}), **change.update}
    for path, update in updates.items():
        yield {"target": json_path(path), **_count(path), "update": update}


def _count(path: Path) -> dict[str, int]:
    """What an action says of the number of its matches, if its path has a wildcard."""
    return {"x-count": 1} if any(isinstance(part, Wildcard) for part in path) else {}


def _path_moves(moved: Sequence[tuple[str, str]], changes: Sequence[TreeChange]) -> Iterator[dict[str, Any]]:
    for before, after in moved:
        if any(change.subject == ("paths", after) and change.update == {} for change in changes):
            yield {"target": "$.paths", "update": {after: {}}}
            yield {"target": json_path(("paths", after)), "copy": json_path(("paths", before))}
            yield {"target": json_path(("paths", before)), "remove": True}


def _moves_by_line(
    moves: Sequence[ProposedMove], families: Families, lines: Sequence[str]
) -> dict[str, list[ProposedMove]]:
    found: dict[str, list[ProposedMove]] = {}
    for move in moves:
        names = [*move.targets, *move.sources] if move.how in ("wrap", "rename") else list(move.sources)
        candidates = [families.line(name.split(".")[0]) for name in names]
        candidates += ["responses", families.line(move.on), *lines]
        line = next(one for one in candidates if one in lines)
        found.setdefault(line, []).append(move)
    return found


def _entries(moves: Sequence[ProposedMove]) -> Iterator[dict[str, Any]]:
    """The moves as entries of `x-move`: the same move on several subjects is one entry."""
    drops: dict[str, list[str]] = {}
    for move in moves:
        if move.how == "drop":
            drops.setdefault(move.on, []).extend(move.sources)
    same: dict[tuple[str, ...], list[str]] = {}
    for on, sources in sorted(drops.items()):
        same.setdefault(tuple(sorted(sources)), []).append(on)
    others: dict[Any, list[ProposedMove]] = {}
    for move in moves:
        if move.how != "drop":
            others.setdefault((move.how, move.sources, move.targets, move.lost_down), []).append(move)
    for key in sorted(others):
        yield others[key][0].as_dict(sorted(one.on for one in others[key]))
    for gone, names in sorted(same.items()):
        yield ProposedMove(on="", how="drop", sources=gone).as_dict(names)


def _remarks(
    name: str, moves: Sequence[ProposedMove], guesses: Sequence[Guess], families: Families
) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for move in moves:
        if move.how != "drop":
            what = f"{', '.join(move.sources)} -> {', '.join(move.targets)}"
            found.setdefault((f"Guess ({move.how}): {what}", move.reason.split("; also in")[0]), []).append(
                move.on
            )
    for (what, reason), names in sorted(found.items()):
        yield f"{what} in {_join(names)}. Reason: {reason}."
    dropped = {(move.on, source) for move in moves if move.how == "drop" for source in move.sources}
    for guess in guesses:
        line = families.line(guess.after if guess.how == "rename" else guess.before)
        if guess.sure or not ((guess.on, guess.before) in dropped or line == name):
            continue
        verb = "might be renamed from" if guess.how == "rename" else "might have taken in"
        yield (
            f"{guess.after} of {guess.on} {verb} {guess.before}: {guess.reason}. "
            f"If so, the move is how: {guess.how}, from: {guess.before}, to: {guess.after} instead of a drop."
        )


def _join(names: Iterable[str]) -> str:
    *first, last = sorted(set(names)) or [""]
    return f"{', '.join(first)} and {last}" if first else last
