"""A document that is broken, huge or meant badly is refused in a sentence, or its parts are reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from depth import examples
from generator.document.document import Document
from generator.document.yaml_reader import parse
from generator.errors import SpecError
from generator.propose import Policy, draft_overlay
from generator.propose.reading import document_file
from generator.propose.reading.document_file import parse_document, read_document
from propose_support.foreign import foreign
from propose_support.steps import apply_draft, as_document, draft, propose_from
from spec_support import document

HEAD = b"openapi: 3.1.0\ninfo: {title: t, version: v}\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"[]", "An OpenAPI document is an object."),
        (b"\xff\xfe{}", "This line is not UTF-8."),
        (b'{"openapi": "3.1.0", "openapi": "3.1.0"}', 'The key "openapi" is there twice in one object.'),
        (b'{"openapi": NaN}', "The number NaN is not JSON."),
        (b'{"openapi": 1e999}', "The number 1e999 is too large."),
        (b'{"openapi": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"a": "\\ud800"}', "half of a character"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"- " * 100_000 + b"a", "nested"),
        (b"{a: " * 300 + b"1" + b"}" * 300, "nested more than 100 deep"),
        (b"a: &x [1, 2]\nb: *x\n", "This is an alias."),
        (b"a: !!python/object/apply:os.system [ls]\n", "is not allowed"),
        (b"swagger: '2.0'\npaths: {/a: {}}\n", "This is Swagger 2.0."),
        (b"openapi: 3.1\n", 'The document has openapi: 3.1.'),
        (b"openapi: 4.0.0\n", 'The document has openapi: "4.0.0".'),
        (HEAD, "The document has no paths."),
        (HEAD + b"paths: []\n", "The document has no paths."),
        (HEAD + b"paths: {/a: {}}\ncomponents: 7\n", "components is not an object."),
        (HEAD + b"paths: {/a: {}, /a: {}}\n", 'The key "/a" was already given'),
        (HEAD + b"paths:\n\t/a: {}\n", "tab"),
    ],
)  # fmt: skip
def test_what_is_not_a_document_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(SpecError) as refusal:
        parse_document(data, "given.yaml")
    assert sentence.lower() in str(refusal.value).lower()
    assert "\n" not in str(refusal.value)


def test_size_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b'{"a": [' + b"1," * 2000 + b"1]}")
    monkeypatch.setattr(document_file, "MOST_BYTES", 1000)
    with pytest.raises(SpecError, match="larger than 1,000 bytes"):
        read_document(path)
    monkeypatch.setattr(document_file, "MOST_BYTES", 10_000)
    monkeypatch.setattr(document_file, "MOST_VALUES", 1000)
    with pytest.raises(SpecError, match="more than 1,000 values"):
        read_document(path)
    with pytest.raises(SpecError, match="does not exist"):
        read_document(tmp_path / "nothing.json")
    with pytest.raises(SpecError, match="cannot be read"):
        read_document(tmp_path)


def test_yaml_of_other_people_is_read() -> None:
    """Keys that are numbers, and words that only YAML 1.2 reads in one way."""
    operation = b"{deprecated: True, summary: ~, responses: {200: {}}}"
    text = HEAD + b"paths:\n  /a:\n    get: " + operation
    found = parse_document(text, "given.yaml").raw["paths"]["/a"]["get"]
    assert found == {"deprecated": True, "summary": None, "responses": {"200": {}}}


def small(schema: Any, schemas: Any = None, **operation: Any) -> Document:
    """A document with one operation of ours, whose response has this schema."""
    content = {"application/json": {"schema": schema}}
    raw = {
        "openapi": "3.1.0",
        "paths": {"/trackings": {"get": {"responses": {"200": {"content": content}}, **operation}}},
        "components": {"schemas": schemas or {}},
    }
    return as_document(raw)


def propose_small(theirs: Document) -> str:
    return draft_overlay(document("2026-07"), theirs, "2027-01", Policy()).text


@pytest.mark.parametrize(
    ("schema", "schemas", "sentence"),
    [
        ({"$ref": "#/components/schemas/Nothing"}, {}, "leads nowhere"),
        ({"$ref": "other.yaml#/a"}, {}, "leaves the document"),
        ({"$ref": "https://host.example/a.json"}, {}, "leaves the document"),
        (
            {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
            {"A": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}},
            "contain each other without end",
        ),
    ],
)
def test_references_without_end_or_target_are_refused(schema: Any, schemas: Any, sentence: str) -> None:
    with pytest.raises(SpecError) as refusal:
        propose_small(small(schema, schemas))
    assert sentence in str(refusal.value)


def test_circles_and_doubling_end() -> None:
    """Unions that contain themselves, and a chain in which each refers to the next one twice."""
    doubling = {
        f"D{index}": {"anyOf": [{"$ref": f"#/components/schemas/D{index + 1}"}] * 2} for index in range(60)
    }
    schemas = {
        **doubling,
        "D60": {"type": "string"},
        "U": {"anyOf": [{"$ref": "#/components/schemas/U"}, {"type": "string"}]},
        "L": {"allOf": [{"$ref": "#/components/schemas/L"}, {"type": "object"}]},
    }
    for name in ("D0", "L"):
        schema = {"properties": {"data": {"properties": {"odd": {"$ref": f"#/components/schemas/{name}"}}}}}
        assert "odd:" in propose_small(small(schema, schemas))


def test_another_api_is_refused() -> None:
    raw = {"openapi": "3.0.3", "paths": {"/pets": {"get": {"responses": {}}}}}
    with pytest.raises(SpecError, match="no operation that ours has"):
        propose_small(as_document(raw))


NAMES = [
    *(
        "a\nb",
        "x\u2028- target: $",
        "it's",
        'quo"te',
        "back\\slash",
        "",
        " ",
        "~",
        "yes",
        "1",
        "$ref",
        "[?@.a]",
    ),
    *("a.b", "\x1b[31m", "名前", "#c", "<<", "version_name", "[?@.a]", "x" * 300),
]


def test_odd_names_stay_names(tmp_path: Path) -> None:
    """Names cannot end a comment, a line or a path, and nothing of them becomes an action."""
    raw = foreign(document("2026-07").raw)
    schemas = raw["components"]["schemas"]
    for name in NAMES:
        schemas["Tracking"]["properties"][name] = {"type": "object", "properties": {name: {"type": "string"}}}
        schemas["EventCode"]["enum"].append(name)
    found = propose_from(raw, "2026-07")
    applied = apply_draft(tmp_path, found.text, "2026-07").raw["components"]["schemas"]
    assert set(NAMES) <= applied["Tracking"]["properties"].keys()
    assert set(NAMES) <= applied["EventCode"]["x-open-enum"].keys()
    assert "\x1b" not in found.text
    assert len({line.name for line in found.lines}) == len(found.lines)


KEYS = (
    *("type", "properties", "items", "enum", "allOf", "anyOf", "required", "const", "$ref", "format", "data"),
    *("default", "nullable", "additionalProperties", "not", "minLength", "deprecated", "meta", "pattern"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["string", "object", "#/a", "", "3"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)
PARTS = ("parameters", "requestBody", "responses", "deprecated", "operationId")


# Without shrinking: each try takes half a second.
@settings(max_examples=examples(5), deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(JSON, JSON, JSON, st.sampled_from(PARTS))
def test_no_document_ends_in_a_traceback(schema: Any, inner: Any, part: Any, key: str) -> None:
    properties = {"meta": schema, "data": {"properties": {"trackings": inner}}}
    try:
        text = propose_small(small({"properties": properties}, None, **{key: part}))
    except SpecError as error:
        text = str(error)
        parsed = None
    else:
        parsed = parse(text.encode(), "draft.yaml").value
    if parsed is None:
        assert "\n" not in text
    else:
        assert parsed["info"]["version"] == "2027-01"


def test_the_draft_of_a_document_as_yaml_is_the_same() -> None:
    raw = foreign(document("2026-01").raw)
    text = json.dumps(raw)  # JSON is YAML
    theirs = parse(text.encode(), "given.yaml", foreign=True)
    ours = document("2025-07")
    made = draft_overlay(ours, Document("", theirs.value, theirs.marks), "2026-01", Policy(complete=True))
    assert made.text == draft("2026-01").text
