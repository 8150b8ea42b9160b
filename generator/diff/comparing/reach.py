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
# Whether an added property is required matters only to those who send it.
_ONLY_SENT = {"required-property-added": "property-added"}


@dataclass(slots=True)
class ReachedPair:
    """A pair of models, and everybody who meets it."""

    differences: Differences
    seen: dict[Reach, str] = field(default_factory=dict)
    """Who sees it, with the resource of each."""
    arguments: dict[str, None] = field(default_factory=dict)
    """The methods whose arguments its properties are."""
    within: tuple[str, str] = ("", "")
    """The method and the path from its arguments to the model, where it was met first as a part of one."""


def judge_models(roots: Iterable[Root], comparison: Comparison) -> Iterator[Change]:
    """Judge all models that the roots lead to, and give their changes."""
    for met in _walk(list(roots), comparison).values():
        for finding in met.differences.findings:
            rule = _rule(finding, met.seen)
            if rule is not None:
                yield _change(finding, rule, met, comparison)


def _walk(roots: list[Root], comparison: Comparison) -> dict[Pair, ReachedPair]:
    skipped: dict[Pair, set[str]] = {}
    visible: set[Pair] = set()
    for root in roots:
        skipped.setdefault(root.pair, set())
        if root.skip:
            skipped[root.pair].add(root.skip)
        if not root.envelope:
            visible.add(root.pair)
    met: dict[Pair, ReachedPair] = {}
    for root in sorted(
        roots, key=lambda root: not root.payload
    ):  # paths begin at arguments, not at a wrapper
        pending = [(root.pair, root.reach.method, "")]
        while pending:
            pair, subject, path = pending.pop()
            if pair not in met:
                hidden = pair in skipped and pair not in visible
                met[pair] = ReachedPair(
                    comparison.components(pair, path=subject, skip=skipped.get(pair, ()), envelope=hidden)
                )
            if root.reach in met[pair].seen:
                continue
            met[pair].seen[root.reach] = root.resource
            if path and not met[pair].within[1]:
                met[pair].within = (root.reach.method, path)
            for below, where in met[pair].differences.pairs.items():
                is_argument = root.payload and (path or pair == root.pair)
                pending.append((below, where, _extend(path, where) if is_argument else ""))
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


def _change(finding: Finding, rule: Rule, met: ReachedPair, comparison: Comparison) -> Change:
    counted = Counter(met.seen.values())
    resource = min(counted, key=lambda name: (name == "webhooks", -counted[name], name))
    method, path = met.within
    return Change(
        rule, finding.subject, finding.old, finding.new, resource, tuple(sorted(met.seen)),
        comparison.new.location(finding.pointer), finding.pointer, finding.note,
        tuple(sorted(met.arguments)) if finding.property else (), finding.moved,
        within=(method, _extend(path, finding.subject)) if path else ("", ""),
    )  # fmt: skip


def _extend(path: str, subject: str) -> str:
    """A path, extended to a property of the model at its end: `Address.city` adds `city`."""
    step = subject.partition(".")[2]
    return f"{path}.{step}" if path and step else path or step
