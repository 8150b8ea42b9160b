"""What a draft says by itself must be good enough to stay: sentences, codes, examples of new operations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.document.changelog_lines import ChangelogLine, changelog_lines
from generator.document.document import Document
from propose_support.foreign import foreign
from propose_support.steps import apply_draft, propose_from
from spec_support import document

VERSION = "2026-07"
OF_EVERY_TRACKING = [{"code": 4004, "kind": "state"}, {"code": 4015, "kind": "state"}]
MISTAKE = {"code": 400, "kind": "shape"}


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Document, tuple[ChangelogLine, ...]]:
    """The draft, what it composes to, and its lines."""
    raw = foreign(document(VERSION).raw, descriptions=True)
    success = raw["paths"]["/trackings/{id}"]["get"]["responses"]["200"]
    in_path = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    note = {"type": "object", "properties": {"note": {"type": "string"}}}
    raw["paths"]["/trackings/{id}/archive"] = {
        "post": {
            "operationId": "archive-tracking",
            "parameters": [in_path],
            "requestBody": {"content": {"application/json": {"schema": note}}},
            "responses": {"200": success},
        },
        "get": {"operationId": "get-archive", "parameters": [in_path], "responses": {"200": success}},
    }
    raw["paths"]["/trackings/archive-all"] = {
        "post": {"operationId": "archive-all", "responses": {"200": success}}
    }
    # A name in lower case comes first in a sentence, unless the sentence is turned round.
    properties = raw["components"]["schemas"]["Tracking"]["properties"]
    properties["recipient_name"] = properties.pop("signed_by")
    text = propose_from(raw, VERSION).text
    folder = tmp_path_factory.mktemp("drafted")
    applied = apply_draft(folder, text, VERSION)
    return text, applied, changelog_lines(applied)


def operation(drafted: tuple[str, Document, Any], path: str, verb: str) -> dict[str, Any]:
    found: dict[str, Any] = drafted[1].raw["paths"][path][verb]
    return found


def codes(drafted: tuple[str, Document, Any], path: str, verb: str) -> list[dict[str, Any]]:
    """Those that the draft names: without what every operation has."""
    everywhere = (401, 403, 404, 429, 500)
    return [one for one in operation(drafted, path, verb)["x-error-codes"] if one["code"] not in everywhere]


def test_what_is_below_one_thing_has_the_codes_of_its_neighbours(drafted: Any) -> None:
    with_body = [{"code": 4001, "kind": "shape"}, *OF_EVERY_TRACKING, MISTAKE]
    assert codes(drafted, "/trackings/{id}/archive", "post") == with_body
    assert codes(drafted, "/trackings/{id}/archive", "get") == [*OF_EVERY_TRACKING, MISTAKE]
    assert codes(drafted, "/trackings/archive-all", "post") == [MISTAKE]


def test_the_example_of_a_success_has_nothing_of_an_error(drafted: Any) -> None:
    content = operation(drafted, "/trackings/{id}/archive", "post")["responses"]["200"]["content"]
    [example] = content["application/json"]["examples"].values()
    assert example["value"]["meta"] == {"code": 200}


def test_a_new_schema_is_described_by_its_name(drafted: Any) -> None:
    assert "TODO: describe ArchiveTrackingRequest." in drafted[0]


def test_every_line_is_a_sentence_as_tests_spec_wants_it(drafted: Any) -> None:
    said = [line.text for line in drafted[2]]
    assert any("signed_by is called recipient_name" in text for text in said)
    for text in said:
        assert text[0].isupper(), text
        assert text.endswith("."), text


def test_the_drafts_of_real_steps_are_sentences_too(tmp_path: Path) -> None:
    for version in ("2024-07", "2025-01"):
        text = propose_from(foreign(document(version).raw), version).text
        for line in changelog_lines(apply_draft(tmp_path / version, text, version)):
            assert line.text[0].isupper(), line.text
