"""Where data went: guesses as `x-move`, as far as the verification of moves accepts them, else `drop`.

A value that may have gone into another one is only claimed where the names leave nothing else: `weight_unit`
into `weight.unit`. Everything else that goes away is dropped, which a comment of the draft says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.document.document import Document
from generator.document.move_verification import false_claims, unexplained_changes
from generator.document.moves import DeclaredMove, read_moves
from generator.propose.guessing.renames import Guess
from generator.propose.merging.schema_merger import Context
from generator.propose.reading.shapes import Shape, ShapeReader, Use
from generator.propose.words import meaning

_PLAIN = frozenset({"value", "text", "name", "code", "amount", "date", "datetime"})
"""What a plain value is called inside of an object that has its name. Any other name is something new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedMove:
    """One entry of `x-move` on one subject, and why it is believed."""

    on: str
    how: str
    sources: tuple[str, ...]
    targets: tuple[str, ...] = ()
    lost_down: tuple[str, ...] = ()
    reason: str = ""

    def as_dict(self, on: Sequence[str]) -> dict[str, Any]:
        """The entry as it stands in an overlay, for all its subjects."""
        entry: dict[str, Any] = {"on": _short(on), "how": self.how, "from": _short(self.sources)}
        if self.targets:
            entry["to"] = _short(self.targets)
        if self.lost_down:
            entry["lost-down"] = _short(self.lost_down)
        return entry


def propose_moves(
    contexts: Mapping[str, Sequence[Context]],
    guesses: Iterable[Guess],
    lost_envelopes: Mapping[str, str],
    reader: ShapeReader,
    before: Document,
    after: Document,
) -> tuple[ProposedMove, ...]:
    """Every move that is sure enough and not false, and a `drop` for what goes away otherwise."""
    proposed = [
        ProposedMove(
            on=guess.on, how="rename", sources=(guess.before,), targets=(guess.after,), reason=guess.reason
        )
        for guess in guesses
        if guess.sure
    ]
    for name, found in sorted(contexts.items()):
        for context in found if len(found) == 1 and found[0].kind == "schema" else ():
            taken = {source for move in proposed if move.on == name for source in move.sources}
            proposed += _wraps(context, taken, reader)
    proposed += _unwraps(before, after, lost_envelopes)
    accepted = [move for move in proposed if not _refused(move, before, after)]
    declared = [_declared(move) for move in accepted]
    drops: dict[str, list[str]] = {}
    for change in unexplained_changes(declared, before, after):
        drops.setdefault(change.on, []).append(change.key)
    accepted += [
        ProposedMove(on=on, how="drop", sources=(key,)) for on, keys in drops.items() for key in keys
    ]
    return tuple(accepted)


def _wraps(context: Context, taken: set[str], reader: ShapeReader) -> Iterator[ProposedMove]:
    """Plain values that are inside of an object now, which has the name of one or the beginning of all."""
    candidates: dict[str, Use | None] = {**context.come, **context.stayed}
    for name, use in sorted(candidates.items()):
        if use is None or not reader.shape(use).properties:
            continue
        inner = reader.shape(use).properties
        pairs: dict[str, str] = {}
        for source, old in sorted({**context.gone, **context.before_of(name)}.items()):
            if old is None or source in taken or not reader.shape(old).is_scalar:
                continue
            target = _inside(source, old, name, inner, reader)
            if target and target not in pairs.values():
                pairs[source] = target
        if name in context.stayed and name not in pairs:
            continue
        if pairs:
            rest = [key for key in sorted(inner) if key not in pairs.values()]
            yield ProposedMove(
                on=context.on,
                how="wrap",
                sources=tuple(pairs),
                targets=tuple(f"{name}.{target}" for target in pairs.values()),
                lost_down=tuple(f"{name}.{key}" for key in rest),
                reason=f"{name} is an object that has the same names and types inside",
            )


def _inside(source: str, old: Use, name: str, inner: Mapping[str, Use], reader: ShapeReader) -> str:
    """Which key of the object a value became, or nothing."""
    kinds = reader.shape(old).kinds
    fitting = [key for key, use in inner.items() if _kinds(reader.shape(use)) == kinds]
    whole = meaning(source)
    exact = [key for key in fitting if meaning(name) + meaning(key) == whole]
    if exact:
        return exact[0]
    if source == name:
        ending = [key for key in fitting if whole[-len(meaning(key)) :] == meaning(key)]
        if len(ending) == 1:
            return ending[0]
        if len(fitting) == 1 and fitting[0] in _PLAIN:
            return fitting[0]
    return ""


def _kinds(shape: Shape) -> tuple[str, ...]:
    return shape.kinds if shape.is_scalar else ()


def _unwraps(before: Document, after: Document, lost_envelopes: Mapping[str, str]) -> Iterator[ProposedMove]:
    """Objects whose content replaced them, in every component that has one."""
    for owner, schema in sorted(before.raw["components"]["schemas"].items()):
        if owner not in after.raw["components"]["schemas"]:
            continue
        for key, inner in sorted(schema.get("properties", {}).items()):
            name = str(inner.get("$ref", "")).rpartition("/")[2]
            if name in lost_envelopes and name not in after.raw["components"]["schemas"]:
                yield ProposedMove(
                    on=owner,
                    how="unwrap",
                    sources=(f"{key}.{lost_envelopes[name]}",),
                    targets=(key,),
                    reason=f"{key} has what was in {key}.{lost_envelopes[name]}",
                )


def _refused(move: ProposedMove, before: Document, after: Document) -> bool:
    return any(True for _ in false_claims(_declared(move), before, after))


def _declared(move: ProposedMove) -> DeclaredMove:
    return read_moves(move.as_dict([move.on]))[0]


def _short(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)
