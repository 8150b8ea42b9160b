"""A mock with a visitor of its explorer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aftership_tracking.mock import ManualClock, Mock
from contract_support.document.installed import ReadOnce
from explorer_support.visitor import Visitor

KEY = "shop-key-1234567"


def build_visitor(**options: object) -> Visitor:
    return Visitor(Mock(clock=ManualClock(), documents=ReadOnce, **options))  # type: ignore[arg-type]


@pytest.fixture
def visitor() -> Visitor:
    return build_visitor()


@pytest.fixture
def stocked() -> Visitor:
    """With an account that has trackings and a connection to a courier."""
    found = build_visitor()
    stock(found.mock)
    return found


@pytest.fixture
def new_visitor() -> object:
    return build_visitor


@pytest.fixture(scope="module")
def reader() -> Iterator[Visitor]:
    """For tests that only open pages: they share one mock."""
    return build_visitor()


def stock(mock: Mock) -> None:
    template = {"slug": "dhl", "tag": "InTransit", "title": "Order {n}"}
    mock.seed(count=3, template=template, key=KEY)
