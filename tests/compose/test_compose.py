"""Composing a document: the base, and then the overlays in the order of their versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.document.changelog_lines import changelog_lines
from generator.document.compose import UnknownVersionError, compose, versions
from generator.document.document import Document
from generator.errors import SpecError

BASE = """\
openapi: 3.1.1
info:
  title: Parcels
  version: "2024-01"
  x-released: "2024-01-11"
  x-supported-until: "2025-07-09"
servers:
  - url: https://api.example.com/parcels/2024-01
paths:
  /parcels/{id}:
    parameters: []
    get: {operationId: get-parcel}
    delete: {operationId: delete-parcel}
  x-note: beside the paths
components:
  schemas:
    Parcel: {type: object}
    Alias: {$ref: '#/components/schemas/Parcel'}
    Odd/Name~: {type: string}
"""


def change(version: str, *actions: str, info: str = "") -> str:
    """An overlay in which each action is a change of its own."""
    declared = actions or ("- {target: $.components.schemas, update: {New: {type: string}}}",)
    return f'overlay: 1.1.0\ninfo: {{title: Changes, version: "{version}"{info}}}\nactions:\n' + "\n".join(
        f"{action.removesuffix('}')}, x-change: change-{number}, description: A change.}}"
        for number, action in enumerate(declared)
    )


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "changes").mkdir()
    (tmp_path / "openapi.yaml").write_text(BASE)
    return tmp_path


def add(spec: Path, version: str, overlay: str) -> None:
    (spec / "changes" / f"{version}.yaml").write_text(overlay)


def test_the_base_alone(spec: Path) -> None:
    assert versions(spec) == ("2024-01",)
    document = compose(spec, "2024-01")
    assert document.version == "2024-01"
    assert document.raw["info"]["title"] == "Parcels"


def test_a_spec_folder_without_changes_is_fine(spec: Path) -> None:
    (spec / "changes").rmdir()
    assert versions(spec) == ("2024-01",)


def test_each_version_builds_on_the_one_before(spec: Path) -> None:
    add(spec, "2024-10", change("2024-10", "- {target: $.components.schemas.Later, update: {type: object}}"))
    add(
        spec,
        "2024-04",
        change(
            "2024-04",
            "- {target: $.components.schemas, update: {Later: {description: Third.}}}",
            info=', x-released: "2024-04-18"',
        ),
    )
    assert versions(spec) == ("2024-01", "2024-04", "2024-10")
    assert "Later" not in compose(spec, "2024-01").raw["components"]["schemas"]
    assert compose(spec, "2024-04").raw["components"]["schemas"]["Later"] == {"description": "Third."}
    newest = compose(spec, "2024-10").raw["components"]["schemas"]["Later"]
    assert newest == {"description": "Third.", "type": "object"}


def test_version_dates_and_servers_follow_the_overlay(spec: Path) -> None:
    add(spec, "2024-04", change("2024-04", info=', x-released: "2024-04-18"'))
    document = compose(spec, "2024-04")
    assert document.raw["info"] == {"title": "Parcels", "version": "2024-04", "x-released": "2024-04-18"}
    assert document.raw["servers"] == [{"url": "https://api.example.com/parcels/2024-04"}]
    assert document.where("/info/version").endswith("2024-04.yaml:2")
    assert document.where("/info/title").endswith("openapi.yaml:3")


@pytest.mark.parametrize(
    ("name", "overlay", "says"),
    [
        ("2024-04", change("2024-07"), 'its version is "2024-07"'),
        ("2023-10", change("2023-10"), "later than the base"),
        ("soon", change("soon"), "later than the base"),
        ("2024-04", change("2024-04", "- {target: $.info.version, update: x}"), "the composer sets it"),
        ("2024-04", change("2024-04", "- {target: $.servers, remove: true}"), "does not name a server"),
        (
            "2024-04",
            change("2024-04", "- {target: '$.servers[?@.url].url', update: 'https://x.example'}"),
            "must contain the version 2024-01",
        ),
    ],
)
def test_an_overlay_that_does_not_fit_its_version(spec: Path, name: str, overlay: str, says: str) -> None:
    add(spec, name, overlay)
    with pytest.raises(SpecError, match=says):
        compose(spec, name if name != "2023-10" else "2024-01")


def test_changes_of_one_version(spec: Path) -> None:
    add(spec, "2024-04", change("2024-04"))
    assert changelog_lines(compose(spec, "2024-01")) == ()
    assert [(one.id, one.text, one.first_action) for one in changelog_lines(compose(spec, "2024-04"))] == [
        ("change-0", "A change.", 1)
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('version: "2024-01"', "version: 2.0", "info.version must be an API version"),
        ('version: "2024-01"', "version: v1", "info.version must be an API version"),
        ("info:", "information:", "info.version must be an API version"),
        ("parcels/2024-01", "parcels", "must contain the version"),
        ("servers:", "x-servers:", "does not name a server"),
    ],
)
def test_a_base_that_cannot_be_built_on(spec: Path, old: str, new: str, says: str) -> None:
    (spec / "openapi.yaml").write_text(BASE.replace(old, new))
    with pytest.raises(SpecError, match=says) as caught:
        compose(spec, "2024-01")
    assert "openapi.yaml:" in str(caught.value)


def test_an_unknown_version_names_the_known_ones(spec: Path) -> None:
    add(spec, "2024-04", change("2024-04"))
    with pytest.raises(
        UnknownVersionError, match=r'API version "2024-02" is unknown\. Known are 2024-01, 2024-04\.'
    ):
        compose(spec, "2024-02")


def test_json_does_not_depend_on_the_order_of_keys(spec: Path) -> None:
    first = compose(spec, "2024-01").to_json()
    lines = BASE.splitlines(keepends=True)
    (spec / "openapi.yaml").write_text("".join([*lines[6:8], *lines[:6], *lines[8:]]))
    assert compose(spec, "2024-01").to_json() == first
    assert json.loads(first)["info"]["version"] == "2024-01"


def test_operations_are_those_of_paths(spec: Path) -> None:
    found = [(one.id, one.method, one.path, one.pointer) for one in compose(spec, "2024-01").operations()]
    assert found == [
        ("get-parcel", "get", "/parcels/{id}", "/paths/~1parcels~1{id}/get"),
        ("delete-parcel", "delete", "/parcels/{id}", "/paths/~1parcels~1{id}/delete"),
    ]


class TestReferences:
    @pytest.fixture
    def document(self, spec: Path) -> Document:
        return compose(spec, "2024-01")

    def test_resolve_takes_one_step(self, document: Document) -> None:
        assert document.resolve("#/components/schemas/Alias") == {"$ref": "#/components/schemas/Parcel"}
        assert document.resolve("#/components/schemas/Odd~1Name~0") == {"type": "string"}
        assert document.resolve("#") is document.raw

    def test_follow_takes_all_steps_and_gives_the_pointer(self, document: Document) -> None:
        found = document.follow({"$ref": "#/components/schemas/Alias"}, "/here")
        assert found == ({"type": "object"}, "/components/schemas/Parcel")
        assert document.follow({"type": "string"}, "/here") == ({"type": "string"}, "/here")

    @pytest.mark.parametrize(
        "ref", ["#/components/schemas/Nobody", "#/servers/7", "#/servers/x", "#/info/title/x"]
    )
    def test_a_dangling_reference(self, document: Document, ref: str) -> None:
        with pytest.raises(SpecError, match="leads nowhere"):
            document.resolve(ref)

    def test_a_reference_to_another_file(self, document: Document) -> None:
        with pytest.raises(SpecError, match="leaves the document"):
            document.resolve("other.yaml#/X")

    def test_a_circle(self, spec: Path) -> None:
        circle = BASE.replace("Parcel: {type: object}", "Parcel: {$ref: '#/components/schemas/Alias'}")
        (spec / "openapi.yaml").write_text(circle)
        with pytest.raises(SpecError, match="leads back to itself"):
            compose(spec, "2024-01").follow({"$ref": "#/components/schemas/Alias"})
