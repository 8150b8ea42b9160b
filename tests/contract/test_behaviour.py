"""What no schema says: filters, pages, deletion, values that come back, closed accounts, planted errors."""

from __future__ import annotations

import pytest

from contract_support import fault_pass, target
from contract_support.behaviour import CHECKS


@pytest.mark.parametrize("version", target.versions())
@pytest.mark.parametrize("check", CHECKS)
def test_mock_behaves(version: str, check: str) -> None:
    mock = target.fresh_mock()
    assert CHECKS[check](target.document(version), mock, mock) == []


@pytest.mark.parametrize("version", target.versions())
def test_every_declared_error_is_brought_about_and_fits(version: str) -> None:
    mock = target.fresh_mock()
    assert fault_pass.complaints(target.document(version), mock, mock) == []
