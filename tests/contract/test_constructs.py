"""What a document may hold and a version may change works, in the checks that mutants use."""

from __future__ import annotations

import pytest

from contract_support.constructs.checks import CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_constructs(check: str) -> None:
    assert CHECKS[check]() == []
