"""The enum of scopes follows the documents: who adds a scope edits nothing else."""

from __future__ import annotations

from typing import Any

from generator.output.oauth_scopes import render_oauth_scopes
from generator_support.documents import as_document


def scopes(version: str, **named: str) -> Any:
    flow = {"scopes": {name.replace("_", ":"): text for name, text in named.items()}}
    schemes = {"Key": {"type": "apiKey"}, "OAuth": {"type": "oauth2", "flows": {"authorizationCode": flow}}}
    return as_document({"info": {"version": version}, "components": {"securitySchemes": schemes}})


def read(*documents: Any) -> Any:
    (source,) = render_oauth_scopes(documents).values()
    found: dict[str, Any] = {"__name__": "oauth_scopes"}
    exec(source, found)
    return found


def test_each_version_adds_its_scopes() -> None:
    older = scopes("2031-05", aftership_parcel_read="Read parcels.")
    newer = scopes("2031-08", aftership_parcel_read='Read "all" parcels.', other_write="Back\\slash.")
    scope = read(older, newer)["Scope"]
    assert {each.name: (str(each), each.meaning) for each in scope} == {
        "PARCEL_READ": ("aftership:parcel:read", 'Read "all" parcels.'),
        "OTHER_WRITE": ("other:write", "Back\\slash."),
    }


def test_documents_without_scopes() -> None:
    found = read(as_document({"info": {"version": "2031-05"}}))
    assert list(found["Scope"]) == []
    assert found["ScopeName"] is str
