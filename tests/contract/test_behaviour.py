"""What no schema says: filters, pages, deletion, values that come back, closed accounts, planted errors."""

from __future__ import annotations

import pytest

from contract_support import target
from contract_support.behaviour import declared_errors
from contract_support.behaviour.checks import CHECKS


@pytest.mark.parametrize("version", target.versions())
@pytest.mark.parametrize("check", CHECKS)
def test_mock_behaves(version: str, check: str) -> None:
    mock = target.fresh_mock()
    assert CHECKS[check](target.document(version), mock, mock) == []


@pytest.mark.parametrize("version", target.versions())
def test_every_declared_error_is_caused_and_fits(version: str) -> None:
    mock = target.fresh_mock()
    assert declared_errors.complaints(target.document(version), mock, mock) == []
