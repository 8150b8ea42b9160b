"""All shapes come from the documents: change a document, and the mock follows it or says that it cannot."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from aftership_tracking.mock import Mock, MockRequest
from aftership_tracking.mock.documents.time_formats import complete_time, cut_to_day, read_zoned
from contract_support.document.installed import ReadOnce

TWO = ("2024-01", "2024-04")


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def test_two_versions_share_the_state_and_have_their_own_shapes(
    edited: Any, world: Any, new_world: Any
) -> None:
    def newer(document: dict[str, Any]) -> None:
        if document["info"]["version"] == "2024-04":
            del schemas(document)["Tracking"]["properties"]["note"]
            document["paths"].pop("/couriers/all")

    both = new_world(options={"documents": edited(newer, TWO)})
    assert both.mock.versions == TWO
    identifier = both.create(note="n")["id"]

    def get(version: str, path: str) -> Any:
        return both.mock.handle(MockRequest.to("GET", f"/tracking/{version}{path}", key="test-key"))

    older, newest = (get(version, f"/trackings/{identifier}") for version in TWO)
    assert older.json["data"]["tracking"]["note"] == "n"
    assert "note" not in newest.json["data"]["tracking"]
    assert (older.headers["as-api-version"], newest.headers["as-api-version"]) == TWO
    assert (get("2024-01", "/couriers/all").status, get("2024-04", "/couriers/all").status) == (200, 404)
    assert get("2023-10", "/couriers").headers["as-api-version"] == "2024-01"
    assert get("2024-02", "/couriers").status == 404
    assert get("2024-07", "/couriers").status == 404


def test_only_the_requested_versions_are_served(edited: Any) -> None:
    source = edited(lambda _: None, TWO)
    assert Mock(versions=["2024-04"], documents=source).versions == ("2024-04",)
    with pytest.raises(ValueError, match="2031-01"):
        Mock(versions=["2031-01"], documents=source)
    with pytest.raises(ValueError, match="no document to serve"):
        Mock(documents=edited(lambda _: None, ()))


class Counting:
    """A source that counts how often each of its documents is read."""

    def __init__(self) -> None:
        self.reads: Counter[str] = Counter()

    versions = staticmethod(ReadOnce.versions)
    data = staticmethod(ReadOnce.data)

    def document(self, version: str) -> dict[str, Any]:
        self.reads[version] += 1
        return ReadOnce.document(version)


class Unhashable(Counting):
    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(("kind", "reads"), [(Counting, 1), (Unhashable, 3)])
def test_mocks_of_one_source_share_what_they_read(kind: type[Counting], reads: int) -> None:
    source = kind()
    for _ in range(3):
        mock = Mock(documents=source)
        for _ in range(2):
            assert mock.handle(MockRequest.to("GET", "/tracking/2025-01/couriers", key="k")).status == 200
    assert source.reads["2025-01"] == reads


def test_what_a_mock_says_does_not_depend_on_other_mocks() -> None:
    """Whatever another mock has loaded, the shape of a refusal without a version is that of this mock."""

    def refuse(mock: Mock) -> tuple[int, bytes]:
        response = mock.handle(MockRequest.to("GET", "/nowhere", key="k"))
        return response.status, response.body

    alone = refuse(Mock(documents=Counting()))
    source = Counting()
    Mock(documents=source).handle(MockRequest.to("GET", "/tracking/2024-01/couriers", key="k"))
    assert refuse(Mock(documents=source)) == alone
    newest = source.versions()[-1]
    assert refuse(Mock([newest], documents=source)) == alone
    assert source.reads == {"2024-01": 1, newest: 1}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda found: found["Tracking"]["properties"].update(active={"type": "string"}), "active/type"),
        (lambda found: found["Tracking"].update(required=["no_such_field"]), "Tracking/required"),
        (lambda found: found["TrackingData"]["required"].append("other"), "TrackingData/required"),
    ],
)
def test_a_response_that_breaks_its_document_is_a_500_that_says_so(
    edited: Any, new_world: Any, change: Any, rule: str
) -> None:
    world = new_world(options={"documents": edited(lambda document: change(schemas(document)))})
    body = {"tracking": {"tracking_number": "PARCEL01", "slug": "usps"}}
    response = world.call("POST", "/trackings", json=body)
    assert (response.status, response.json["meta"]["type"]) == (500, "InternalError")
    assert response.headers["as-mock-hint"].endswith("the mock broke it")
    assert rule in response.headers["as-mock-hint"]


def test_a_strict_document_makes_the_mock_strict(edited: Any, new_world: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        for item in document["paths"].values():
            for method in ("get", "post"):
                item.get(method, {}).pop("x-mock", None)

    world = new_world(options={"documents": edited(change)})
    body = {"tracking": {"tracking_number": "PARCEL01", "slug": "usps", "title": 5}}
    assert world.code("POST", "/trackings", json=body) == 4008
    assert world.code("GET", "/trackings?created_at_min=yesterday") == 4008


def test_codes_follow_the_operation(edited: Any, new_world: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        operation = document["paths"]["/trackings"]["get"]
        operation["x-error-codes"] = [entry for entry in operation["x-error-codes"] if entry["code"] != 4008]

    world = new_world(options={"documents": edited(change)})
    assert world.code("GET", "/trackings?limit=0") == 400


def test_missing_required_parameters_and_headers_are_refused(edited: Any, new_world: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        document["paths"]["/couriers"]["get"]["parameters"] = [
            {"name": "X-Shop", "in": "header", "required": True, "schema": {"type": "integer"}},
            {
                "name": "content-type",
                "in": "header",
                "required": True,
                "schema": {"const": "application/json"},
            },
            {"name": "plan", "in": "query", "required": True, "schema": {"type": "string", "minLength": 1}},
        ]

    world = new_world(options={"documents": edited(change)})
    headers = {"x-shop": "5"}
    assert world.call("GET", "/couriers?plan=a", headers=headers).status == 200
    assert world.code("GET", "/couriers?plan=a") == 400
    assert world.code("GET", "/couriers", headers=headers) == 400
    assert world.code("GET", "/couriers?plan=", headers=headers) == 400
    assert world.code("GET", "/couriers?plan=a", headers={"x-shop": "five"}) == 400


def test_an_operation_without_a_service_responds_from_its_document(edited: Any, new_world: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        document["paths"]["/couriers"]["get"]["x-method"] = "invent"
        operation = document["paths"]["/trackings"]["get"]
        operation["x-method"] = "invent"
        operation["responses"]["200"]["content"]["application/json"].pop("examples")

    world = new_world(options={"documents": edited(change)})
    response = world.call("GET", "/couriers")
    examples = world.document["components"]["examples"]
    assert response.json["data"] in [example["value"]["data"] for example in examples.values()]
    assert response.headers["as-mock-hint"].endswith("no code for couriers.invent: from the document")
    response = world.call("GET", "/trackings")
    assert (response.status, response.json["data"]["trackings"]) == (200, [])


def test_a_failure_of_the_mock_is_a_500_and_is_logged(
    world: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("aftership_tracking.mock.services.couriers.CourierLists._list_of", fail)
    with caplog.at_level(logging.CRITICAL):
        response = world.call("GET", "/couriers")
    assert response.status == 500
    assert "ZeroDivisionError" in response.headers["as-mock-hint"]


def test_the_mock_reaches_into_no_version_package() -> None:
    code = (
        "import sys, aftership_tracking.mock as m; mock = m.Mock();"
        "mock.handle(m.MockRequest.to('GET', '/tracking/2024-01/couriers', key='k'));"
        "pure = {'', '.moves', '.conversions', '.lazy_imports', '.auth', '.auth.hmac_recipe',"
        "'.storage', '.storage.toml_text'};"
        "bad = [name for name in sys.modules if name.startswith('aftership_tracking.v')"
        " or name.startswith('aftership_tracking.runtime')"
        " and name.removeprefix('aftership_tracking.runtime') not in pure];"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_mock_on_a_port_loads_no_http_client() -> None:
    """That is a sixth of its start."""
    code = (
        "import sys, aftership_tracking.cli.application, aftership_tracking.cli.mock;"
        "import aftership_tracking.mock as m, aftership_tracking.mock.wire.http_server;"
        "mock = m.Mock();"
        "mock.handle(m.MockRequest.to('GET', '/tracking/2024-01/couriers', key='k'));"
        "assert 'httpx' not in sys.modules;"
        "assert mock.transport().__class__ is m.MockTransport"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "text", ["2024-W06-2T10:00:00+00:00", "2024-02-06x10:00:00+00:00", "2024-02-06T24:00:00+00:00"]
)
def test_times_that_the_api_does_not_document_are_not_read(text: str) -> None:
    assert read_zoned(text) is None
    assert complete_time(text) is None


@pytest.mark.parametrize("text", ["2024-W06", "2024-02-06+01:00", "20240206-0500"])
def test_a_week_or_a_day_with_a_zone_is_not_a_day(text: str) -> None:
    assert complete_time(text) is None
    assert cut_to_day(text, is_compact=False) is None
