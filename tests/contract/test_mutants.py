"""The mutants themselves: a planted fault is found, and without a fault no check complains.

All mutants run in `make mutants`; here run a few cheap ones of each kind.
"""

from __future__ import annotations

import pytest

from contract_support import target
from contract_support.mutants.client_mutants import CLIENT_MUTANTS
from contract_support.mutants.construct_mutants import CONSTRUCT_MUTANTS
from contract_support.mutants.document_mutants import DOCUMENT_MUTANTS
from contract_support.mutants.mock_mutants import MOCK_MUTANTS
from contract_support.mutants.mutant import Mutant, run_mutant, run_without_fault

FEW = {
    "dropped filter: tag",
    "missing response header",
    "a key of checkpoints lost",
    "lost null: order_id",
    "broken link",
    "value of an enum lost",
    "another verb",
}
ALL = (*MOCK_MUTANTS, *DOCUMENT_MUTANTS, *CLIENT_MUTANTS, *CONSTRUCT_MUTANTS)
# Those of constructs are quick, and the same in each version.
MUTANTS = [mutant for mutant in ALL if mutant.name in FEW or mutant.where == "construct"]
OLDEST, *BETWEEN, NEWEST = target.versions()
MIDDLE = BETWEEN[len(BETWEEN) // 2]
# Between, there are fewer examples, and the checks must work there too.
FEWER = {"dropped filter: tag", "a key of checkpoints lost", "lost null: order_id", "another verb"}
CASES = [
    pytest.param(version, mutant, id=f"{version}-{mutant.where}: {mutant.name}")
    for version in (OLDEST, MIDDLE, NEWEST)
    for mutant in MUTANTS
    if version == NEWEST or mutant.name in FEWER
]


@pytest.mark.parametrize(("version", "mutant"), CASES)
def test_planted_fault_is_caught(version: str, mutant: Mutant) -> None:
    assert run_mutant(mutant, version).caught_by
    assert [complaint for probe in mutant.probes for complaint in run_without_fault(probe, version)] == []


def test_a_fault_that_nobody_looks_for_survives() -> None:
    blind = Mutant("nothing", "mock", lambda world: None, (lambda world: [],))
    assert run_mutant(blind, NEWEST).caught_by == ""


def test_names_of_mutants_are_unique() -> None:
    names = [(mutant.where, mutant.name) for mutant in ALL]
    assert len(names) == len(set(names)) >= 12
