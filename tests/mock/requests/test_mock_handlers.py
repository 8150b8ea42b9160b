"""Each handler alone, on an exchange that is built by hand."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.mock import ManualClock, MockRequest
from aftership_tracking.mock.accounts.store import Store, StoredObject
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.pipeline.authenticate import Authenticate
from aftership_tracking.mock.pipeline.faults import Faults, PlannedFault
from aftership_tracking.mock.pipeline.finish import Finish
from aftership_tracking.mock.pipeline.journal import Journal
from aftership_tracking.mock.pipeline.limits import BodyLimit, RequestCounts, RequestLimit
from aftership_tracking.mock.pipeline.other_versions import OtherVersions
from aftership_tracking.mock.pipeline.route import Route
from aftership_tracking.mock.pipeline.serve import Serve
from aftership_tracking.mock.pipeline.validate_request import (
    LONGEST_REMEMBERED,
    MOST_REMEMBERED,
    ValidateRequest,
)
from aftership_tracking.mock.pipeline.validate_response import ValidateResponse
from aftership_tracking.mock.refusal import Refusal, refuse
from aftership_tracking.mock.services.service_call import ServiceCall
from aftership_tracking.mock.services.table import Services
from aftership_tracking.mock.wire.message import MAX_BODY_BYTES

SERVED = ServedVersions(documents, None)


def exchange(method: str = "GET", target: str = "/tracking/2024-01/trackings", **parts: Any) -> Exchange:
    return Exchange(MockRequest.to(method, target, **parts), SERVED.newest, "trace")


def route_request(method: str = "GET", target: str = "/tracking/2024-01/trackings", **parts: Any) -> Exchange:
    found = exchange(method, target, **parts)
    Route(SERVED)(found)
    return found


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/trackings", "get-trackings"),
        ("GET", "/trackings/x", "get-tracking-by-id"),
        ("GET", "/trackings/", "get-tracking-by-id"),
        ("POST", "/trackings/x/retrack", "retrack-tracking-by-id"),
        ("GET", "/trackings/usps/RETRACK", "get-tracking-by-slug-tracking-number"),
        ("POST", "/trackings/x/y/retrack", "retrack-tracking-by-slug-tracking-number"),
        ("GET", "/couriers/all", "get-all-couriers"),
        ("POST", "/notifications/x/add", "add-notification-by-tracking-id"),
        ("GET", "/notifications/x/ADD", "get-notification-by-slug-tracking-number"),
        ("GET", "/trackings/a%2Fb", "get-tracking-by-id"),
    ],
)
def test_route_finds_the_operation(method: str, path: str, operation: str) -> None:
    assert route_request(method, f"/tracking/2024-01{path}").routed_operation.id == operation


def test_route_finds_a_path_that_comes_again_by_its_method_and_as_it_is_written() -> None:
    route = Route(SERVED)

    def find(method: str, path: bytes) -> Exchange:
        found = Exchange(MockRequest(method, path), SERVED.newest, "trace")
        route(found)
        return found

    for _ in range(2):
        for version in (SERVED.versions[0], SERVED.versions[-1]):
            found = find("GET", f"/tracking/{version}/trackings".encode())
            assert (found.routed_operation.id, found.api.version) == ("get-trackings", version)
        # The name of a placeholder is a value like any other.
        named = find("GET", b"/tracking/2026-07/trackings/{id}")
        assert named.path_values == {"id": b"{id}"}
        assert find("GET", b"/tracking/2026%2D07/trackings").routed_operation.id == "get-trackings"
        with pytest.raises(Refusal, match="405"):
            find("PATCH", b"/tracking/2026-07/trackings")
        # One that is older than all is served by the oldest, and its caller learns that from the header.
        assert find("GET", b"/tracking/2020-01/trackings").api.version == SERVED.versions[0]
    for number in range(1000):
        find("GET", f"/tracking/2026-07/trackings/{number}".encode())
    assert len(route._known) == 2


@pytest.mark.parametrize("version", SERVED.versions)
def test_every_documented_operation_is_reached(version: str) -> None:
    for operation in SERVED.load(version)[0].operations:
        path = operation.template.replace("{", "x").replace("}", "y")
        assert route_request(operation.method, f"/tracking/{version}{path}").routed_operation is operation


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/tracking",
        "/tracking/2024-01",
        "/tracking/2024-01/",
        "/tracking/2024-01/nothing",
        "/v4/trackings",
    ],
)
def test_route_refuses_unknown_paths(path: str) -> None:
    with pytest.raises(Refusal) as caught:
        route_request("GET", path)
    assert caught.value.codes == (404,)


@pytest.mark.parametrize("version", ["2031-01", "2024-02", "latest", "", "%ff", "2024-1", "٢٠٢٤-٠١"])
def test_route_refuses_unknown_versions(version: str) -> None:
    with pytest.raises(Refusal, match="no such version"):
        route_request("GET", f"/tracking/{version}/trackings")


def test_a_path_that_ends_with_its_version_gets_that_version(world: Any) -> None:
    for version in documents.versions():
        for path in (f"/tracking/{version}", f"/tracking/{version}/"):
            response = world.mock.handle(MockRequest.to("GET", path, key="k"))
            assert (response.status, response.headers["as-api-version"]) == (404, version)


def test_route_lets_the_oldest_version_serve_older_ones() -> None:
    assert route_request("GET", "/tracking/2023-10/trackings").api.version == "2024-01"


@pytest.mark.parametrize(
    ("path", "allow"),
    [("/trackings", "GET, POST"), ("/trackings/x", "DELETE, GET, PUT"), ("/trackings/x/retrack", "POST")],
)
@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get"])
def test_route_refuses_unknown_methods(path: str, allow: str, method: str) -> None:
    with pytest.raises(Refusal) as caught:
        route_request(method, f"/tracking/2024-01{path}")
    assert caught.value.status == 405
    assert caught.value.headers == {"allow": allow}


@pytest.mark.parametrize(
    "headers", [{}, {"as-api-key": ""}, {"as-api-key": "  "}, {"aftership-api-key": "good-key"}]
)
def test_authenticate_requires_a_key(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as caught:
        Authenticate(Store(1), None)(exchange(headers=headers))
    assert caught.value.codes == (401,)


def test_authenticate_knows_the_keys_it_was_given() -> None:
    store = Store(1)
    check = Authenticate(store, ["good-key"])
    with pytest.raises(Refusal, match="not a key") as caught:
        check(exchange(key="another"))
    assert "another" not in str(caught.value)
    passed = exchange(key="good-key")
    check(passed)
    assert passed.account is store.account("good-key")


def test_body_limit() -> None:
    BodyLimit()(exchange("POST", body=b" " * MAX_BODY_BYTES))
    with pytest.raises(Refusal):
        BodyLimit()(exchange("POST", body=b" " * (MAX_BODY_BYTES + 1)))


def test_limit_counts_and_refuses_only_when_it_is_enforced() -> None:
    clock = ManualClock()
    counts = RequestCounts()
    counting, enforcing = (RequestLimit(counts, clock, enforce=enforce) for enforce in (False, True))
    remaining = []
    for _ in range(12):
        passed = route_request(key="k")
        counting(passed)
        assert passed.allowance
        remaining.append(passed.allowance.remaining)
    assert remaining == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]
    with pytest.raises(Refusal) as caught:
        enforcing(route_request(key="k"))
    assert caught.value.codes == (429,)
    clock.advance(1)
    enforcing(route_request(key="k"))


def test_fault_fails_as_many_requests_as_planned() -> None:
    faults = Faults()
    handler = PlannedFault(faults)
    faults.add(503, times=2, operation_id="get-trackings")
    handler(route_request("GET", "/tracking/2024-01/couriers"))
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            handler(route_request())
        assert caught.value.status == 503
    handler(route_request())


def test_validate_request_reads_everything() -> None:
    found = route_request(
        "PUT", "/tracking/2024-01/trackings/a%2Fb/c%20d?tracking_key=k%2B", json={"tracking": {"note": "n"}}
    )
    ValidateRequest(OtherVersions(SERVED))(found)
    assert found.path == {"slug": "a/b", "tracking_number": "c d"}
    assert found.query == {"tracking_key": "k+"}
    assert found.body == {"note": "n"}


def test_validate_request_says_what_the_rule_is() -> None:
    with pytest.raises(Refusal) as caught:
        ValidateRequest(OtherVersions(SERVED))(route_request("GET", "/tracking/2024-01/trackings?limit=500"))
    assert caught.value.hint == "query limit: may be at most 200"


def test_a_query_that_comes_again_is_read_as_the_document_of_its_operation_says() -> None:
    validate = ValidateRequest(OtherVersions(SERVED))
    targets = ("/tracking/2024-01/trackings", "/tracking/2026-07/trackings", "/tracking/2026-07/couriers")
    read = []
    for _ in range(2):
        for target in targets:
            found = route_request(target=f"{target}?page=2&limit=5&active=true")
            validate(found)
            read.append((found.query, found.sent_query))
    assert read[:3] == read[3:]
    assert [query for query, _ in read[:3]] == [{"page": 2, "limit": 5}, {"limit": 5}, {"active": True}]
    assert {tuple(sent) for _, sent in read if sent} == {("page", "limit", "active")}


def test_a_refused_query_is_refused_again() -> None:
    validate = ValidateRequest(OtherVersions(SERVED))
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            validate(route_request(target="/tracking/2024-01/trackings?limit=many"))
        assert "limit" in caught.value.hint


def test_invented_queries_leave_little_in_memory() -> None:
    validate = ValidateRequest(OtherVersions(SERVED))
    for number in range(3 * MOST_REMEMBERED):
        validate(route_request(target=f"/tracking/2024-01/trackings?keyword=invented-{number}"))
    validate(route_request(target=f"/tracking/2024-01/trackings?keyword={'x' * LONGEST_REMEMBERED}"))
    remembered = validate._accepted
    assert 0 < len(remembered) <= MOST_REMEMBERED
    assert max(len(query) for _, _, query in remembered) <= LONGEST_REMEMBERED


def test_serve_takes_the_service_of_the_operation() -> None:
    found = route_request("GET", "/tracking/2024-01/couriers", key="k")
    Authenticate(Store(1), None)(found)
    services = Services(
        {("couriers", "list"): lambda _: {"total": 0, "couriers": [], "undeclared": 1}},
        otherwise=lambda _: {"total": 1, "couriers": []},
    )
    Serve(services, ManualClock(), ValidateResponse())(found)
    assert (found.status, found.code) == (200, 200)
    assert found.envelope == {"meta": {"code": 200}, "data": {"total": 0, "couriers": []}}
    found = route_request("GET", "/tracking/2024-01/couriers/all", key="k")
    Authenticate(Store(1), None)(found)
    Serve(services, ManualClock(), ValidateResponse())(found)
    assert found.envelope == {"meta": {"code": 200}, "data": {"total": 1, "couriers": []}}


def test_serve_refuses_a_response_that_breaks_its_document_and_undoes_what_it_did() -> None:
    found = route_request("GET", "/tracking/2024-01/couriers", key="k")
    store = Store(1)
    Authenticate(store, None)(found)

    def store_and_break(call: ServiceCall) -> Any:
        call.account.store_object(("/lockers", ()), StoredObject(1, {}))
        return {"total": "none", "couriers": []}

    services = Services({}, otherwise=store_and_break)
    with pytest.raises(Refusal, match="500: response data/total: type"):
        Serve(services, ManualClock(), ValidateResponse())(found)
    assert store.account("k").objects == {}


def test_validate_response_refuses_a_broken_response() -> None:
    found = route_request()
    found.status, found.envelope = 200, {"meta": {"code": 200}, "data": {"page": "secret"}}
    with pytest.raises(Refusal) as caught:
        ValidateResponse()(found)
    assert caught.value.codes == (500,)
    assert "the mock broke it" in caught.value.hint
    assert "#/components/schemas/TrackingList/" in caught.value.hint
    assert "secret" not in caught.value.hint


def test_validate_response_refuses_undeclared_statuses() -> None:
    found = route_request()
    found.status, found.envelope = 418, {"meta": {"code": 418}, "data": {}}
    with pytest.raises(Refusal, match=r"500: .* lacks 418"):
        ValidateResponse()(found)


def test_finish_writes_all_headers_and_the_journal() -> None:
    journal = Journal()
    found = route_request()
    found.api_key = "0123456789abcdef"
    refuse(found, Refusal((404,), "why: émigré"))
    response = Finish(RequestCounts(), ManualClock(), journal)(found)
    assert dict(response.headers) == {
        "content-type": "application/json",
        "as-api-version": "2024-01",
        "x-ratelimit-limit": "10",
        "x-ratelimit-remaining": "10",
        "x-ratelimit-reset": "1707214531",
        "as-trace-id": "trace",
        "as-mock-hint": "why: \\xe9migr\\xe9",
        "content-length": str(len(response.body)),
    }
    (record,) = journal
    assert (record.operation_id, record.status, record.api_key) == ("get-trackings", 404, "***cdef")
