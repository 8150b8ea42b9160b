"""Many callers at once, as tasks of one loop and as threads."""

from __future__ import annotations

import pytest

from contract_support import target
from contract_support.behaviour.concurrency import WAYS, complaints


@pytest.mark.parametrize("version", target.some_versions())
@pytest.mark.parametrize("way", WAYS)
def test_callers_at_once_do_not_disturb_each_other(version: str, way: str) -> None:
    assert complaints(target.document(version), target.fresh_mock(), WAYS[way]) == []
