"""What the SDKs do wrong, as far as it is known: `tests/interop/known_failures.yaml`.

A failure that is not there is ours, until somebody proves the opposite. An entry that no longer applies has
to go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from interop_support.sdks import ALL, Sdk
from interop_support.trial import Outcome

FILE = Path(__file__).resolve().parents[2] / "interop" / "known_failures.yaml"


@dataclass(frozen=True, kw_only=True)
class KnownFailure:
    """A failure of an SDK: where it comes, by which text it is known, why, and how that is known.

    `fine_with` are options of `aftership mock` with which the call has to succeed: the proof that nothing
    else is wrong with it.
    """

    sdk: str
    releases: tuple[str, ...]
    methods: tuple[str, ...]
    kinds: tuple[str, ...]
    failure: str
    reason: str
    evidence: str
    fine_with: tuple[str, ...] = ()

    def covers(self, outcome: Outcome) -> bool:
        return self._is_about(outcome) and self.failure in outcome.failure

    def _is_about(self, outcome: Outcome) -> bool:
        return (
            outcome.sdk.package == self.sdk
            and outcome.sdk.release in self.releases
            and outcome.method in self.methods
            and outcome.kind in self.kinds
        )

    def missing(self, outcomes: Sequence[Outcome], tried: Iterable[Sdk]) -> Iterator[str]:
        """Say what of this entry did not happen, of the SDKs that were tried."""
        happened = {(each.sdk.release, each.method, each.kind) for each in outcomes if self.covers(each)}
        for release in self.releases:
            if not any(sdk.package == self.sdk and sdk.release == release for sdk in tried):
                continue
            for method in self.methods:
                for kind in self.kinds:
                    if (release, method, kind) not in happened:
                        yield f"known_failures.yaml: {self.sdk} {release} {method} {kind} no longer fails so"


def read(path: Path = FILE) -> tuple[KnownFailure, ...]:
    """Read the file. Raises ValueError if an entry is about an SDK that is never tried."""
    found = []
    for entry in yaml.safe_load(path.read_text("utf-8")) or ():
        known = KnownFailure(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
        )
        for release in known.releases:
            if not any((sdk.package, sdk.release) == (known.sdk, release) for sdk in ALL):
                raise ValueError(f"{path.name}: {known.sdk} {release} is never tried")
        found.append(known)
    return tuple(found)


def complaints(outcomes: Sequence[Outcome], known: Iterable[KnownFailure], tried: Iterable[Sdk]) -> list[str]:
    """Say what is wrong with a run: failures that are not known, and entries that no longer apply."""
    entries, sdks = tuple(known), tuple(tried)
    new = [
        f"{each.sdk}, {each.method}, {each.kind}: {each.failure}"
        for each in outcomes
        if each.failure and not any(entry.covers(each) for entry in entries)
    ]
    return [*new, *(line for entry in entries for line in entry.missing(outcomes, sdks))]
