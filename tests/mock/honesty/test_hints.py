"""No lenient path is mute, and a hint says in words what happened and what to do."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.mock import MockRequest
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.enforced import MARKS
from aftership_tracking.mock.documents.pointers import as_fragment, join
from aftership_tracking.mock.documents.validation import Finding
from aftership_tracking.mock.hints import fields, parameters
from aftership_tracking.mock.hints.hint import MOST_CHARACTERS
from aftership_tracking.mock.hints.rules import describe_rule
from contract_support.document.installed import ReadOnce

NUMBER = "ITOD-3-42"
NEWEST = documents.versions()[-1]


def hints(world: Any) -> dict[str, str]:
    return {hint.id: str(hint) for hint in world.mock.journal[-1].hints}


@pytest.mark.parametrize(
    ("version", "query", "identifier", "words"),
    [
        ("2026-07", "page=2", "unknown-parameter", "send cursor with the next_cursor"),
        ("2024-10", "page=2", "unknown-parameter", "2024-01 to 2024-07 have it"),
        ("2024-01", "cursor=x", "unknown-parameter", f"2024-10 to {NEWEST} have it"),
        ("2024-01", "order_id=1", "unknown-parameter", f"2024-04 to {NEWEST} have it"),
        (
            "2026-07",
            "courier_destination_country_iso3=USA",
            "unknown-parameter",
            "Here it is called courier_destination_country_region",
        ),
        ("2026-07", "tags=Pending", "unknown-parameter", "Did you mean tag?"),
        ("2026-07", "paint=red", "unknown-parameter", "2026-07 does not know it and ignores it"),
        ("2024-01", "created_at_min=1700000000000", "epoch-time", "milliseconds since 1970"),
        ("2026-07", "created_at_min=1700000000000", "epoch-time", "milliseconds since 1970"),
        ("2026-07", "created_at_min=1700000000", "epoch-time", "looks like seconds since 1970"),
        ("2024-01", "created_at_max=yesterday", "unread-time", "its default is used (now)"),
        ("2024-01", "updated_at_min=2024-02-01T00:00:00+08:00", "unread-time", "%2B"),
        ("2024-01", "tag=pending", "unmatched-value", "Did you mean Pending?"),
        ("2026-07", "tag=pending", "query-enum", "Did you mean Pending?"),
        ("2026-07", "destination=usa", "unmatched-value", "three capital letters"),
        ("2024-01", "origin=US", "unmatched-value", "can match nothing"),
        ("2026-07", "fields=nope", "unmatched-value", "checkpoints, order_id, tag, title"),
        ("2026-07", "lang=xx", "unknown-parameter", "does not know it"),
        ("2026-07", "slug=no-such-courier", "unmatched-value", "nothing. GET /couriers lists the slugs"),
        ("2026-07", "slug=fedx", "unmatched-value", "it can match nothing. Did you mean fedex?"),
        ("2026-07", "keyword=", "empty-filter", "does not filter by it"),
        (
            "2026-07",
            "created_at_min=2024-02-02T00:00:00%2B00:00&created_at_max=2024-02-01T00:00:00%2B00:00",
            "empty-window",
            "is after created_at_max",
        ),
    ],
)
def test_a_query_that_does_not_do_what_it_says(
    new_world: Any, version: str, query: str, identifier: str, words: str
) -> None:
    world = new_world(version=version)
    response = world.call("GET", f"/trackings?{query}")
    assert words in hints(world)[identifier]
    assert words in response.headers["as-mock-hint"]


@pytest.mark.parametrize(
    ("slug", "suggestion"),
    [
        ("fedx", " Did you mean fedex?"),
        ("FedEx", " Did you mean fedex?"),
        # Its name. The slug ydh-express is close to it, and another courier.
        ("DHL Express", " Did you mean dhl?"),
        ("no-such-courier", ""),
        ("f" * 200, ""),
    ],
)
def test_the_courier_that_was_meant_is_named(new_world: Any, slug: str, suggestion: str) -> None:
    world = new_world(version=NEWEST)
    refused = world.call("POST", "/trackings", json={"tracking_number": NUMBER, "slug": slug})
    assert refused.status == 400
    known = hints(world)["state"]
    assert known == f"state: no courier has this slug{'.' if suggestion else ''}{suggestion}"
    assert refused.headers["as-mock-hint"] == known


def test_the_courier_of_an_update_or_a_connection_that_was_meant_is_named(new_world: Any) -> None:
    world = new_world(version=NEWEST)
    created = {"tracking_number": NUMBER, "slug": "testing-courier"}
    identifier = world.data("POST", "/trackings", json=created)["id"]
    connection = {"courier_slug": "fedx", "credentials": {"user": "x"}}
    for refused in (
        world.call("PUT", f"/trackings/{identifier}", json={"slug": "fedx"}),
        world.call("POST", "/courier-connections", json=connection),
    ):
        assert refused.headers["as-mock-hint"] == "state: no courier has this slug. Did you mean fedex?"


def test_an_unknown_language_of_one_tracking(new_world: Any) -> None:
    world = new_world(version="2026-07")
    assert world.call("GET", f"/trackings/{world.create()['id']}?lang=xx").status == 200
    assert "41 values" in hints(world)["unmatched-value"]


@pytest.mark.parametrize(
    "query", ["slug=usps,fedex", "tag=Pending", "limit=5&cursor=", "fields=tag", "origin=USA"]
)
def test_a_query_that_does_what_it_says_has_no_hint(new_world: Any, query: str) -> None:
    world = new_world(version="2026-07")
    world.data("GET", f"/trackings?{query}")
    assert world.mock.journal[-1].hints == ()


@pytest.mark.parametrize("path", ["/", "/tracking", "/tracking/", "//", "/tracking//", "/x"])
@pytest.mark.parametrize("method", ["GET", "TRACE"])
def test_a_path_of_nothing_breaks_no_hints(
    world: Any, caplog: pytest.LogCaptureFixture, method: str, path: str
) -> None:
    """What fails while hints are given is only logged, so that the response comes."""
    with caplog.at_level(logging.ERROR):
        assert world.mock.handle(MockRequest.to(method, path, key="k")).status >= 400
    assert caplog.records == []


@pytest.mark.parametrize(
    ("method", "path", "status", "identifier", "words"),
    [
        ("GET", "/v4/trackings", 404, "legacy-path", "--legacy v4"),
        ("GET", "/v3/trackings", 404, "legacy-path", "which this mock does not serve"),
        (
            "GET",
            "/tracking/2026-07/trackings/usps/X",
            404,
            "path-of-other-versions",
            "2024-01 to 2024-07 have it",
        ),
        (
            "GET",
            "/tracking/2026-07/trackings/usps/X",
            404,
            "path-of-other-versions",
            "tracking_numbers=NUMBER",
        ),
        ("GET", "/tracking/2026-07/last_checkpoint/x", 404, "path-of-other-versions", "Read checkpoints of"),
        (
            "POST",
            "/tracking/2026-07/notifications/x/add",
            404,
            "path-of-other-versions",
            "Write the receivers",
        ),
        ("GET", "/tracking/2026-07/couriers/all", 404, "path-of-other-versions", "Call GET /couriers,"),
        (
            "GET",
            "/tracking/2024-01/courier-connections",
            404,
            "path-of-other-versions",
            f"2025-04 to {NEWEST}",
        ),
        ("GET", "/tracking/2026-07/couriers/", 404, "trailing-slash", "Call GET /couriers without the slash"),
        (
            "GET",
            "/tracking/2026-07/trackings/",
            400,
            "trailing-slash",
            "Call GET /trackings without the slash",
        ),
        ("GET", "/trackings", 404, "path-without-version", f"Call GET /tracking/{NEWEST}/trackings"),
        (
            "GET",
            "/tracking/trackings/x",
            404,
            "path-without-version",
            f"Call GET /tracking/{NEWEST}/trackings/{{id}}",
        ),
        ("GET", "/tracking/2023-10/couriers", 200, "version-no-longer-served", "2024-01 served the request"),
    ],
)
def test_a_path_that_leads_elsewhere(
    world: Any, method: str, path: str, status: int, identifier: str, words: str
) -> None:
    response = world.mock.handle(MockRequest.to(method, path, key="k"))
    assert response.status == status
    assert words in hints(world)[identifier]
    assert words in response.headers["as-mock-hint"]


def test_a_number_is_not_an_id(new_world: Any) -> None:
    world = new_world(version="2026-07")
    assert world.code("GET", f"/trackings/{NUMBER}") == 4004
    assert "has no tracking with that number" in hints(world)["number-as-id"]
    identifier = world.create(NUMBER, "testing-courier")["id"]
    assert world.code("PUT", f"/trackings/{NUMBER}", json={"title": "t"}) == 4004
    assert "has a tracking with that number" in hints(world)["number-as-id"]
    assert NUMBER not in world.mock.journal[-1].hint
    # An id of another account is an id.
    assert world.code("GET", f"/trackings/{identifier}", key="another") == 4004
    assert "number-as-id" not in hints(world)


def test_the_header_of_the_legacy_api(world: Any) -> None:
    response = world.call("GET", "/couriers", key=None, headers={"aftership-api-key": "k"})
    assert response.status == 401
    assert "Send the key as as-api-key" in hints(world)["legacy-header"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_wrapped_body_where_there_is_no_wrapper(new_world: Any, method: str) -> None:
    world = new_world(version="2026-07")
    path = "/trackings" if method == "POST" else f"/trackings/{world.create()['id']}"
    fields = {"tracking_number": "PARCEL0002", "slug": "usps"} if method == "POST" else {"title": "t"}
    response = world.call(method, path, json={"tracking": fields})
    # An update needs no field, so nothing is refused, and nothing happens.
    assert response.status == (400 if method == "POST" else 200)
    text = hints(world)["other-version" if method == "POST" else "wrapped-body"]
    assert "2024-01 to 2024-04" in text
    assert "Send the fields themselves" in text


def test_hints_are_in_header_journal_log_and_on_request_in_the_body(
    new_world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for wanted in (False, True):
        world = new_world(version="2026-07", options={"hints_in_body": wanted})
        with caplog.at_level("INFO", logger="aftership_tracking.mock.hints"):
            response = world.call("GET", "/trackings?page=2")
        (hint,) = world.mock.journal[-1].hints
        assert response.headers["as-mock-hint"] == world.mock.journal[-1].hint == str(hint)
        assert caplog.messages[-1] == f"200 GET 2026-07 /trackings: {hint}"
        expected = {"id": hint.id, "sentence": hint.sentence, "advice": hint.advice, "source": "inferred"}
        assert response.json.get("mock_hints") == ([expected] if wanted else None)
        assert int(response.headers["content-length"]) == len(response.body)
        refused = world.call("GET", "/trackings/x")
        assert ("mock_hints" in refused.json) is wanted
        assert "mock_hints" not in world.call("GET", "/couriers").json


def test_invented_names_are_safe_and_hints_have_an_end(new_world: Any) -> None:
    world = new_world(version="2026-07")
    response = world.call("GET", f"/trackings?a%0d%0ax-evil:1=2&{'n' * 500}=1&%C3%A9=1")
    hint = response.headers["as-mock-hint"]
    assert hint.isprintable()
    assert hint.isascii()
    assert "n" * 41 not in hint
    many = "&".join(f"name{number}=1" for number in range(2000))
    response = world.call("GET", f"/trackings?{many}")
    assert len(response.headers["as-mock-hint"]) <= MOST_CHARACTERS
    assert len(world.mock.journal[-1].hints) == 10


def test_the_work_for_hints_does_not_grow_with_the_request(
    new_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world(version="2026-07")
    steps = []
    for module in (fields, parameters):
        real = module._has
        monkeypatch.setattr(module, "_has", lambda *parts, real=real: steps.append(1) or real(*parts))
    counts = []
    for size in (20, 2000):
        steps.clear()
        unknown = {f"name{number}": "x" for number in range(size)}
        world.data("POST", "/trackings", json={"tracking_number": f"PARCEL{size}", "slug": "usps", **unknown})
        world.data("GET", f"/trackings?{'&'.join(unknown)}")
        counts.append(len(steps))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("version", documents.versions())
def test_every_constraint_of_every_document_has_words(version: str) -> None:
    document = ReadOnce.document(version)
    marked = list(_marked(document, ""))
    assert len(marked) > 50
    for pointer, keyword in marked:
        rule = as_fragment(join(pointer, "enum" if keyword == "x-open-enum" else keyword))
        words = describe_rule(document, Finding((), rule.rpartition("/")[2], rule))
        assert "#" not in words
        assert "breaks the documented rule" not in words, rule
        assert "is not one of" not in words, rule


@pytest.mark.parametrize("version", ["2024-01", "2026-07"])
def test_the_checks_know_all_constraints_and_the_refusals_only_the_documented_ones(version: str) -> None:
    api = Api(version, ReadOnce.document(version))
    title = "/components/schemas/TrackingCreate/properties/title"
    country = f"origin_country_{'iso3' if version < '2025-01' else 'region'}"
    for pointer, is_documented in ((title, version >= "2026-07"), (title.replace("title", country), False)):
        assert not api.all_rules.fits(pointer, "")
        assert api.validators.fits(pointer, "") is not is_documented
        assert Api(version, ReadOnce.document(version), is_lenient=True).validators.fits(pointer, "")


def _marked(value: Any, pointer: str) -> Any:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _marked(item, join(pointer, index))
    elif isinstance(value, dict):
        for keyword in value.get(MARKS, ()):
            yield pointer, keyword
        for name, item in value.items():
            yield from _marked(item, join(pointer, name))
