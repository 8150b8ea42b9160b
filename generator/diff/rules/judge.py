"""Turns findings into judged changes: one list, in a fixed order.

A finding about a shared model becomes one change. If it is seen from several sides, the side where it hurts
most gives the rule; all sides are listed. Many operations share one parameter, header, limit or error: equal
findings about several of them become one change that reaches them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from generator.diff.comparing.documents import compare_documents
from generator.diff.comparing.finding import Finding, rule_id
from generator.diff.comparing.moves import Move
from generator.diff.comparing.operation_findings import Call, OperationFinding
from generator.diff.comparing.operation_pairs import Direction, Reach
from generator.diff.comparing.properties.ways import Way, find_required, find_way
from generator.diff.comparing.reach import ReachedPair, extend_path
from generator.diff.rules import operation_rules, value_rules
from generator.diff.rules.change import Change, Rule
from generator.diff.rules.locations import locate_change
from generator.document.document import Document
from generator.document.schema_walk import SchemaWalk


def _by_id(rules: Iterable[Rule]) -> Mapping[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in found:
            raise ValueError(f"two rules have the id {rule.id}")
        found[rule.id] = rule
    return MappingProxyType(found)


RULES = _by_id((*operation_rules.RULES, *value_rules.rules()))
"""All rules by id. A finding names a rule; the rule knows its level and its text."""

_ORDER = (Direction.RESPONSE, Direction.REQUEST, Direction.WEBHOOK)
# Whether an added property is required matters only to those who send it.
_ONLY_SENT = {"required-property-added": "property-added"}


def diff(old: Document, new: Document, moves: Sequence[Move] = ()) -> tuple[Change, ...]:
    """What changed from `old` to `new`; `moves` says where data went between the two."""
    findings = compare_documents(old, new, moves)
    calls = findings.calls
    changes = [
        *_judge_operations(findings.operations, calls, old, new),
        *_judge_models(findings.models, calls, old, new),
    ]
    return tuple(sorted(changes, key=_order))


def _judge_operations(
    findings: Iterable[OperationFinding], calls: Mapping[str, Call], old: Document, new: Document
) -> list[Change]:
    """One change for all operations of a resource that have the same finding."""
    groups: dict[tuple[str, ...], list[OperationFinding]] = {}
    for one in findings:
        subject = "" if one.together else one.subject
        groups.setdefault((one.rule, one.resource, subject, one.old, one.new, one.note), []).append(one)
    changes = []
    for group in groups.values():
        group.sort(key=lambda one: (one.subject, one.pointer))
        first = group[0]
        rule = _operation_rule(first.rule)
        if rule is None:
            continue
        reaches = tuple(sorted({one.reach for one in group if one.reach is not None}))
        methods = dict.fromkeys(reach.method for reach in reaches)
        changes.append(
            Change(
                rule, ", ".join(dict.fromkeys(one.subject for one in group)),
                first.old, first.new, first.resource, reaches,
                locate_change(first.pointer, (first.old, first.subject), old, new), first.pointer, first.note,
                tuple(methods) if first.argument else (),
                successor=first.successor,
                calls=tuple((name, calls[name]) for name in (*methods, first.successor) if name in calls),
            )
        )  # fmt: skip
    return changes


def _operation_rule(name: str) -> Rule | None:
    """The rule of a finding; None for what means nothing on its side: nobody who sends reads what comes.

    Raises `KeyError` for a name that nobody knows.
    """
    if name in RULES:
        return RULES[name]
    area, _, kind = name.partition("-")
    if kind in _ONLY_SENT:
        return RULES[rule_id(area, _ONLY_SENT[kind])]
    if any(rule_id(area, row.kind) == name for row in value_rules.ROWS):
        return None
    raise KeyError(name)


def _judge_models(
    models: Iterable[ReachedPair], calls: Mapping[str, Call], old: Document, new: Document
) -> Iterator[Change]:
    """One change for each finding that a rule knows, however many operations reach the model."""
    walks = SchemaWalk(old), SchemaWalk(new)
    for met in models:
        ways = tuple(_ways(met, calls, *walks)) if any(one.moved for one in met.differences.findings) else ()
        for finding in met.differences.findings:
            rule = _rule(finding, met.seen)
            if rule is not None:
                change = _change(finding, rule, met, old, new)
                methods = dict.fromkeys((*change.arguments, change.within[0]))
                named = tuple((name, calls[name]) for name in methods if name in calls)
                yield replace(
                    change,
                    calls=named,
                    ways=ways if finding.moved else (),
                    beside=_beside(change, calls, *walks),
                )


def _beside(
    change: Change, calls: Mapping[str, Call], old: SchemaWalk, new: SchemaWalk
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be given with a part of an argument, in both documents."""
    method, path = change.within
    call = calls.get(method)
    if call is None or not path:
        return (), ()
    return tuple(find_required(old, call.old_body, path)), tuple(find_required(new, call.body, path))


def _ways(
    met: ReachedPair, calls: Mapping[str, Call], old: SchemaWalk, new: SchemaWalk
) -> Iterator[tuple[Direction, Way | None, Way | None]]:
    """The shortest ways to a model, from what methods return and from what events carry."""
    for direction in (Direction.RESPONSE, Direction.WEBHOOK):
        methods = [reach.method for reach in sorted(met.seen) if reach.direction is direction]
        known = dict.fromkeys(calls[name] for name in methods if name in calls)
        pairs = [
            (find_way(old, one.old_model, met.pair[0]), find_way(new, one.model, met.pair[1]))
            for one in known
        ]
        whole = [(before, after) for before, after in pairs if before is not None and after is not None]
        if whole:
            yield direction, *min(whole, key=lambda ways: len(ways[1].steps))


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


def _change(finding: Finding, rule: Rule, met: ReachedPair, old: Document, new: Document) -> Change:
    counted = Counter(met.seen.values())
    resource = min(counted, key=lambda name: (name == "webhooks", -counted[name], name))
    method, path = met.within
    return Change(
        rule, finding.subject, finding.old, finding.new, resource, tuple(sorted(met.seen)),
        locate_change(finding.pointer, (finding.old, finding.property), old, new),
        finding.pointer, finding.note,
        tuple(sorted(met.arguments)) if finding.property else (), finding.moved,
        doubtful=finding.doubtful,
        within=(method, extend_path(path, finding.subject)) if path else ("", ""),
    )  # fmt: skip


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
