"""Fixtures of the tests of writing: a mock behind a wire that can fail, and a sync and an async caller."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from writing_support.callers import VARIANTS, Caller, open_caller
from writing_support.wire import Wire, new_mock


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def wire() -> Wire:
    return Wire(new_mock())


@pytest.fixture
def caller(variant: str, wire: Wire) -> Iterator[Caller]:
    with open_caller(variant, wire) as found:
        yield found
