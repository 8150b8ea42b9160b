"""`aftership couriers search|show|sync`: two of them send nothing, and the stored list wins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Sandbox


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The folder for the stored lists."""
    return tmp_path / "cache" / "aftership"


def test_search_needs_neither_key_nor_service(run: Run) -> None:
    found = run("couriers", "search", "dhl", "paket", "--limit", "4")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[0].split() == ["slug", "name", "aliases", "groups"]
    assert [line.split()[0] for line in lines[1:]] == ["dhl", "dhl-reference", "dhl-api", "dhl-germany"]
    assert found.stderr.startswith("From lists of 2020 and 2024.")


def test_search_for_programs(run: Run) -> None:
    found = run("couriers", "search", "gls spain", "--ndjson", "--limit", 1)
    assert json.loads(found.stdout) == {
        "slug": "gls-spain",
        "name": "GLS Spain",
        "aliases": [],
        "required_fields": ["destination_postal_code"],
        "groups": ["gls-group"],
        "active": None,
        "is_live": None,
    }
    older = run("couriers", "search", "gls spain", "--json", "--api-version", "2024-01")
    assert json.loads(older.stdout)[0]["required_fields"] == ["tracking_postal_code"]


@pytest.mark.parametrize("command", ["search", "show"])
def test_nothing_is_found(run: Run, command: str) -> None:
    found = run("couriers", command, "qqqzzz")
    assert (found.exit_code, found.stdout) == (4, "")
    assert found.stderr.startswith(
        "No known courier is called 'qqqzzz'. The built-in lists are of 2020 and 2024."
    )
    error = json.loads(run("couriers", command, "qqqzzz", "--json").stderr)["error"]
    assert (error["kind"], error["exit_code"]) == ("not_found", 4)


def test_show_says_what_was_probably_meant(run: Run) -> None:
    found = run("couriers", "show", "dhl-germny")
    assert found.exit_code == 4
    assert found.stderr.startswith("No known courier is called 'dhl-germny'; did you mean 'dhl-germany'?")


def test_nothing_is_suggested_that_is_not_close(run: Run) -> None:
    # A search finds PostNord: one of its names has the word.
    assert "did you mean" not in run("couriers", "show", "no-such-courier").stderr
    assert "did you mean 'dhl" in run("couriers", "show", "dhl paket germani").stderr


def test_a_name_of_several_couriers(run: Run) -> None:
    found = run("couriers", "show", "DHL International")
    assert found.exit_code == 2
    assert "is the name of several couriers. Give a slug: dhl, dhl-pieceid." in found.stderr


def test_show_says_what_is_not_documented(run: Run) -> None:
    shown = run("couriers", "show", "dhl-freight").stdout
    assert "phone             not documented" in shown
    assert "number_formats    not documented" in shown
    content = json.loads(run("couriers", "show", "dhl-freight", "--json").stdout)
    assert (content["phone"], content["countries"], content["number_formats"]) == (None, None, [])
    assert content["fields"] == [
        {"seen": "2024-08-12", "confidence": "official plugin", "required": [], "optional": None}
    ]
    assert json.loads(run("couriers", "show", "DHL Germany", "--json").stdout)["slug"] == "dhl-germany"


def test_sync_is_used_from_then_on(call: Run, run: Run, sandbox: Sandbox, cache: Path) -> None:
    synced = call("couriers", "sync", "--json")
    assert synced.exit_code == 0, synced.stderr
    content = json.loads(synced.stdout)
    assert (content["couriers"], content["not_known_before"]) == (1555, 0)
    assert 0 < content["active"] < 1555
    assert Path(content["file"]) == cache / "couriers-default.json"
    shown = run("couriers", "show", "usps")
    assert "active            yes" in shown.stdout
    assert shown.stderr.startswith(f"With the list of {sandbox.url} of 20")
    assert json.loads(run("couriers", "search", "usps", "--ndjson", "--limit", 1).stdout)["active"] is True


def test_each_profile_has_its_list(call: Run, run: Run, sandbox: Sandbox, cache: Path) -> None:
    assert run("config", "set", "base_url", sandbox.url, "--profile", "shop").exit_code == 0
    assert call("couriers", "sync", "--profile", "shop").exit_code == 0
    assert [path.name for path in cache.iterdir()] == ["couriers-shop.json"]
    assert json.loads(run("couriers", "show", "usps", "--json").stdout)["is_live"] is None
    assert (
        json.loads(run("couriers", "show", "usps", "--json", "--profile", "shop").stdout)["is_live"] is True
    )
    other = run("couriers", "show", "usps", "--profile", "shp")
    assert other.exit_code == 2
    assert "There is no profile 'shp'" in other.stderr
    assert "did you mean 'shop'?" in other.stderr


def test_a_damaged_list_is_said(run: Run, cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache / "couriers-default.json").write_text("{")
    found = run("couriers", "search", "dhl")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "is damaged" in found.stderr
    assert "sync again" in found.stderr


def test_sync_without_a_key(run: Run, cache: Path) -> None:
    assert run("couriers", "sync").exit_code == 3
    assert not cache.exists()


def test_a_shell_completes_slugs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AFTERSHIP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "aftership couriers show dhl-ger")
    monkeypatch.setenv("COMP_CWORD", "3")
    assert run().stdout.splitlines() == ["dhl-germany", "dhl-germany-ftp"]
