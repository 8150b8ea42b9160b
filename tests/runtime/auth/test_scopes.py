"""Scopes: which ones calls need, and which ones an app may request."""

from __future__ import annotations

import asyncio
import importlib
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aftership_tracking import AfterShip, AsyncAfterShip
from aftership_tracking.documents import document, versions
from aftership_tracking.errors import UsageError
from aftership_tracking.oauth import OAuthApp, Scope, ScopesNeeded, scopes_of
from aftership_tracking.runtime import registry

READ, WRITE = Scope.TRACKING_READ, Scope.TRACKING_WRITE


@pytest.fixture(scope="module")
def client() -> AfterShip:
    return AfterShip("any-key")


def test_scopes_of_calls_sync_and_async(client: AfterShip) -> None:
    found = scopes_of(client.trackings.create, client.couriers.detect)
    assert found == ScopesNeeded(scopes=frozenset({WRITE, Scope.COURIER_WRITE}))
    assert found.unknown == ()
    other = AsyncAfterShip("any-key")
    assert scopes_of(other.trackings.list, type(other.couriers).list).scopes == {READ, Scope.COURIER_READ}
    assert {type(scope) for scope in found.scopes} == {Scope}


def test_recipes_need_what_their_calls_need(client: AfterShip) -> None:
    for trackings in (client.trackings, AsyncAfterShip("any-key").trackings):
        assert scopes_of(trackings.upsert).scopes == {READ, WRITE}
        assert scopes_of(trackings.create_many).scopes == {READ, WRITE}
        assert scopes_of(trackings.upsert_many).scopes == {READ, WRITE}
        assert scopes_of(trackings.changes).scopes == {READ}
        assert scopes_of(trackings.wait_until).scopes == {READ}


def test_every_recipe_says_what_it_calls(client: AfterShip) -> None:
    """A method of the base class that is new must be marked."""
    base = type(client.trackings).__mro__[1]
    own = [name for name in vars(base) if not name.startswith("_")]
    assert len(own) >= 5
    for name in own:
        assert scopes_of(getattr(client.trackings, name)).scopes, name


def test_calls_whose_scope_nobody_documents() -> None:
    resources = importlib.import_module("aftership_tracking.v2024_01.resources.notifications")
    found = scopes_of(resources.Notifications.get, resources.AsyncNotifications.get)
    assert found == ScopesNeeded(scopes=frozenset(), unknown=("notifications.get",))
    unknown = [each.id for each in registry.operations("2024-01").values() if not each.scopes]
    assert len(unknown) == 13


@pytest.mark.parametrize("version", versions())
def test_operations_carry_the_scopes_of_their_document(version: str) -> None:
    raw = document(version)
    declared = {
        each["operationId"]: tuple(each["security"][-1]["OAuth2"])
        for path in raw["paths"].values()
        for each in path.values()
        if isinstance(each, dict) and "operationId" in each
    }
    carried = {each.id: each.scopes for each in registry.operations(version).values()}
    assert carried == declared
    named = Counter(scope for scopes in declared.values() for scope in scopes)
    offered = raw["components"]["securitySchemes"]["OAuth2"]["flows"]["authorizationCode"]["scopes"]
    assert set(named) == set(offered)


# What the page "Available Scopes" says. It is complete, and lists an endpoint that is gone since 2025-04.
DOCUMENTED = {
    Scope.TRACKING_READ: ["GET /trackings", "GET /trackings/{id}"],
    Scope.TRACKING_WRITE: [
        "POST /trackings",
        "PUT /trackings/{id}",
        "DELETE /trackings/{id}",
        "POST /trackings/{id}/retrack",
        "POST /trackings/{id}/mark-as-completed",
    ],
    Scope.COURIER_READ: ["GET /couriers", "GET /couriers/all"],
    Scope.COURIER_WRITE: ["POST /couriers/detect"],
    Scope.ESTIMATED_DELIVERY_DATE_WRITE: [
        "POST /estimated-delivery-date/predict",
        "POST /estimated-delivery-date/predict-batch",
    ],
    Scope.CARRIER_CONNECTION_READ: ["GET /courier-connections", "GET /courier-connections/{id}"],
    Scope.CARRIER_CONNECTION_WRITE: [
        "POST /courier-connections",
        "PATCH /courier-connections/{id}",
        "DELETE /courier-connections/{id}",
    ],
}


def test_scopes_are_those_of_the_documentation() -> None:
    found: dict[str, set[str]] = {}
    for version in versions():
        for each in registry.operations(version).values():
            path = "/".join(part if isinstance(part, str) else "{id}" for part in each.path)
            for scope in each.scopes:
                found.setdefault(scope, set()).add(f"{each.method} /{path}")
    assert found == {scope: set(endpoints) for scope, endpoints in DOCUMENTED.items()}


def test_all_seven_documented_scopes_are_known() -> None:
    assert [str(scope) for scope in Scope] == [
        "aftership:tracking:read",
        "aftership:tracking:write",
        "aftership:courier:read",
        "aftership:courier:write",
        "aftership:estimated_delivery_date:write",
        "aftership:carrier_connection:read",
        "aftership:carrier_connection:write",
    ]
    assert READ.meaning == "Read trackings."
    assert Scope("aftership:new:read").meaning is None
    assert not Scope("aftership:new:read").is_known


def test_other_callables_are_refused_in_a_sentence(client: AfterShip) -> None:
    for wrong in (print, client.request, client.trackings, lambda: 1, "trackings.create", 5):
        with pytest.raises(UsageError, match="methods of a client that make calls"):
            scopes_of(wrong)
    with pytest.raises(UsageError, match=r"client\.trackings\.upsert"):
        scopes_of(type(client.trackings).upsert)
    with pytest.raises(UsageError, match="needs calls"):
        scopes_of()


def test_data_of_a_call_made_by_mistake_is_not_shown() -> None:
    coroutine: Any = asyncio.sleep(0, "1Z-secret")
    with pytest.raises(UsageError) as caught:
        scopes_of({"tracking_number": "1Z-secret"})
    coroutine.close()
    assert "1Z-secret" not in str(caught.value)


def requested(scopes: Any) -> list[str]:
    app = OAuthApp("a", "b", token_url="https://x.example/t", authorize_url="https://x.example/a")
    query = parse_qs(urlsplit(app.authorization_url(state="s", scopes=scopes)).query)
    return query.get("scope", [""])[0].split(" ")


def test_requested_scopes(client: AfterShip) -> None:
    assert requested(scopes_of(client.trackings.upsert).scopes) == [str(READ), str(WRITE)]
    assert requested([WRITE, READ, "aftership:tracking:read"]) == [str(WRITE), str(READ)]
    assert requested([Scope("aftership:new:read")]) == ["aftership:new:read"]
    assert requested(()) == [""]


def test_mistyped_scope_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(
        UsageError, match=r"Did you mean 'aftership:tracking:read'\? .* Scope\('aftership:trackin"
    ):
        requested(["aftership:trackin:read"])
    with pytest.raises(UsageError, match="not a documented scope"):
        requested({"everything"})
    for wrong in ("aftership:tracking:read", 5, [5], [""], [Scope("a b")]):
        with pytest.raises(UsageError, match="scope"):
            requested(wrong)
