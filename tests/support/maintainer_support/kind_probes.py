"""Asks a mock, over HTTP alone, whether it follows each kind of change; prints the results as JSON.

Run as a script with the name of an API version, by the Python of the copy that has the version. A probe that
holds for the version before proves nothing, and the rehearsal refuses it.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from aftership_tracking.mock import Mock

_NUMBERS = itertools.count(6436426452000)
_ADDRESS = {"country_region": "USA", "state": "CO", "city": "Denver", "postal_code": "80202"}
SHOP = {"shop_id": 17}
"""A field that every request needs since one of the changes."""
PREDICTION = {
    "slug": "usps", "origin_address": _ADDRESS, "destination_address": _ADDRESS,
    "pickup_time": "2024-02-07 15:00:00",
}  # fmt: skip


class Account:
    """One account of a mock, in one API version."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._client = httpx.Client(transport=Mock().transport(), base_url="https://api.aftership.com")

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """The response of one request."""
        return self._client.request(
            method, f"/tracking/{self._version}{path}", json=body, headers={"as-api-key": "k"}
        )

    def create(self, **fields: Any) -> httpx.Response:
        """The response to a tracking that is created with a number of its own."""
        number = f"ITOD-3-{next(_NUMBERS)}"
        return self.ask(
            "POST", "/trackings", {"tracking_number": number, "slug": "testing-courier", **SHOP, **fields}
        )

    def tracking(self, **fields: Any) -> dict[str, Any]:
        """A new tracking, read back."""
        made = self.create(**fields).json()["data"]
        found: dict[str, Any] = self.ask("GET", f"/trackings/{made['id']}").json()["data"]
        return found


def _pickup(account: Account) -> bool:
    moved = account.tracking(pickup_location="Gate 4", pickup_note="Ring")
    return moved.get("pickup") == {"location": "Gate 4", "note": "Ring"} and "pickup_note" not in moved


def _names(account: Account) -> bool:
    found = account.tracking()
    return "recipient_name" in found and "signed_by" not in found


def _search(account: Account) -> bool:
    account.tracking(title="first of two")
    account.tracking(title="second of two")
    found = account.ask("GET", "/trackings?search=second").json()
    return [one["title"] for one in found["data"]["trackings"]] == ["second of two"]


def _completed(account: Account, body: Any) -> int:
    made = account.tracking()
    return account.ask("POST", f"/trackings/{made['id']}/mark-as-completed", body).status_code


CONNECTION = {**SHOP, "courier_slug": "fedex", "credentials": {"account_number": "1"}}


def _summaries(account: Account) -> bool:
    known = f"/trackings/{account.tracking()['id']}/events-summary"
    paths = ("/events-summary", "/shops/berlin/events-summary", known)
    found = [account.ask("GET", path).status_code for path in paths]
    unknown = ("/shops/paris/events-summary", "/trackings/none/events-summary")
    return found == [200] * 3 and [account.ask("GET", path).status_code for path in unknown] == [404] * 2


def _note(account: Account) -> bool:
    made = account.tracking(note="first")
    path = f"/trackings/{made['id']}"
    read = [made["note"]]
    for sent in ("second", ""):
        account.ask("PUT", path, {**SHOP, "note": sent})
        read.append(account.ask("GET", path).json()["data"]["note"])
    return read == [{"text": "first"}, {"text": "second"}, None]


def _last_mile(account: Account) -> bool:
    moved = account.tracking(last_mile={"tracking_number": "RR123456785GB", "slug": "royal-mail"})
    return moved["last_mile"].get("courier") == {"slug": "royal-mail"}


def _shop(account: Account) -> bool:
    outside = account.create(shop_id=10000).status_code
    without = account.ask("POST", "/trackings", {"tracking_number": "ZX900100200US", "slug": "usps"})
    return (outside, without.status_code) == (400, 400)


def _returns(account: Account) -> bool:
    made = [
        account.ask("POST", "/returns", {"tracking_id": "t", "reason": reason}).json()["data"]["id"]
        for reason in ("damaged", "unwanted", "unwanted")
    ]
    page = account.ask("GET", "/returns?limit=2&reason=unwanted")
    found = [one["id"] for one in page.json()["data"]["returns"]]
    gone = account.ask("DELETE", f"/returns/{made[0]}").status_code
    after = account.ask("GET", f"/returns/{made[0]}")
    says = after.headers["as-mock-hint"] + page.headers["as-mock-hint"]
    is_clear = "has no GET" not in says and "from the document" not in says
    return is_clear and (found, gone, after.status_code) == (made[:0:-1], 200, 404)


