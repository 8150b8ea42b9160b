"""Guesses which name took over from which, with a reason for each.

Evidence is the name, the type, the description, and what happened elsewhere in the same document. A pair
needs the same type, and names or descriptions that are alike; of several candidates each takes the best, and
only if that one has no better one. Names that are alike and nothing else are worth a comment, not a rename:
`return_date` may be new while `pickup_date` is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.propose.merging.schema_merger import Context
from generator.propose.reading.shapes import ShapeReader, Use
from generator.propose.words import contradict, likeness, meaning, words

_ALIKE = 0.6
_WITH_PATTERN = 0.45
_MARGIN = 0.05
_DESCRIBED = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One name that may have taken over from another one."""

    on: str
    before: str
    after: str
    reason: str
    sure: bool
    """Whether it becomes a rename; else it is mentioned in a comment."""
    how: str = "rename"
    """`rename`, or `merge` if the other one was there before."""


def guess_renames(contexts: Mapping[str, Sequence[Context]], reader: ShapeReader) -> tuple[Guess, ...]:
    """All guesses, sorted. The names of a component that is needed in two shapes are not guessed."""
    single = [found[0] for _, found in sorted(contexts.items()) if len(found) == 1]
    pairs = {context.on: list(_alike(context, reader)) for context in single}
    patterns = _patterns(pairs.values())
    chosen: dict[str, list[_Pair]] = {}
    for context in single:
        chosen[context.on] = _choose(pairs[context.on], patterns)
    often: dict[tuple[str, str], list[str]] = {}
    for on, found in chosen.items():
        for pair in found:
            often.setdefault((pair.before, pair.after), []).append(on)
    guesses: list[Guess] = []
    for context in single:
        for pair in chosen[context.on]:
            elsewhere = [one for one in often[pair.before, pair.after] if one != context.on]
            guesses.append(_guess(context, pair, patterns, elsewhere))
        named = {guess.before for guess in guesses if guess.on == context.on}
        guesses += _last_ones(context, named, reader)
        named |= {guess.before for guess in guesses if guess.on == context.on}
        guesses += _merges(context, named, reader)
    return tuple(sorted(guesses, key=lambda one: (one.on, one.before, one.after)))


