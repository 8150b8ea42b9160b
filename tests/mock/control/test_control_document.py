"""The OpenAPI document of the control API: valid, complete, and true to what comes back."""

from __future__ import annotations

import copy
import json
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import validate

from aftership_tracking import documents
from aftership_tracking.mock import MockApp, MockOAuth
from aftership_tracking.mock.control import bodies
from aftership_tracking.mock.control.application import ROUTES, read_document

DOCUMENT = read_document()
APP = MockApp(
    client_id="app",
    client_secret="s",
    redirect_uris=["http://127.0.0.1:1/back"],
    scopes=["aftership:tracking:read"],
    app_url="http://127.0.0.1:1/",
)
CONSENT = "http://mock/oauth/authorize?response_type=code&client_id=app&state=s"
BODIES = [
    kind
    for kind in vars(bodies).values()
    if isinstance(kind, type) and issubclass(kind, bodies.Body) and kind is not bodies.Body
]


def find_contradictions(document: dict[str, Any], response: Any, template: str, method: str) -> list[str]:
    """What of a response the document does not have."""
    declared = document["paths"][template][method]["responses"]
    wanted = declared.get(str(response.status_code), declared["default"])
    if "$ref" in wanted:
        wanted = document["components"]["responses"][wanted["$ref"].rsplit("/", 1)[1]]
    schema = {"components": document["components"], **wanted["content"]["application/json"]["schema"]}
    import jsonschema  # it takes seconds, and every worker imports this module

    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(response.json())]


def test_it_is_valid() -> None:
    validate(copy.deepcopy(DOCUMENT))


def test_it_has_every_route_and_no_other() -> None:
    routes = {f"/{path}": {method.lower() for method in methods} for path, methods in ROUTES.items()}
    assert routes == {path: set(item) for path, item in DOCUMENT["paths"].items()}


@pytest.mark.parametrize("kind", BODIES, ids=lambda kind: kind.__name__)
def test_every_body_has_its_fields_and_no_other(kind: type[bodies.Body]) -> None:
    schema = DOCUMENT["components"]["schemas"][kind.__name__]
    assert [field.name for field in msgspec.structs.fields(kind)] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    required = [field.name for field in msgspec.structs.fields(kind) if field.required]
    assert required == schema.get("required", [])


def test_every_operation_responds_as_it_says(new_sandbox: Any) -> None:
    """Each one once with success, and once refused where it takes a body."""
    sandbox = new_sandbox(options={"tokens": MockOAuth(apps=[APP])})
    snapshot = sandbox.get("snapshot")
    parcel = sandbox.create()
    calls = [
        ("GET", "/health", "/health", None),
        ("POST", "/webhooks", "/webhooks", {"url": "http://127.0.0.1:1/x", "secret": "s"}),
        ("GET", "/webhooks", "/webhooks", None),
        ("POST", "/trackings/{id}", f"/trackings/{parcel['id']}", {"tag": "Delivered"}),
        ("GET", "/webhooks/deliveries", "/webhooks/deliveries", None),
        ("POST", "/webhooks/chaos", "/webhooks/chaos", {"duplicates": 0.5}),
        ("POST", "/faults", "/faults", {"status": 429, "headers": {"a": "b"}, "query": {"cursor": "*"}}),
        ("POST", "/faults", "/faults", {"body": {"kind": "null", "at": "data"}, "delay": 0.1}),
        ("GET", "/faults", "/faults", None),
        ("POST", "/faults/{id}", "/faults/1", {"on": False}),
        ("DELETE", "/faults/{id}", "/faults/1", None),
        ("DELETE", "/faults", "/faults", None),
        ("GET", "/clock", "/clock", None),
        ("POST", "/clock", "/clock", {"advance": "1h"}),
        ("GET", "/requests", "/requests", None),
        ("GET", "/requests.har", "/requests.har", None),
        ("POST", "/verify", "/verify", {"expect": [{"operation": "trackings.create"}]}),
        ("POST", "/verify", "/verify", {"expect": [{"operation": "trackings.list"}], "complete": True}),
        ("POST", "/seed", "/seed", {"key": "k", "count": 2}),
        ("GET", "/snapshot", "/snapshot", None),
        ("POST", "/snapshot", "/snapshot", snapshot),
        ("DELETE", "/webhooks/{id}", "/webhooks/1", None),
        ("POST", "/oauth/install", "/oauth/install", {"client_id": "app", "merchant": "merchant-1"}),
        ("POST", "/oauth/authorize", "/oauth/authorize", {"url": CONSENT, "merchant": "merchant-1"}),
        ("GET", "/oauth", "/oauth", None),
        ("POST", "/oauth/uninstall", "/oauth/uninstall", {"merchant": "merchant-1"}),
        ("POST", "/reset", "/reset", {}),
        ("GET", "/openapi.json", "/openapi.json", None),
        ("GET", "/openapi/{version}.json", "/openapi/2024-01.json", None),
    ]
    # An event of its own for the replay, before the reset.
    covered = set()
    for method, template, path, body in calls:
        parts = {} if body is None else {"json": body}
        response = sandbox.client.request(method, f"/_mock{path}", **parts)
        declared = DOCUMENT["paths"][template][method.lower()]["responses"]
        assert str(response.status_code) in declared, (path, response.text)
        assert find_contradictions(DOCUMENT, response, template, method.lower()) == []
        covered.add((template, method.lower()))
    every = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert every - covered == {("/webhooks/replay", "post")}  # test_control_webhooks.py has it


