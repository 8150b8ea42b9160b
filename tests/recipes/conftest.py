"""What the tests of writing share: a mock behind a wire that can fail, and a caller of either colour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from writing_support.callers import COLOURS, Caller, calling
from writing_support.wire import Wire, new_mock


@pytest.fixture(params=COLOURS)
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def wire() -> Wire:
    return Wire(new_mock())


@pytest.fixture
def caller(colour: str, wire: Wire) -> Iterator[Caller]:
    with calling(colour, wire) as found:
        yield found
