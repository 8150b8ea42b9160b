"""A partner app of the mock."""

from __future__ import annotations

import pytest

from oauth_support.partner import Partner


@pytest.fixture
def partner() -> Partner:
    return Partner()
