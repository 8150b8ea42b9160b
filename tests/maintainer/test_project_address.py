"""The one setting for the address of the repository: what is refused, and what is made from it."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from generator import cli
from generator.errors import RefusedError
from generator.release.long_description import with_absolute_links
from generator.release.project_address import project_urls, read_address, require_address
from maintainer_support.projects import ADDRESS, REPOSITORY, set_address, small_project

HOSTILE = (
    "http://git.example/a/b",
    "git@git.example:a/b.git",
    "https://git.example",
    "https://git.example/",
    "https://git.example/a/b/",
    "https://git.example/a/b.git",
    "https://git.example/a//b",
    "https://git.example/a/../b",
    "https://git.example/a/b?x=1",
    "https://git.example/a/b#x",
    "https://someone:hunter2@git.example/a/b",
    "https://git.example/a/b)[x](https://evil.example",
    "https://git.example/a/<b>",
    "https://git.example/a b",
    "https://git.example/a/b\\n",
    "https://git.example/a/%2e%2e",
    "javascript:alert(1)",
    " https://git.example/a/b",
    "https://gít.example/a/b",
)


def with_setting(folder: Path, value: str) -> Path:
    (folder / "pyproject.toml").write_text(
        f"[tool.aftership-tracking-client]\nrepository = {value}\n", "utf-8"
    )
    return folder


@pytest.mark.parametrize(
    "address", [ADDRESS, "https://git.example:8443/a/b", "https://git.example/a/b/c-d_e.f~g"]
)
def test_an_address_is_read(tmp_path: Path, address: str) -> None:
    assert require_address(with_setting(tmp_path, f'"{address}"')) == address


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_not_an_address_is_refused_and_not_printed(tmp_path: Path, address: str) -> None:
    with pytest.raises(RefusedError, match="is not an address that links can be made from") as caught:
        read_address(with_setting(tmp_path, f'"{address}"'))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["1", "false", '["https://git.example/a/b"]', "{}"])
def test_what_is_not_a_string_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(RefusedError, match="is not an address"):
        read_address(with_setting(tmp_path, value))


def test_while_it_is_empty_it_can_be_read_but_not_required(tmp_path: Path) -> None:
    assert read_address(with_setting(tmp_path, '""')) == ""
    with pytest.raises(RefusedError, match=r"\[tool.aftership-tracking-client\] in pyproject.toml, is empty"):
        require_address(tmp_path)
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    assert read_address(tmp_path) == ""


@pytest.mark.parametrize("arguments", [(), ("--build-only",), ("--pre", "rc")])
def test_nothing_is_released_while_it_is_empty(
    tmp_path: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    set_address(small_project(tmp_path), "")
    with pytest.raises(SystemExit) as caught:
        cli.main(["release", *arguments, "--root", str(tmp_path)])
    printed = capsys.readouterr()
    assert (caught.value.code, printed.out) == (1, "")
    assert printed.err == (
        "repository, below [tool.aftership-tracking-client] in pyproject.toml, is empty, so the links of the "
        "package would lead nowhere. Write the https address of the repository there, and commit.\n"
    )


def test_the_workflow_compares_it_with_where_it_runs(tmp_path: Path) -> None:
    copy = tmp_path / "generator" / "release"
    copy.mkdir(parents=True)
    for name in ("generator/__init__.py", "generator/errors.py", "generator/release/__init__.py"):
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    name = "generator/release/project_address.py"
    (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())

    def run(address: str) -> tuple[int, str]:
        # -S: without what is installed
        command = [sys.executable, "-S", "-m", "generator.release.project_address", address]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    with_setting(tmp_path, '""')
    code, said = run(ADDRESS)
    assert code == 1
    assert "is empty" in said
    with_setting(tmp_path, f'"{ADDRESS}"')
    assert run(ADDRESS) == (0, "")
    assert run(ADDRESS.replace("parcels", "Parcels")) == (0, "")
    code, said = run("https://git.example/fork/client")
    assert code == 1
    assert "is not https://git.example/fork/client, where this runs." in said


def test_project_urls_name_the_version() -> None:
    urls = project_urls(ADDRESS, "1.0.0rc1")
    assert {"Homepage", "Source", "Documentation", "Changelog", "Issues"} < urls.keys()
    assert urls["Changelog"] == f"{ADDRESS}/blob/v1.0.0rc1/CHANGELOG.md"
    assert all(len(label) <= 32 for label in urls)
    assert all(url.startswith("https://") for url in project_urls("", "1.0.0").values())


LINKS = [
    ("[a](docs/a.md)", "[a](@blob/docs/a.md)"),
    ("[a](./docs/a.md#b)", "[a](@blob/docs/a.md#b)"),
    ("[a](#b)", "[a](@blob/README.md#b)"),
    ("[`a` and *b*](docs/)", "[`a` and *b*](@blob/docs/)"),
    ('[a](docs/a.md "title")', '[a](@blob/docs/a.md "title")'),
    ("![a](docs/images/a.png)", "![a](@raw/docs/images/a.png)"),
    ("[![a](b.png)](docs/a.md)", "[![a](@raw/b.png)](@blob/docs/a.md)"),
    ("[a]: docs/a.md", "[a]: @blob/docs/a.md"),
    ('<img width="9" src="a.png">', '<img width="9" src="@raw/a.png">'),
    ('<source media="x" srcset="a.png">', '<source media="x" srcset="@raw/a.png">'),
    ('<a href="docs/a.md">', '<a href="@blob/docs/a.md">'),
    ("[a](https://b.example/c)", "[a](https://b.example/c)"),
    ("[a](mailto:b@c.example)", "[a](mailto:b@c.example)"),
    ("`[a](b)` and ``c`[a](b)``", "`[a](b)` and ``c`[a](b)``"),
    ("```python\nx[a](b)\n```\n[a](b)", "```python\nx[a](b)\n```\n[a](@blob/b)"),
    ("- x\n  ```python\n  x[a](b)\n  ```", "- x\n  ```python\n  x[a](b)\n  ```"),
    ("one ` alone\n\n[a](b) and ` more", "one ` alone\n\n[a](@blob/b) and ` more"),
]


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_relative_links_become_absolute(text: str, expected: str) -> None:
    expected = expected.replace("@blob", f"{ADDRESS}/blob/v1.0.0").replace("@raw", f"{ADDRESS}/raw/v1.0.0")
    assert with_absolute_links(text, ADDRESS, "1.0.0") == expected


class Targets(HTMLParser):
    """What a page links to and shows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "srcset")]


