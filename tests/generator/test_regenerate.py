"""A whole run on disk: what is written, not touched, or removed, and what `--check` reports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.client import ruff_formatting
from generator.document.compose import UnknownVersionError
from generator.errors import RefusedError, SpecError
from generator.output.manifest import NAME, digest_files, generator_digest
from generator.regenerate import regenerate
from generator_support.documents import GOLDEN, PARCELS, parcels, write_spec
from generator_support.installed import Stub, importable, sync_client

REPOSITORY = Path(__file__).resolve().parents[2]
LATER = "2031-08"
CHANGE = f"""\
overlay: 1.1.0
info:
  title: Later parcels
  version: "{LATER}"
  x-released: "2031-08-01"
actions:
  - target: $.components.schemas.Base.properties
    x-change: depots-have-phones
    description: Depots have phones.
    update:
      phone: {{type: string, description: Its phone., x-provenance: sdk}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(GOLDEN / "parcels" / "spec", tmp_path / "spec")
    return tmp_path


def run(root: Path, *versions: str, check: bool = False) -> tuple[int, list[str]]:
    lines: list[str] = []
    return regenerate(root, versions or None, check, lines.append), lines


def content(root: Path) -> dict[str, bytes]:
    folder = root / "generated"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def later_version(root: Path) -> None:
    (root / "spec" / "changes").mkdir()
    (root / "spec" / "changes" / f"{LATER}.yaml").write_text(CHANGE)


def test_it_writes_a_package_and_reports(root: Path) -> None:
    code, lines = run(root)

    assert code == 0
    assert lines == [f"{PARCELS}: 6 operations, 19 models, 4 enums", "19 files added, 0 changed, 0 removed"]
    files = content(root)
    assert json.loads(files["aftership_tracking/data/towns.json"])["towns"][0]["name"] == "Ålesund"
    assert files["aftership_tracking/py.typed"] == b""
    document = json.loads(files["aftership_tracking/v2031_05/openapi.json"])
    assert document == parcels()
    assert "aftership_tracking/__init__.py" not in files


def test_a_second_run_changes_nothing(root: Path) -> None:
    run(root)
    before = content(root)
    times = {path: path.stat().st_mtime_ns for path in (root / "generated").rglob("*") if path.is_file()}

    code, lines = run(root)

    assert (code, lines[-1]) == (0, "nothing changed")
    assert content(root) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_check_is_green_on_fresh_output_and_writes_nothing(root: Path) -> None:
    assert run(root, check=True)[0] == 1
    assert not (root / "generated").exists()
    run(root)
    before = content(root)

    code, lines = run(root, check=True)

    assert (code, lines[-1]) == (0, "generated/ and docs/migration/ are fresh")
    assert content(root) == before


def test_check_names_every_difference(root: Path) -> None:
    run(root)
    package = root / "generated" / "aftership_tracking"
    (package / "v2031_05" / "enums.py").write_text("# mine\n")
    (package / "v2031_05" / "client.py").unlink()
    (package / "v2031_05" / "extra.py").write_text("")
    (root / "spec" / "data" / "towns.yaml").unlink()
    before = content(root)

    code, lines = run(root, check=True)

    assert code == 1
    assert "edited by hand: generated/aftership_tracking/v2031_05/enums.py" in lines
    assert "differs: generated/aftership_tracking/v2031_05/enums.py" in lines
    assert "missing: generated/aftership_tracking/v2031_05/client.py" in lines
    assert "stale: generated/aftership_tracking/data/towns.json" in lines
    assert any(
        line.startswith("not made by the generator: generated/aftership_tracking/v2031_05/extra.py")
        for line in lines
    )
    assert content(root) == before


def test_a_changed_document_is_drift(root: Path) -> None:
    run(root)
    raw = parcels()
    raw["components"]["schemas"]["Parcel"]["description"] = "Another text."
    write_spec(root, raw)

    code, lines = run(root, check=True)

    assert code == 1
    assert "differs: generated/aftership_tracking/v2031_05/models.py" in lines
    assert "differs: generated/manifest.json" in lines


def test_stale_files_are_removed_and_foreign_files_are_not(root: Path) -> None:
    run(root)
    package = root / "generated" / "aftership_tracking" / "v2031_05"
    (package / "resources" / "mine.py").write_text("mine = 1\n")
    cache = package / "resources" / "__pycache__"
    cache.mkdir()
    (cache / "depots.cpython-311.pyc").write_bytes(b"")
    raw = parcels()
    del raw["paths"]["/depots"]
    for name in ("DepotListResponse", "DepotList", "Depot", "Base"):
        del raw["components"]["schemas"][name]
    raw["tags"] = raw["tags"][:1]
    write_spec(root, raw)

    code, lines = run(root)

    assert code == 0
    assert not (package / "resources" / "depots.py").exists()
    assert (package / "resources" / "mine.py").read_text() == "mine = 1\n"
    assert any("mine.py; move it to overrides/" in line for line in lines)
    assert lines[-1].endswith("1 removed")


def test_a_file_that_was_edited_is_overwritten_and_reported(root: Path) -> None:
    run(root)
    enums = root / "generated" / "aftership_tracking" / "v2031_05" / "enums.py"
    before = enums.read_text()
    enums.write_text(before + "# mine\n")

    _, lines = run(root)

    assert enums.read_text() == before
    assert "edited by hand, overwritten: generated/aftership_tracking/v2031_05/enums.py" in lines


def test_a_broken_manifest_is_made_anew(root: Path) -> None:
    run(root)
    before = content(root)
    (root / "generated" / NAME).write_text('{"groups": 5}')

    assert run(root)[0] == 0
    assert content(root) == before


def test_two_versions_stand_side_by_side(root: Path) -> None:
    later_version(root)

    code, lines = run(root)

    assert code == 0, lines
    assert [line.partition(":")[0] for line in lines[:2]] == [PARCELS, LATER]
    stub = Stub({"meta": {"code": 200}, "data": {"depots": [{"code": "N", "phone": "1"}]}})
    with importable(root / "generated", PARCELS) as old, importable(root / "generated", LATER) as new:
        assert not hasattr(old.Depot(), "phone")
        assert [depot.phone for depot in sync_client(new, stub).depots.list()] == ["1"]
        assert stub.last.url.path == f"/tracking/{LATER}/depots"
        assert [depot.code for depot in sync_client(old, stub).depots.list()] == ["N"]
        assert stub.last.url.path == f"/tracking/{PARCELS}/depots"
    assert "v2031_08 import *" in content(root)["aftership_tracking/newest.py"].decode()


def test_version_packages_do_not_know_each_other(root: Path) -> None:
    later_version(root)
    run(root)

    for name, source in content(root).items():
        if "/v2031_05/" in name and name.endswith(".py"):
            assert b"2031_08" not in source
            assert b"2031-08" not in source
        if "/v2031_08/" in name and name.endswith(".py"):
            assert b"2031_05" not in source
            assert b"2031-05" not in source


def test_one_version_can_be_regenerated_alone(root: Path) -> None:
    later_version(root)
    run(root)
    before = content(root)
    raw = parcels()
    raw["components"]["schemas"]["Depot"]["description"] = "Another text."
    write_spec(root, raw)

    assert run(root, LATER)[0] == 0

    after = content(root)
    assert after.keys() == before.keys()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {NAME, *(f"aftership_tracking/v2031_08/{one}" for one in ("models.py", "openapi.json"))}
    assert run(root, LATER, check=True)[0] == 0
    assert run(root, check=True)[0] == 1


def test_one_version_alone_writes_the_surface_of_a_whole_run(root: Path) -> None:
    """The other lines are those that were stored, or, where these were changed, those of the source."""
    later_version(root)
    run(root)
    before = content(root)
    assert run(root, LATER)[1][-1] == "nothing changed"
    for name in ("v2031_05.txt", "v2031_08.txt"):
        (root / "generated" / "surface" / name).write_text("Depot: class\n")

        assert run(root, LATER)[0] == 0

        assert content(root) == before
    (root / "generated" / "surface" / "v2031_05.txt").unlink()
    assert run(root, LATER)[0] == 0
    assert content(root) == before


@pytest.mark.parametrize("missing", ["v2031_05.txt", "v2031_08.txt"])
def test_a_manifest_that_lacks_a_stored_surface_is_made_anew(root: Path, missing: str) -> None:
    later_version(root)
    run(root)
    before = content(root)
    manifest = root / "generated" / NAME
    for versions in ((PARCELS,), (LATER,), ()):
        lacking = json.loads(before[NAME])
        del lacking["groups"]["shared"]["files"][f"surface/{missing}"]
        manifest.write_text(json.dumps(lacking))

        assert run(root, *versions)[0] == 0

        assert content(root) == before


@pytest.mark.parametrize("broken", [b"<<<<<<< ours\n", b"\xff"])
def test_one_version_alone_is_refused_beside_code_that_cannot_be_read(root: Path, broken: bytes) -> None:
    """As a merge leaves it. A whole run makes it anew."""
    later_version(root)
    run(root)
    before = content(root)
    for path in ("surface/v2031_05.txt", "aftership_tracking/v2031_05/models.py"):
        (root / "generated" / path).write_bytes(broken)

    with pytest.raises(RefusedError, match=r"cannot be read: .+ Run python -m generator regenerate, without"):
        run(root, LATER)

    assert run(root)[0] == 0
    assert content(root) == before


def test_an_unknown_version_writes_nothing(root: Path) -> None:
    with pytest.raises(UnknownVersionError, match=f"Known are {PARCELS}"):
        run(root, LATER)

    assert not (root / "generated").exists()


def test_every_document_is_read_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later_version(root)
    found: list[str] = []

    def read_bytes(path: Path) -> bytes:
        if path.suffix == ".yaml":
            found.append(path.name)
        with path.open("rb") as stream:
            return stream.read()

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    run(root)

    assert sorted(found) == [f"{LATER}.yaml", "openapi.yaml", "towns.yaml"]


def test_a_version_that_is_gone_is_removed(root: Path) -> None:
    later_version(root)
    run(root)
    shutil.rmtree(root / "spec" / "changes")

    code, _ = run(root)

    assert code == 0
    assert not (root / "generated" / "aftership_tracking" / "v2031_08").exists()
    assert "v2031_05 import *" in content(root)["aftership_tracking/newest.py"].decode()


def test_findings_of_the_lint_stop_the_run(root: Path) -> None:
    raw = parcels()
    del raw["components"]["schemas"]["Parcel"]["description"]
    write_spec(root, raw)

    code, lines = run(root)

    assert code == 1
    assert lines
    assert all("Parcel" in line for line in lines)
    assert not (root / "generated").exists()


def test_a_document_that_cannot_become_code_writes_nothing(root: Path) -> None:
    run(root)
    before = content(root)
    (root / "spec" / "openapi.yaml").write_text("openapi: [")

    with pytest.raises(SpecError):
        run(root)

    assert content(root) == before


def test_another_ruff_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruff_formatting, "RUFF", "0.0.1")

    code, lines = run(root)

    assert code == 1
    assert "the generator needs 0.0.1" in lines[-1]
    assert not (root / "generated").exists()