def test_refusals_are_as_it_says(sandbox: Any) -> None:
    for template, item in DOCUMENT["paths"].items():
        if "post" in item:
            path = template.replace("{id}", "x")
            response = sandbox.client.post(f"/_mock{path}", json={"no such field": 1})
            assert response.status_code in (400, 404), path
            assert find_contradictions(DOCUMENT, response, template, "post") == []
            assert response.json()["error"]["code"] in ("unknown-field", "not-a-snapshot")


def test_a_contradiction_is_found(sandbox: Any) -> None:
    changed = copy.deepcopy(DOCUMENT)
    changed["components"]["schemas"]["Clock"]["required"].append("missing")
    response = sandbox.client.get("/_mock/clock")
    assert find_contradictions(changed, response, "/clock", "get")


def test_the_documents_of_all_versions_are_served(new_sandbox: Any) -> None:
    sandbox = new_sandbox(options={"versions": documents.versions()})
    for version in documents.versions():
        found, document = sandbox.get(f"openapi/{version}.json?constraints=all"), documents.document(version)
        own, *others = found.pop("servers")
        assert own["url"] == f"/tracking/{version}"
        assert {**found, "servers": others} == document
    response = sandbox.client.get("/_mock/openapi/2020-01.json")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown-version")
    response = sandbox.client.get("/_mock/openapi/2024-01.json?constraints=some")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "wrong-value")


def test_a_served_document_has_the_rules_that_the_mock_enforces(sandbox: Any) -> None:
    """A documented limit stays; one that a later version shows, or that somebody believes, is not there."""

    def rules(version: str, constraints: str) -> set[str]:
        found = sandbox.get(f"openapi/{version}.json?constraints={constraints}")
        served = {**found, "servers": found["servers"][1:]}
        assert served == sandbox.mock.document(version, constraints=constraints)
        return {
            f"{schema}.{name} {keyword} {mark}"
            for schema, content in found["components"]["schemas"].items()
            for name, value in content.get("properties", {}).items()
            for keyword, mark in value.get("x-constraints", {}).items()
            if keyword in value
        }

    for version in ("2024-01", "2026-07"):
        believed, enforced = rules(version, "all"), rules(version, "enforced")
        assert enforced == {rule for rule in believed if rule.endswith(" documented")}
        assert sandbox.get(f"openapi/{version}.json") == sandbox.get(
            f"openapi/{version}.json?constraints=enforced"
        )
    assert believed > enforced > set()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "unknown-path"),
        ("GET", "/health/", 404, "unknown-path"),
        ("GET", "/trackings/a/b", 404, "unknown-path"),
        ("GET", "/openapi/.json", 404, "unknown-path"),
        ("PUT", "/clock", 405, "method-not-allowed"),
        ("OPTIONS", "/clock", 405, "method-not-allowed"),
        ("GET", "/trackings/x", 405, "method-not-allowed"),
    ],
)
def test_other_paths_and_methods(sandbox: Any, method: str, path: str, status: int, code: str) -> None:
    response = sandbox.client.request(method, f"/_mock{path}")
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert ("allow" in response.headers) == (status == 405)


