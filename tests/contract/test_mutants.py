"""The mutants themselves: a planted fault is found, and without a fault no check complains.

All mutants run in `make mutants`, in the oldest version too, and some between; here run a few cheap ones of
each kind in the newest.
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
NEWEST = target.versions()[-1]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.where}: {mutant.name}")
def test_planted_fault_is_caught(mutant: Mutant) -> None:
    assert run_mutant(mutant, NEWEST).caught_by
    assert [complaint for probe in mutant.probes for complaint in run_without_fault(probe, NEWEST)] == []


def test_a_fault_that_nobody_looks_for_survives() -> None:
    blind = Mutant("nothing", "mock", lambda world: None, (lambda world: [],))
    assert run_mutant(blind, NEWEST).caught_by == ""


def test_names_of_mutants_are_unique() -> None:
    names = [(mutant.where, mutant.name) for mutant in ALL]
    assert len(names) == len(set(names)) >= 12
