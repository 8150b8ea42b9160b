"""What every operation has is written once, and is in every composed operation, new ones too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.document.compose import compose, compose_each
from generator.errors import SpecError

BASE = """\
openapi: 3.1.1
info: {title: Parcels, version: "2024-01"}
servers: [{url: https://example.com/2024-01}]
x-common:
  headers:
    trace: {$ref: '#/components/headers/Trace'}
  responses:
    "401": {$ref: '#/components/responses/Refused'}
  error-codes:
    - {code: 401, kind: state}
  links:
    parcel:
      Read: {$ref: '#/components/links/Read'}
paths:
  /parcels:
    get:
      x-error-codes: [{code: 400, kind: shape}]
      responses:
        "200": {description: All., x-links: parcel}
    post:
      x-error-codes: [{code: 401, kind: shape}]
      responses:
        "201": {description: Made., headers: {trace: {description: Its own.}}}
        "401": {description: Its own.}
components:
  headers:
    Trace: {schema: {type: string}}
  responses:
    Refused: {description: Refused.}
  links:
    Read: {operationId: read}
"""
LATER = """\
overlay: 1.1.0
info: {title: Later, version: "2024-04"}
actions:
  - target: $.paths['/parcels'].get.responses['401']
    x-change: open
    description: Everybody may list.
    remove: true
  - target: $.paths
    x-change: shelves
    description: There are shelves.
    update:
      /shelves:
        get:
          x-error-codes: []
          responses:
            "200": {description: All.}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    write(tmp_path, BASE)
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "2024-04.yaml").write_text(LATER)
    return tmp_path


def write(spec: Path, base: str) -> None:
    (spec / "openapi.yaml").write_text(base)


def operation(document: Any, path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = document.raw["paths"][path][method]
    return found


def test_every_operation_has_the_common_parts(spec: Path) -> None:
    document = compose(spec, "2024-01")
    listing = operation(document, "/parcels", "get")
    assert listing["x-error-codes"] == [{"code": 400, "kind": "shape"}, {"code": 401, "kind": "state"}]
    assert listing["responses"] == {
        "200": {
            "description": "All.",
            "headers": {"trace": {"$ref": "#/components/headers/Trace"}},
            "links": {"Read": {"$ref": "#/components/links/Read"}},
        },
        "401": {"$ref": "#/components/responses/Refused"},
    }
    assert document.raw["components"]["responses"]["Refused"]["headers"].keys() == {"trace"}
    assert "x-common" not in document.raw


def test_what_an_operation_says_itself_stays(spec: Path) -> None:
    creating = operation(compose(spec, "2024-01"), "/parcels", "post")
    assert creating["x-error-codes"] == [{"code": 401, "kind": "shape"}]
    assert creating["responses"]["401"].keys() == {"description", "headers"}
    assert creating["responses"]["201"]["headers"] == {"trace": {"description": "Its own."}}


def test_a_new_operation_has_them_and_what_a_version_removed_stays_away(spec: Path) -> None:
    first, later = compose_each(spec, ("2024-01", "2024-04"))
    assert "401" in operation(first, "/parcels", "get")["responses"]
    assert operation(later, "/parcels", "get")["responses"].keys() == {"200"}
    shelves = operation(later, "/shelves", "get")
    assert shelves["responses"].keys() == {"200", "401"}
    assert shelves["x-error-codes"] == [{"code": 401, "kind": "state"}]
    assert shelves["responses"]["200"]["headers"].keys() == {"trace"}


def test_each_part_has_the_location_where_it_is_written(spec: Path) -> None:
    document = compose(spec, "2024-01")
    lines = (spec / "openapi.yaml").read_text().splitlines()
    for pointer, text in (
        ("/paths/~1parcels/get/responses/401", '"401": {$ref'),
        ("/paths/~1parcels/get/responses/200/headers/trace", "trace: {$ref"),
        ("/paths/~1parcels/get/responses/200/links/Read", "Read: {$ref"),
        ("/paths/~1parcels/get/x-error-codes/1", "- {code: 401, kind: state}"),
    ):
        assert lines[document.location(pointer).line - 1].strip().startswith(text)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("x-links: parcel", "x-links: parcels", 'x-common has no links called "parcels". Known are parcel.'),
        ("  headers:\n    trace: {$ref", "  header:\n    trace: {$ref", '"header" is not a part of x-common'),
        (
            "  error-codes:\n    - {code: 401, kind: state}",
            "  error-codes: {}",
            '"error-codes" is not a part',
        ),
    ],
)
def test_mistakes_name_the_line(spec: Path, old: str, new: str, says: str) -> None:
    assert BASE.count(old) == 1
    write(spec, BASE.replace(old, new))
    with pytest.raises(SpecError) as caught:
        compose(spec, "2024-01")
    assert says in " ".join(str(caught.value).split())
    assert "openapi.yaml:" in str(caught.value)


def test_nothing_that_is_common_is_written_again() -> None:
    """In our own files: five headers stood 36 times, six responses and five codes 30 times."""
    root = Path(__file__).resolve().parents[2] / "spec"
    texts = [path.read_text("utf-8") for path in (root / "openapi.yaml", *(root / "changes").glob("*.yaml"))]
    common = yaml.safe_load(texts[0])["x-common"]
    assert len(common["headers"]) == 5
    for part in ("headers", "responses"):
        for value in common[part].values():
            assert sum(text.count(f"'{value['$ref']}'") for text in texts) == 1, value