@dataclass(frozen=True, slots=True)
class _Pair:
    before: str
    after: str
    score: float
    same_type: bool
    described: bool

    @property
    def pattern(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The words that were replaced, without those that both names begin or end with."""
        left, right = list(meaning(self.before)), list(meaning(self.after))
        while left and right and left[0] == right[0]:
            del left[0], right[0]
        while left and right and left[-1] == right[-1]:
            del left[-1], right[-1]
        return tuple(left), tuple(right)


_Patterns = Mapping[tuple[tuple[str, ...], tuple[str, ...]], set[tuple[str, str]]]


def _alike(context: Context, reader: ShapeReader) -> Iterator[_Pair]:
    for before, old in context.gone.items():
        for after, new in context.come.items():
            if contradict(meaning(before), meaning(after)):
                continue
            same = _same_type(old, new, reader)
            score = likeness(before, after)
            described = _described_alike(old, new)
            if same is not None and (score >= _WITH_PATTERN or described):
                yield _Pair(before, after, score, same, described)


def _same_type(old: Use | None, new: Use | None, reader: ShapeReader) -> bool | None:
    """True for the same shape, False for the same JSON types, None for others."""
    if old is None or new is None:
        return True if old is new else None
    if old.shape == new.shape:
        return True
    one, other = reader.shape(old), reader.shape(new)
    if one.kinds != other.kinds or (one.enum is None) != (other.enum is None):
        return None
    if one.is_object and not set(one.properties) & set(other.properties):
        return None
    return False


def _patterns(pairs: Iterable[Sequence[_Pair]]) -> _Patterns:
    """Which words were replaced by which, and the pairs of names that it happened in."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], set[tuple[str, str]]] = {}
    for group in pairs:
        for pair in group:
            found.setdefault(pair.pattern, set()).add((pair.before, pair.after))
    return found


def _choose(pairs: Sequence[_Pair], patterns: _Patterns) -> list[_Pair]:
    """The best partner of each name. Two that are equally good for one name exclude each other."""
    left = list(pairs)
    chosen: list[_Pair] = []
    while left:
        best = max(left, key=lambda pair: (_rank(pair, patterns), pair.before, pair.after))
        rivals = [
            pair
            for pair in left
            if pair is not best
            and (pair.before == best.before or pair.after == best.after)
            and _rank(pair, patterns) > _rank(best, patterns) - _MARGIN
        ]
        if not rivals:
            chosen.append(best)
        spoiled = {best.before, *(one.before for one in rivals)}
        spoiled_after = {best.after, *(one.after for one in rivals)}
        left = [pair for pair in left if pair.before not in spoiled and pair.after not in spoiled_after]
    return chosen


def _rank(pair: _Pair, patterns: _Patterns) -> float:
    bonus = (0.1 if pair.same_type else 0) + (0.5 if pair.described else 0)
    return pair.score + bonus + (0.05 if len(patterns[pair.pattern]) > 1 else 0)


def _guess(context: Context, pair: _Pair, patterns: _Patterns, elsewhere: Sequence[str]) -> Guess:
    replaced, by = (" ".join(words) or "nothing" for words in pair.pattern)
    others = len(patterns[pair.pattern]) - 1
    reasons = ["same type" if pair.same_type else "same kind of value"]
    if pair.described:
        reasons.append("the descriptions are alike")
    if pair.pattern == ((), ()):
        reasons.append("the names mean the same")
    elif others:
        reasons.append(f"{by} for {replaced} in {others} more name{'s' if others > 1 else ''}")
    elif not pair.described or pair.score >= _ALIKE:
        reasons.append("the names are alike")
    if elsewhere:
        reasons.append(f"also in {', '.join(elsewhere)}")
    alike = pair.pattern == ((), ()) or others > 0 or pair.described
    # A new value of an enum is often a kind of an old one: one enum alone proves nothing.
    enough = context.kind != "enum" or bool(elsewhere)
    return Guess(
        on=context.on,
        before=pair.before,
        after=pair.after,
        reason="; ".join(reasons),
        sure=alike and enough and (pair.same_type or bool(elsewhere)),
    )


def _described_alike(old: Use | None, new: Use | None) -> bool:
    """Whether both have a description, with nearly the same words."""
    if old is None or new is None:
        return False
    left, right = (set(words(one.text)) for one in (old, new))
    return len(left & right) >= _DESCRIBED * len(left | right) > 0 and not contradict(left, right)


def _merges(context: Context, named: set[str], reader: ShapeReader) -> Iterator[Guess]:
    """One that went, whose name ends like that of one that stayed: its value may be there."""
    for before, old in context.gone.items():
        for after, new in context.stayed.items() if before not in named else ():
            ending = meaning(after)
            same = bool(ending) and meaning(before)[-len(ending) :] == ending
            if context.kind == "schema" and same and _same_type(old, new, reader):
                yield Guess(
                    on=context.on,
                    before=before,
                    after=after,
                    reason="of the same type, and the name ends with that of the other",
                    sure=False,
                    how="merge",
                )


def _last_ones(context: Context, named: set[str], reader: ShapeReader) -> Iterator[Guess]:
    """One that went and one that came, of one type, and no more: worth a comment."""
    gone = [name for name in context.gone if name not in named]
    if len(context.gone) == len(gone) == len(context.come) == 1:
        [(after, new)] = context.come.items()
        if _same_type(context.gone[gone[0]], new, reader):
            yield Guess(
                on=context.on,
                before=gone[0],
                after=after,
                reason="the only one that went and the only one that came, of the same type",
                sure=False,
            )
