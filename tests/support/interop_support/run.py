"""Tries SDKs, and compares what happened with what is known."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from interop_support import known_failures, table
from interop_support.calls import operations_without
from interop_support.known_failures import KnownFailure
from interop_support.sandbox import sandboxes
from interop_support.sdks import Sdk
from interop_support.trial import Outcome, driver, try_method, try_sdk


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole run."""

    table: list[str]
    complaints: list[str]
    calls: int
    summary: str


def run(sdks: Sequence[Sdk], say: Callable[[str], object] = lambda _: None) -> Report:
    """Try SDKs one after the other. Raises NotInstalledError if one cannot be installed."""
    known = known_failures.read()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder, sandboxes(Path(folder)) as strict:
        for sdk in sdks:
            say(f"{sdk} ...")
            outcomes += try_sdk(sdk, strict)
    complaints = known_failures.complaints(outcomes, known, sdks)
    complaints += [line for entry in known for line in _unproved(entry, outcomes)]
    for sdk in sdks:
        methods = [each.method for each in outcomes if each.sdk == sdk]
        complaints += [f"{sdk} has no method for {name}" for name in operations_without(methods, sdk.version)]
    failures = sum(bool(each.failure) for each in outcomes)
    return Report(
        table=table.lines(outcomes, known),
        complaints=complaints,
        calls=len(outcomes),
        summary=f"{len(outcomes)} calls, {failures} failures, {len(complaints)} complaints",
    )


def _unproved(entry: KnownFailure, outcomes: Iterable[Outcome]) -> list[str]:
    """Call again what an entry covers, with the options with which it is said to be fine."""
    covered = [each for each in outcomes if entry.covers(each)]
    if not entry.fine_with or not covered:
        return []
    found = []
    with tempfile.TemporaryDirectory() as folder, sandboxes(Path(folder), *entry.fine_with) as tolerant:
        for sdk in dict.fromkeys(each.sdk for each in covered):
            with driver(sdk) as running:
                again = [
                    try_method(sdk, running, each.method, tolerant[each.kind])
                    for each in covered
                    if each.sdk == sdk
                ]
            options = " ".join(entry.fine_with)
            found += [
                f"{sdk}, {each.method}, {each.kind}: not fine with {options} either: {each.failure}"
                for each in again
                if each.failure
            ]
    return found