def test_code_that_ruff_refuses_is_an_error() -> None:
    with pytest.raises(ruff_formatting.FormatError, match="ruff refuses"):
        ruff_formatting.format_modules({"a.py": "def ("})


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_output_does_not_depend_on_the_hash_seed(root: Path, seed: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "generator", "regenerate", "--root", str(root)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )

    expected = GOLDEN / "parcels" / "generated"
    found = content(root)
    del found[NAME]
    assert found == {
        path.relative_to(expected).as_posix(): path.read_bytes()
        for path in expected.rglob("*")
        if path.is_file()
    }


def test_the_manifest_lists_every_file_and_its_group(root: Path) -> None:
    run(root)

    manifest: dict[str, Any] = json.loads(content(root)[NAME])

    assert set(manifest) == {"generator", "templates", "tools", "groups"}
    assert set(manifest["groups"]) == {PARCELS, "shared"}
    assert manifest["tools"]["openapi-python-client"] == "0.29.1"
    listed = {name for group in manifest["groups"].values() for name in group["files"]}
    assert listed | {NAME} == set(content(root))
    assert str(root) not in content(root)[NAME].decode()


@pytest.mark.parametrize(
    ("module", "counts"),
    [
        ("document/overlay.py", True),
        ("client/quoting.py", True),
        ("client/texts/notes.py", True),
        ("output/migration_data.py", True),
        ("regenerate.py", True),
        ("output/guides.py", False),
        ("lint/view.py", False),
        ("diff/values.py", False),
        ("cli.py", False),
    ],
)
def test_the_hash_of_the_generator_covers_what_decides_the_output(
    module: str, counts: bool, tmp_path: Path
) -> None:
    copied = tmp_path / "generator"
    shutil.copytree(REPOSITORY / "generator", copied, ignore=shutil.ignore_patterns("__pycache__"))
    before = generator_digest(copied)

    (copied / module).write_text("# changed")

    assert (generator_digest(copied) != before) is counts


def test_a_hash_of_files_knows_names_and_contents_but_no_order(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        path.write_text(path.name)
    before = digest_files(tmp_path, paths)

    assert digest_files(tmp_path, reversed(paths)) == before
    paths[0].write_text("c")
    assert digest_files(tmp_path, paths) != before
    paths[0].write_text("a")
    moved = paths[0].rename(tmp_path / "c")
    assert digest_files(tmp_path, [moved, paths[1]]) != before
