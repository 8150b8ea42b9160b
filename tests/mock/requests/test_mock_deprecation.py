"""The mock says in its hint what a request uses that the document calls deprecated."""

from __future__ import annotations

from typing import Any

HINT = "as-mock-hint"


def test_a_deprecated_operation_says_since_when_and_what_to_use(world: Any) -> None:
    world = world.in_version("2024-07")
    created = world.data("POST", "/trackings", json={"tracking_number": "1234567890", "slug": "ups"})

    found = world.call("GET", "/trackings/ups/1234567890")

    expected = "operation: deprecated since 2024-07, to be removed in 2024-10, use get-tracking-by-id"
    assert (found.status, found.headers[HINT]) == (200, expected)
    assert world.mock.journal[-1].hint == expected
    # What the hint names works, without a hint.
    assert world.data("GET", f"/trackings/{created['id']}")["tracking_number"] == "1234567890"


def test_a_refusal_has_both_reasons(world: Any) -> None:
    response = world.in_version("2024-07").call("GET", "/trackings/ups/nothing")

    assert response.status == 404
    refusal, _, deprecation = response.headers[HINT].rpartition("; ")
    assert refusal
    assert deprecation.startswith("operation: deprecated since 2024-07")


def test_deprecated_parameters_and_fields_are_named_when_they_are_sent(edited: Any, new_world: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        listing = document["paths"]["/trackings"]["get"]["parameters"]
        keyword, limit = (
            next(one for one in listing if one.get("name") == name) for name in ("keyword", "limit")
        )
        keyword |= {"deprecated": True, "x-deprecated": {"since": "2024-01"}}
        limit["schema"]["deprecated"] = True
        create = document["components"]["schemas"]["TrackingCreate"]["properties"]
        create["note"] |= {"deprecated": True, "x-deprecated": {"instead": "title"}}

    world = new_world(options={"documents": edited(change)})

    def hint(method: str, path: str, **parts: Any) -> str | None:
        response = world.call(method, path, **parts)
        assert response.status in (200, 201), response
        return response.headers.get(HINT)

    assert hint("GET", "/trackings") is None
    assert hint("GET", "/trackings?keyword=a&limit=5") == (
        "query limit: deprecated; query keyword: deprecated since 2024-01"
    )
    number = {"tracking_number": "1234567890", "slug": "ups"}
    assert hint("POST", "/trackings", json={"tracking": {**number, "note": "n"}}) == (
        "body note: deprecated, use title"
    )
    number["tracking_number"] = "1234567891"
    assert hint("POST", "/trackings", json={"tracking": number}) is None
