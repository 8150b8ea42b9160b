"""The generated client as a user's editor and type checker show it, for both clients.

A docstring stands once, on a base class of both; the language server must find it there.
"""

from __future__ import annotations

import inspect
import json
import pydoc
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import documents
from editor_support.language_server import PYRIGHT, copy_package, require_pyright, running_editor

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = documents.versions()
PACKAGES = {"v2024_07": "2024-07", "v2026_07": "2026-07"}
CLIENTS = ("AfterShip", "AsyncAfterShip")


def operations(version: str) -> Iterator[Mapping[str, Any]]:
    for item in documents.document(version)["paths"].values():
        yield from (one for verb, one in item.items() if verb in ("get", "post", "put", "delete", "patch"))


def methods(version: str) -> dict[str, Mapping[str, Any]]:
    return {f"{one['x-resource']}.{one['x-method']}": one for one in operations(version)}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a user: the package, and a file that names every method of two versions."""
    require_pyright()
    folder = tmp_path_factory.mktemp("user")
    copy_package(folder)
    for package, version in PACKAGES.items():
        lines = [f"from aftership_tracking.{package} import {', '.join(CLIENTS)}", ""]
        for client in CLIENTS:
            lines += [f"{client.lower()} = {client}()", ""]
            lines += [f"{client.lower()}.{name}" for name in methods(version)]
        (folder / f"{package}_user.py").write_text("\n".join([*lines, ""]), "utf-8")
    return folder


@cache
def shown_by_editor(workspace: Path, package: str) -> tuple[dict[str, str], set[str]]:
    """What an editor shows at the end of each line, and the lines that it strikes through."""
    with running_editor(workspace) as editor:
        editor.open(workspace / f"{package}_user.py")
        return editor.hover_ends(), {one.line for one in editor.diagnostics() if one.is_struck_through}


@pytest.mark.parametrize(("package", "version"), PACKAGES.items())
def test_an_editor_shows_text_and_deprecation_of_every_method_for_both_clients(
    workspace: Path, package: str, version: str
) -> None:
    expected = methods(version)
    shown, struck_through = shown_by_editor(workspace, package)
    assert len(shown) == 2 * len(expected)
    for line, hover in shown.items():
        client, _, name = line.partition(".")
        operation = expected[name]
        signature, _, text = hover.partition("\n---\n")
        assert signature.startswith(f"```python\n(method) def {operation['x-method']}("), hover
        assert operation["summary"].rstrip(".") in text, hover
        assert f"`{operation['operationId']}`" in text
        assert "Raises:" in text
        if client == "asyncaftership" and "x-pagination" not in operation:
            assert "CoroutineType[" in signature
        if operation.get("deprecated"):
            assert "Deprecated since 2024-07, to be removed in 2024-10: use trackings." in text
    deprecated = {name for name, one in expected.items() if one.get("deprecated")}
    assert struck_through == {f"{client.lower()}.{name}" for client in CLIENTS for name in deprecated}
    assert len(deprecated) == (5 if version == "2024-07" else 0)


def test_an_editor_shows_limits_and_defaults(workspace: Path) -> None:
    shown, _ = shown_by_editor(workspace, "v2026_07")
    for client in CLIENTS:
        for method, limits in (
            ("list", "1 to 200, default 100."),
            ("create", "4 to 100 characters, matching"),
        ):
            text = shown[f"{client.lower()}.trackings.{method}"].replace("&nbsp;", " ")
            assert limits in " ".join(text.split())


def test_a_method_without_any_docstring_shows_none(tmp_path: Path) -> None:
    """The test above can fail: the server invents no text."""
    lines = [
        "class Plain:",
        "    def get(self) -> int:",
        "        return 1",
        "",
        "plain = Plain()",
        "plain.get",
    ]
    (tmp_path / "user.py").write_text("\n".join([*lines, ""]), "utf-8")
    require_pyright()
    with running_editor(tmp_path) as editor:
        editor.open(tmp_path / "user.py")
        shown = editor.hover_ends()

    assert shown == {"plain.get": "```python\n(method) def get() -> int\n```"}


@pytest.mark.parametrize("version", VERSIONS)
def test_help_and_getdoc_show_the_text_for_both_clients(version: str) -> None:
    from importlib import import_module

    package = import_module(f"aftership_tracking.v{version.replace('-', '_')}")
    for client in (package.AfterShip("k"), package.AsyncAfterShip("k")):
        for name, operation in methods(version).items():
            resource, _, method = name.partition(".")
            owner = getattr(client, resource)
            for function in (getattr(owner, method), getattr(type(owner), method)):
                text = inspect.getdoc(function) or ""
                assert text.startswith(operation["summary"].rstrip("."))
                assert function.__doc__ is not None
            assert operation["summary"].rstrip(".") in pydoc.plaintext.document(type(owner))


USER = """
import asyncio
from aftership_tracking.v2024_07 import AfterShip, AsyncAfterShip

client, async_client = AfterShip(), AsyncAfterShip()
client.trackings.get("a")
client.trackings.get_by_number("ups", "1")  # deprecated
client.trackings.update_by_number("ups", "1", title="t")  # deprecated


async def run() -> None:
    await async_client.trackings.get("a")
    await async_client.trackings.delete_by_number("ups", "1")  # deprecated


asyncio.run(run())
"""
MARKED = {number for number, line in enumerate(USER.splitlines(), 1) if line.endswith("# deprecated")}


def test_mypy_reports_deprecated_methods(tmp_path: Path) -> None:
    user = tmp_path / "user.py"
    user.write_text(USER, "utf-8")

    def check(*options: str) -> set[int]:
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "mypy",
                    "--strict",
                    "--config-file=",
                    f"--cache-dir={tmp_path / 'cache'}",
                ),
                *("--namespace-packages", "--explicit-package-bases", *options, str(user)),
            ],
            cwd=tmp_path,
            env={"MYPYPATH": f"{ROOT / 'overrides'}:{ROOT / 'generated'}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stdout + done.stderr
        found = re.findall(r"^.*?user\.py:(\d+): error: (.*)$", done.stdout, re.MULTILINE)
        assert all("use trackings." in sentence and "[deprecated]" in sentence for _, sentence in found), (
            found
        )
        return {int(line) for line, _ in found}

    assert check("--enable-error-code=deprecated") == MARKED
    assert check() == set()


def test_pyright_reports_deprecated_methods(workspace: Path) -> None:
    node = require_pyright()
    (workspace / "deprecated_user.py").write_text(USER, "utf-8")
    settings = {
        "include": ["deprecated_user.py"],
        "reportDeprecated": "error",
        "typeCheckingMode": "strict",
    }
    (workspace / "settings.json").write_text(json.dumps(settings), "utf-8")

    done = subprocess.run(
        [
            *(node, str(PYRIGHT / "index.js"), "--outputjson", "--pythonpath", sys.executable),
            *("--project", "settings.json"),
        ],
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )

    found = json.loads(done.stdout)["generalDiagnostics"]
    assert {(one["rule"], one["range"]["start"]["line"] + 1) for one in found} == {
        ("reportDeprecated", line) for line in MARKED
    }
    assert all("Deprecated since 2024-07" in one["message"] for one in found)
