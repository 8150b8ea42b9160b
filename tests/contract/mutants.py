"""Proves that the contract tests find faults: plants them one at a time and shows which check finds each.

    python tests/contract/mutants.py [VERSION ...]

Without a version: all faults in the oldest and the newest, and one of each kind in the middle version.

Exit code 1 when a fault survives, or when a check complains without any fault.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

# What pytest finds by `pythonpath`: the generator, and what tests share.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from contract_support import target
from contract_support.mutants.client_mutants import CLIENT_MUTANTS
from contract_support.mutants.construct_mutants import CONSTRUCT_MUTANTS
from contract_support.mutants.document_mutants import DOCUMENT_MUTANTS
from contract_support.mutants.mock_mutants import MOCK_MUTANTS
from contract_support.mutants.mutant import Mutant, Verdict, run_mutant, run_without_fault

MUTANTS = (*MOCK_MUTANTS, *DOCUMENT_MUTANTS, *CLIENT_MUTANTS, *CONSTRUCT_MUTANTS)
PROBES = tuple(dict.fromkeys(probe for mutant in MUTANTS for probe in mutant.probes))
PROCESSES = 2
WIDTH = 100


def run_numbered_mutant(number: int, version: str) -> Verdict:
    """Run one mutant by its number: functions that plant faults cannot be sent to another process."""
    return run_mutant(MUTANTS[number], version)


def run_numbered_probe(number: int, version: str) -> list[str]:
    """Run one probe, by its number, without a fault."""
    return run_without_fault(PROBES[number], version)


def main(arguments: list[str]) -> int:
    """Run the mutants of each version and print the tables."""
    if arguments:
        return max(table(version, MUTANTS) for version in arguments)
    versions = target.versions()
    middle = (
        versions[len(versions) // 2],
        tuple({mutant.where: mutant for mutant in reversed(MUTANTS)}.values()),
    )
    return max(table(*pair) for pair in ((versions[0], MUTANTS), middle, (versions[-1], MUTANTS)))


def table(version: str, mutants: tuple[Mutant, ...]) -> int:
    """Run some mutants in one version and print the table; return 1 when one survives."""
    begun = time.monotonic()
    probes = {probe for mutant in mutants for probe in mutant.probes}
    with ProcessPoolExecutor(PROCESSES) as pool:
        numbers = [number for number, mutant in enumerate(MUTANTS) if mutant in mutants]
        verdicts = list(pool.map(run_numbered_mutant, numbers, repeat(version)))
        numbers = [number for number, probe in enumerate(PROBES) if probe in probes]
        results = pool.map(run_numbered_probe, numbers, repeat(version))
        unsound = [complaint for complaints in results for complaint in complaints]
    names = max(len(verdict.mutant) for verdict in verdicts)
    say(f"{'fault':{names}}  {'where':8}  caught by")
    for verdict in verdicts:
        caught = f"{verdict.caught_by}: {verdict.complaint}" if verdict.caught_by else "SURVIVED"
        say(f"{verdict.mutant:{names}}  {verdict.where:8}  {' '.join(caught.split())[:WIDTH]}")
    caught_count = sum(bool(verdict.caught_by) for verdict in verdicts)
    for line in unsound:
        say(f"complains without a fault: {line[:200]}")
    say(f"caught/planted: {caught_count}/{len(mutants)} ({version}, {time.monotonic() - begun:.0f} s)")
    return 0 if caught_count == len(mutants) and not unsound else 1


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
