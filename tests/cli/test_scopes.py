"""`aftership scopes`."""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def test_scopes_of_calls(run: Run) -> None:
    found = json.loads(run("scopes", "trackings.create", "POST /couriers/detect", "--json").stdout)
    assert found["scopes"] == ["aftership:courier:write", "aftership:tracking:write"]
    assert found["unknown"] == []
    recipe = json.loads(run("scopes", "trackings.upsert", "--json").stdout)
    assert recipe["scopes"] == ["aftership:tracking:read", "aftership:tracking:write"]


def test_calls_whose_scope_nobody_documents(run: Run) -> None:
    old = run("scopes", "notifications.get", "trackings.get", "--api-version", "2024-01", "--json")
    found = json.loads(old.stdout)
    assert (found["scopes"], found["unknown"]) == (["aftership:tracking:read"], ["notifications.get"])
    assert old.stderr == "", "nothing is sent, so the end of its support does not matter"


def test_all_scopes(run: Run) -> None:
    rows = json.loads(run("scopes", "--json").stdout)
    assert len(rows) == 7
    read = next(row for row in rows if row["scope"] == "aftership:tracking:read")
    assert read["calls"] == ["trackings.get", "trackings.list"]
    assert "Read trackings." in run("scopes").stdout


def test_unknown_call(run: Run) -> None:
    wrong = run("scopes", "trackings.creat")
    assert wrong.exit_code == 2
    assert "did you mean 'trackings.create'?" in wrong.stderr
    for name in ("trackings", "trackings._client", "x.y.z", ""):
        assert run("scopes", name).exit_code == 2, name
