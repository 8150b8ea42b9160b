"""A token store, a service, and clients of the merchants in the store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aftership_tracking import AfterShip
from aftership_tracking.oauth import MemoryTokenStore, Tenants
from oauth_support.merchants import Service, make_app


@pytest.fixture
def store() -> MemoryTokenStore:
    return MemoryTokenStore()


@pytest.fixture
def token_service() -> Service:
    return Service()


@pytest.fixture
def tenants(store: MemoryTokenStore, token_service: Service) -> Iterator[Tenants[AfterShip]]:
    with Tenants(make_app(), store, AfterShip, http_client=token_service, max_retries=0) as found:
        yield found
