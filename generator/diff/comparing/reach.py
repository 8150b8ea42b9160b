"""From operations down to models: which pairs are met, who sees them, and what a finding means for those.

A finding of a shared model becomes one change. If it is seen from several sides, the side where it hurts most
gives the rule; all sides are listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from generator.diff.change import Change, Direction, Reach, Rule
from generator.diff.comparing.finding import Finding
from generator.diff.comparing.operation_findings import Root
from generator.diff.comparing.schemas import Comparison, Differences, Pair
from generator.diff.rules import RULES
from generator.diff.rules.value_rules import rule_id

_ORDER = (Direction.RESPONSE, Direction.REQUEST, Direction.WEBHOOK)
# An optional property may be the same news as a required one: only who sends it must care.
_ONLY_SENT = {"required-property-added": "property-added"}


@dataclass(slots=True)
class Met:
    """A pair of models, and everybody who meets it."""

    differences: Differences
    seen: dict[Reach, str] = field(default_factory=dict)
    """Who sees it, with the resource of each."""
    arguments: dict[str, None] = field(default_factory=dict)
    """The methods whose arguments its properties are."""
    within: tuple[str, str] = ("", "")
    """The method and the way from its arguments to the model, where it was met first as a part of one."""


def judged(roots: Iterable[Root], comparison: Comparison) -> Iterator[Change]:
    """The changes of all models that the roots lead to."""
    for met in _walk(list(roots), comparison).values():
        for finding in met.differences.findings:
            rule = _rule(finding, met.seen)
            if rule is not None:
                yield _change(finding, rule, met, comparison)


def _walk(roots: list[Root], comparison: Comparison) -> dict[Pair, Met]:
    skipped: dict[Pair, set[str]] = {}
    visible: set[Pair] = set()
    for root in roots:
        skipped.setdefault(root.pair, set())
        if root.skip:
            skipped[root.pair].add(root.skip)
        if not root.envelope:
            visible.add(root.pair)
    met: dict[Pair, Met] = {}
    for root in sorted(roots, key=lambda root: not root.payload):  # ways begin at arguments, not at a wrapper
        pending = [(root.pair, root.reach.method, "")]
        while pending:
            pair, place, way = pending.pop()
            if pair not in met:
                hidden = pair in skipped and pair not in visible
                met[pair] = Met(
                    comparison.components(pair, path=place, skip=skipped.get(pair, ()), envelope=hidden)
                )
            if root.reach in met[pair].seen:
                continue
            met[pair].seen[root.reach] = root.resource
            if way and not met[pair].within[1]:
                met[pair].within = (root.reach.method, way)
            for below, where in met[pair].differences.pairs.items():
                on = root.payload and (way or pair == root.pair)
                pending.append((below, where, _further(way, where) if on else ""))
        if root.payload:
            met[root.pair].arguments[root.reach.method] = None
    return met


def _rule(finding: Finding, seen: Iterable[Reach]) -> Rule | None:
    """The rule of the side where the finding hurts most."""
    directions = {reach.direction for reach in seen}
    candidates = []
    for direction in _ORDER:
        if direction in directions:
            rule = RULES.get(rule_id(direction, finding.kind))
            if rule is None and finding.kind in _ONLY_SENT:
                rule = RULES[rule_id(direction, _ONLY_SENT[finding.kind])]
            if rule is not None:
                candidates.append(rule)
    return min(candidates, key=lambda rule: rule.level.rank, default=None)


def _change(finding: Finding, rule: Rule, met: Met, comparison: Comparison) -> Change:
    counted = Counter(met.seen.values())
    resource = min(counted, key=lambda name: (name == "webhooks", -counted[name], name))
    method, way = met.within
    return Change(
        rule, finding.subject, finding.old, finding.new, resource, tuple(sorted(met.seen)),
        comparison.new.place(finding.pointer), finding.pointer, finding.note,
        tuple(sorted(met.arguments)) if finding.property else (), finding.moved,
        within=(method, _further(way, finding.subject)) if way else ("", ""),
    )  # fmt: skip


def _further(way: str, place: str) -> str:
    """A way, and from its end on to a place in the model there: `Address.city` is `city`."""
    step = place.partition(".")[2]
    return f"{way}.{step}" if way and step else way or step