def _kinds_of_return(account: Account) -> bool:
    made = account.tracking(shipment_direction="courier_return")
    path = f"/trackings/{made['id']}"
    account.ask("PUT", path, {**SHOP, "shipment_direction": "recipient_return"})
    read = [made, account.ask("GET", path).json()["data"]]
    return [one["shipment_direction"] for one in read] == ["courier_return", "recipient_return"]


def _refreshes(account: Account) -> bool:
    response = account.ask("POST", f"/trackings/{account.tracking()['id']}/refresh")
    return (response.status_code, response.content) == (202, b"")


def _filters(account: Account) -> bool:
    account.tracking()
    found = [
        account.ask("GET", f"/trackings?active={value}").json()["data"]["trackings"]
        for value in ("true", "false")
    ]
    unknown = account.ask("GET", "/trackings?delivery_types=a,b").headers["as-mock-hint"]
    return [len(one) for one in found] == [1, 0] and "does not filter" in unknown


PROBES: Mapping[str, Callable[[Account], bool]] = {
    "shop-id": _shop,
    "summaries": _summaries,
    "last-mile-courier": _last_mile,
    "note-object": _note,
    "weight-filter": lambda one: one.ask("GET", "/trackings?weight[min]=two").status_code == 400,
    "kinds-of-return": _kinds_of_return,
    "delivery-spots": lambda one: one.tracking()["delivery_location_type"] == [],
    "returns": _returns,
    "refreshes": _refreshes,
    "insurance": lambda one: "insurance" in one.tracking(),
    "more-filters": _filters,
    "own-delivery-types": lambda one: one.create(delivery_type="pickup_at_courier").status_code == 400,
    "destroyed-parcels": lambda one: _completed(one, {"completion": {"reason": "DESTROYED"}}) == 200,
    "recipient-name": _names,
    "no-time-difference": lambda one: "on_time_difference" not in one.tracking(),
    "pickup-object": _pickup,
    "connection-label": lambda one: one.ask("POST", "/courier-connections", CONNECTION).status_code == 400,
    "customers-with-role": lambda one: one.create(customers=[{"email": "a@example.com"}]).status_code == 400,
    "shorter-titles": lambda one: one.create(title="x" * 201).status_code == 400,
    "search-trackings": _search,
    "courier-holidays": lambda one: one.ask("GET", "/couriers/holidays").status_code == 200,
    "no-batch": lambda one: (
        one.ask(
            "POST", "/estimated-delivery-date/predict-batch", {"estimated_delivery_dates": [PREDICTION]}
        ).status_code
        == 404
    ),
    "tracking-retracks": lambda one: (
        one.ask("POST", f"/trackings/{one.tracking()['id']}/retracks").json()["meta"]["code"] != 404
    ),
    "predictions-in-data": lambda one: (
        "slug"
        in one.ask("POST", "/estimated-delivery-date/predict", PREDICTION)
        .json()["data"]
        .get("estimated_delivery_date")
    ),
    "wrapped-completion": lambda one: _completed(one, {"completion": {"reason": "LOST"}}) == 200,
    "connections-with-200": lambda one: (
        one.ask("POST", "/courier-connections", {**CONNECTION, "label": "Ours"}).status_code == 200
    ),
    "slower-creation": lambda one: one.create().headers["x-ratelimit-limit"] == "10",
    "smaller-pages": lambda one: one.ask("GET", "/trackings?limit=150").status_code == 400,
    "couriers-in-pages": lambda one: "pagination" in one.ask("GET", "/couriers?limit=1").json()["data"],
}


def results(version: str) -> dict[str, bool]:
    """Whether each probe holds; one that fails does not hold."""
    found = {}
    for change, probe in PROBES.items():
        try:
            found[change] = probe(Account(version))
        except (LookupError, TypeError, ValueError, AttributeError):  # a response of another shape
            found[change] = False
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(results(sys.argv[1])))
