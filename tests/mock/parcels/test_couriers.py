"""Every known courier, the couriers that an account has activated, and detection among them."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.mock import ManualClock, Mock, MockRequest
from aftership_tracking.mock.parcels.couriers import Couriers
from contract_support.document.installed import ReadOnce
from version_sample import sample

VERSIONS = ReadOnce.versions()
# What every courier needs besides its slug, so that all can be created.
ALL_FIELDS = {
    "tracking_account_number": "a",
    "tracking_key": "k",
    "tracking_ship_date": "20240201",
    "destination_postal_code": "1",
    "destination_state": "CA",
    "origin_country_region": "USA",
    "destination_country_region": "USA",
}


def call(mock: Mock, method: str, path: str, **parts: Any) -> Any:
    response = mock.handle(MockRequest.to(method, f"/tracking/2026-07{path}", key="k", **parts))
    assert response.status < 300, (response, response.headers)
    return response.json["data"]


def build(**options: Any) -> Mock:
    return Mock(clock=ManualClock(), documents=ReadOnce, **options)


def slugs(data: Any) -> list[str]:
    return [courier["slug"] for courier in data["couriers"]]


def detect(mock: Mock, number: str, **fields: Any) -> list[str]:
    return slugs(call(mock, "POST", "/couriers/detect", json={"tracking_number": number, **fields}))


@pytest.mark.parametrize("version", sample(VERSIONS))
def test_every_known_courier_is_listed_in_every_version(version: str) -> None:
    """Of most couriers little is known; what is not known is null or empty, as the document wants."""
    path = "/couriers/all" if "/couriers/all" in ReadOnce.document(version)["paths"] else "/couriers"
    response = build().handle(MockRequest.to("GET", f"/tracking/{version}{path}", key="k"))
    assert response.status == 200
    found = {courier["slug"]: courier for courier in response.json["data"]["couriers"]}
    assert len(found) == 1555
    assert found["99minutos"]["phone"] is None
    assert found["99minutos"]["required_fields"] == []


def test_a_parcel_of_every_courier_can_be_created() -> None:
    mock = build()
    groups = documents.data("slug-groups")["slug-groups"]
    members = [member for group in groups for member in group["members"]]
    others = slugs(documents.data("more-couriers"))
    for slug in {*members, *others[::50]}:
        body = {"tracking_number": "PARCEL0001", "slug": slug, **ALL_FIELDS}
        assert call(mock, "POST", "/trackings", json=body)["slug"] == slug


def test_an_account_has_activated_what_is_chosen() -> None:
    mock = build(couriers=["royal-mail", "new-courier", {"slug": "own", "name": "Own", "phone": "1"}])
    active = call(mock, "GET", "/couriers?active=true")["couriers"]
    assert [each["slug"] for each in active] == ["royal-mail", "new-courier", "own", "testing-courier"]
    assert [each["name"] for each in active][1:3] == ["new-courier", "Own"]
    assert (active[1]["phone"], active[2]["phone"]) == (None, "1")
    everything = slugs(call(mock, "GET", "/couriers"))
    assert everything[:4] == ["royal-mail", "new-courier", "own", "testing-courier"]
    assert len(everything) == len(set(everything)) == 1557
    assert slugs(call(mock, "GET", "/couriers?active=true&slug=usps,own")) == ["own"]
    assert call(mock, "POST", "/trackings", json={"tracking_number": "X123", "slug": "own"})["slug"] == "own"
    assert detect(mock, "9400191234567800000177") == [], "usps is not activated"
    assert detect(mock, "9400191234567800000177", slug=["usps"]) == ["usps"]
    assert detect(mock, "ITOD-3-42") == ["testing-courier"]


def test_active_false_is_hinted() -> None:
    request = MockRequest.to("GET", "/tracking/2026-07/couriers?active=false&slug=usps", key="k")
    response = build().handle(request)
    assert slugs(response.json["data"]) == ["usps"]
    assert response.headers["as-mock-hint"].startswith("query active: only true filters")


def test_several_couriers_may_be_detected() -> None:
    found = detect(build(), "1234567890")
    assert found[0] == "dhl"
    assert {"australia-post", "gls", "dpd-uk", "purolator"} <= set(found)


def test_a_number_of_no_known_form_may_belong_to_a_named_courier() -> None:
    mock = build()
    assert detect(mock, "ODD/NUMBER") == []
    assert detect(mock, "ODD/NUMBER", slug=["asm", "nobody", "usps"]) == ["usps", "asm"]
    assert detect(mock, "312345678907", slug=["purolator", "asm"]) == ["purolator"]
    assert detect(mock, "", slug=["asm"]) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("My Courier", "'My Courier' is not the slug of a courier; it has small letters"),
        ("", "'' is not the slug"),
        ({"name": "x"}, "None is not the slug"),
        ({"slug": "own", "nme": "x"}, "nme is not a field of a courier; there are: "),
    ],
)
def test_what_is_not_a_courier_is_refused(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(couriers=["usps", wrong])


def test_most_couriers_are_read_only_when_needed() -> None:
    read: list[str] = []

    class Source:
        versions = staticmethod(ReadOnce.versions)
        document = staticmethod(ReadOnce.document)

        @staticmethod
        def data(name: str) -> Any:
            read.append(name)
            return ReadOnce.data(name)

    couriers = Couriers(Source())
    assert read == []
    assert couriers.knows("usps")
    assert couriers.detect("ITOD-3-42") == ["testing-courier"]
    assert "more-couriers" not in read
    assert couriers.knows("asm")
    assert "more-couriers" in read