def test_head_is_a_get_without_a_body(sandbox: Any) -> None:
    response = sandbox.client.head("/_mock/health")
    assert (response.status_code, response.content) == (200, b"")


def test_control_requests_are_not_in_the_journal(sandbox: Any) -> None:
    sandbox.get("clock")
    assert len(sandbox.mock.journal) == 0


def test_a_fault_of_the_mock_is_reported_as_json(sandbox: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(sandbox.mock, "har", lambda: 1 / 0)
    response = sandbox.client.get("/_mock/requests.har")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "mock-failed")


ODD_VALUES = (
    None,
    True,
    0,
    -1,
    1.5,
    1e300,
    2**70,
    "",
    "x",
    "\x00",
    "9" * 5000,
    [],
    [1],
    [{}],
    {},
    {"a": 1},
    [["a"]],
)
TARGETS = {
    "reset": bodies.ResetBody,
    "seed": bodies.SeedBody,
    "trackings/{id}": bodies.TrackingBody,
    "clock": bodies.ClockBody,
    "faults": bodies.FaultsBody,
    "verify": bodies.VerifyBody,
    "webhooks": bodies.WebhookBody,
    "webhooks/replay": bodies.ReplayBody,
    "webhooks/chaos": bodies.ChaosBody,
    "oauth/install": bodies.InstallBody,
    "oauth/authorize": bodies.AuthorizeBody,
    "oauth/uninstall": bodies.UninstallBody,
}
REQUIRED = {
    bodies.WebhookBody: {"url": "http://127.0.0.1:1/x", "secret": "s"},
    bodies.SeedBody: {"key": "test-key"},
    bodies.InstallBody: {"client_id": "app", "merchant": "merchant-1"},
    bodies.AuthorizeBody: {"url": CONSENT, "merchant": "merchant-1"},
    bodies.UninstallBody: {"merchant": "merchant-1"},
}


@pytest.mark.parametrize("path", TARGETS)
def test_odd_values_are_refused_and_never_a_failure(new_sandbox: Any, path: str) -> None:
    sandbox = new_sandbox(options={"tokens": MockOAuth(apps=[APP])})
    sandbox.mock.webhooks.transport = lambda request: 200
    parcel = sandbox.create()
    kind = TARGETS[path]
    for field in msgspec.structs.fields(kind):
        for value in ODD_VALUES:
            body = {**REQUIRED.get(kind, {}), field.name: value}
            response = sandbox.client.post(
                f"/_mock/{path.replace('{id}', parcel['id'])}",
                content=msgspec.json.encode(body) if value != 2**70 else json.dumps(body),
                headers={"content-type": "application/json"},
            )
            assert response.status_code < 500, (body, response.text)


def test_odd_fields_of_seeds_are_refused_and_never_a_failure(sandbox: Any) -> None:
    names = [
        *sandbox.mock.document("2026-07")["components"]["schemas"]["Tracking"]["properties"],
        "slug_group",
    ]
    for name in names:
        for value in ODD_VALUES:
            body = json.dumps({"key": "test-key", "trackings": [{name: value}]})
            headers = {"content-type": "application/json"}
            response = sandbox.client.post("/_mock/seed", content=body, headers=headers)
            assert response.status_code < 500, (body, response.text)
    # Whatever was taken can be read.
    assert sandbox.call("GET", "/trackings").status_code == 200
    for version in sandbox.mock.versions:
        assert sandbox.call("GET", "/trackings", version).status_code == 200