def targets(text: str) -> list[str]:
    reader = Targets()
    reader.feed(MarkdownIt("commonmark").enable("table").render(text))
    return reader.found


def test_the_description_of_this_project_has_no_relative_link() -> None:
    """Seen by a renderer, which knows more of Markdown than the code that replaces the links."""
    text = (REPOSITORY / "README.md").read_text("utf-8")
    before, after = targets(text), targets(with_absolute_links(text, ADDRESS, "1.0.0"))
    relative = [one for one in before if ":" not in one]
    assert len(relative) > 10
    assert [one for one in relative if not (REPOSITORY / one.partition("#")[0]).exists()] == []
    assert len(after) == len(before)
    # The mock on the reader's own machine.
    assert [one for one in after if not one.startswith(("https://", "http://127.0.0.1:"))] == []


def test_the_build_takes_both_from_the_setting(tmp_path: Path) -> None:
    """The metadata as the build computes it, without building."""
    (tmp_path / "generator" / "release").mkdir(parents=True)
    for path in ["pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "generator/__init__.py"]:
        (tmp_path / path).write_bytes((REPOSITORY / path).read_bytes())
    for path in [
        "errors.py",
        "release/__init__.py",
        "release/project_address.py",
        "release/long_description.py",
    ]:
        (tmp_path / "generator" / path).write_bytes((REPOSITORY / "generator" / path).read_bytes())

    def metadata() -> tuple[dict[str, object], str]:
        command = [sys.executable, "-m", "hatchling", "metadata"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return json.loads(done.stdout), done.stderr

    set_address(tmp_path, "")
    found, said = metadata()
    assert found["urls"] == {"API documentation": "https://www.aftership.com/docs/tracking"}
    assert "](docs/" in str(found["readme"])
    assert "is empty, so the links of the description stay relative" in said
    set_address(tmp_path)
    found, said = metadata()
    assert found["urls"] == project_urls(ADDRESS, str(found["version"]))
    assert f"]({ADDRESS}/blob/v{found['version']}/docs/" in str(found["readme"])
    assert "](docs/" not in str(found["readme"])
    assert said == ""
