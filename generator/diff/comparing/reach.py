"""From operations down to models: which pairs of models are met, what differs in each, and who sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from generator.diff.comparing.operation_findings import Root
from generator.diff.comparing.operation_pairs import Reach
from generator.diff.comparing.schemas import Comparison, Differences, Pair


@dataclass(slots=True)
class ReachedPair:
    """A pair of models, and everybody who meets it."""

    differences: Differences
    pair: Pair = ("", "")
    seen: dict[Reach, str] = field(default_factory=dict)
    """Who sees it, with the resource of each."""
    arguments: dict[str, None] = field(default_factory=dict)
    """The methods whose arguments its properties are."""
    paths: dict[str, None] = field(default_factory=dict)
    """Where it is met, `Parcel.status`, in the order of the way."""
    within: tuple[str, str] = ("", "")
    """The method and the path from its arguments to the model, where it was met first as a part of one."""

    def add_path(self, elsewhere: Differences) -> None:
        """Add what differs at a further path; that one model took over from another is said once."""
        known = {(one.kind, one.subject, one.old, one.new) for one in self.differences.findings}
        findings = (
            one
            for one in elsewhere.findings
            if one.kind != "model-replaced" and (one.kind, one.subject, one.old, one.new) not in known
        )
        self.differences = replace(self.differences, findings=(*self.differences.findings, *findings))


def compare_models(roots: Sequence[Root], comparison: Comparison) -> dict[Pair, ReachedPair]:
    """Compare all models that the roots lead to, each pair once."""
    skipped: dict[Pair, set[str]] = {}
    visible: set[Pair] = set()
    for root in roots:
        if root.added:
            continue
        skipped.setdefault(root.pair, set())
        if root.skip:
            skipped[root.pair].add(root.skip)
        if not root.envelope:
            visible.add(root.pair)
    met: dict[Pair, ReachedPair] = {}
    # Payloads first: paths begin at arguments, not at a wrapper. What is new comes last.
    for root in sorted(roots, key=lambda root: (root.added, not root.payload)):
        pending = [(root.pair, root.reach.method, "")]
        while pending:
            pair, subject, path = pending.pop()
            if root.added and pair not in met:
                renamed = [one for one in met if one[1] == pair[1]]
                if not renamed:
                    continue
                pair = renamed[0]
            hidden = pair in skipped and pair not in visible
            if pair not in met:
                met[pair] = ReachedPair(
                    comparison.components(pair, path=subject, skip=skipped.get(pair, ()), envelope=hidden),
                    pair,
                )
            elif comparison.remains(pair) and not hidden and subject not in met[pair].paths:
                elsewhere = comparison.components(pair, path=subject, skip=skipped.get(pair, ()))
                met[pair].add_path(elsewhere)
            met[pair].paths[subject] = None
            if root.reach in met[pair].seen:
                continue
            met[pair].seen[root.reach] = root.resource
            if path and not met[pair].within[1]:
                met[pair].within = (root.reach.method, path)
            for below, where in met[pair].differences.pairs.items():
                is_argument = root.payload and (path or pair == root.pair)
                pending.append((below, where, extend_path(path, where) if is_argument else ""))
        if root.payload:
            met[root.pair].arguments[root.reach.method] = None
    return met


def extend_path(path: str, subject: str) -> str:
    """A path, extended to a property of the model at its end: `Address.city` adds `city`."""
    step = subject.partition(".")[2]
    return f"{path}.{step}" if path and step else path or step
