"""The check of built pages finds what is planted, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import RefusedError
from generator.site.checking import check_site, find_faults, read_allowed

PAGE = '<html><head>{head}</head><body><h1 id="top">A</h1><a href="b.html#there">b</a>{body}</body></html>'


def faults(folder: Path, *, head: str = "", body: str = "", css: str = "") -> list[str]:
    (folder / "sub").mkdir(exist_ok=True)
    (folder / "a.html").write_text(PAGE.format(head=head, body=body))
    (folder / "b.html").write_text('<p id="there">x</p>')
    (folder / "sub" / "c.txt").write_text("x")
    (folder / "site.css").write_text(css)
    return find_faults(folder, ["https://allowed.example/page"])[1]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (
            "",
            '<a href="#top">x</a><a href="">x</a><a href="sub/c.txt">x</a><a href="mailto:a@b.example">x</a>',
        ),
        ('<link rel="stylesheet" href="site.css?v=1">', '<img src="data:image/png;base64,AA==">'),
        ("", '<a href="https://allowed.example/page">x</a>'),
    ],
)
def test_what_is_right_is_left_alone(tmp_path: Path, head: str, body: str) -> None:
    assert faults(tmp_path, head=head, body=body) == []


@pytest.mark.parametrize(
    ("part", "text", "fault"),
    [
        ("body", '<a href="d.html">x</a>', "links to d.html, which does not exist"),
        ("body", '<a href="b.html#gone">x</a>', "links to b.html#gone, and there is no such anchor"),
        ("body", '<a href="#gone">x</a>', "links to #gone, and there is no such anchor"),
        ("body", '<a href="_downloads/x.csv">x</a>', "links to _downloads/x.csv, which does not exist"),
        (
            "body",
            '<a href="https://other.example/">x</a>',
            "links to https://other.example/, which is not in",
        ),
        (
            "body",
            '<img src="https://other.example/x.png">',
            "loads https://other.example/x.png from another host",
        ),
        ("body", '<img srcset="//other.example/x.png 2x">', "loads //other.example/x.png from another host"),
        (
            "body",
            '<p style="background: url(https://o.example/x)">',
            "loads https://o.example/x from another host",
        ),
        ("head", '<script src="https://other.example/x.js"></script>', "from another host"),
        ("head", '<link rel="stylesheet" href="https://other.example/x.css">', "from another host"),
        ("head", '<link rel="preconnect" href="https://other.example">', "from another host"),
        ("head", '<link rel="alternate" href="a.md">', "links to a.md, which does not exist"),
        ("body", '<a href="javascript:alert(1)">x</a>', "links to javascript:alert(1), which is not in"),
        ("body", '<form action="https://other.example/"></form>', "links to https://other.example/, which"),
        ("head", "<style>@import 'https://o.example/x.css';</style>", "loads https://o.example/x.css from"),
        (
            "head",
            '<meta http-equiv="Refresh" content="0; URL=https://o.example/">',
            "loads https://o.example/ from another host",
        ),
        ("head", '<script src="gone.js"></script>', "loads gone.js, which does not exist"),
        ("css", "@import 'https://other.example/x.css';", "from another host"),
        ("css", "a { src: url(fonts/gone.woff2) }", "loads fonts/gone.woff2, which does not exist"),
    ],
)
def test_what_is_planted_is_found(tmp_path: Path, part: str, text: str, fault: str) -> None:
    [found] = faults(tmp_path, **{part: text})
    assert fault in found


def test_the_command_prints_every_fault(tmp_path: Path) -> None:
    (tmp_path / "docs" / "site").mkdir(parents=True)
    (tmp_path / "docs" / "site" / "external-links.txt").write_text("# why\nhttps://a.example/#x # a page\n")
    assert read_allowed(tmp_path / "docs" / "site" / "external-links.txt") == ["https://a.example/#x"]
    project = tmp_path / "pyproject.toml"
    project.write_text("")
    folder = tmp_path / "site"
    folder.mkdir()
    with pytest.raises(RefusedError, match=r"site has no pages\."):
        check_site(tmp_path, folder, str)
    (folder / "a.html").write_text('<a href="https://a.example/#x">x</a>')
    said: list[str] = []
    check_site(tmp_path, folder, said.append)
    assert said == [
        "1 pages were checked: every link and anchor exists, and nothing is loaded from elsewhere."
    ]
    (folder / "a.html").write_text('<a href="b.html">x</a><a href="c.html">x</a>')
    with pytest.raises(RefusedError, match=r"(?s)b\.html.*\n.*c\.html.*2 faults in 1 pages"):
        check_site(tmp_path, folder, said.append)
    # Files of the repository may be linked to once its address is known, and nothing beside it.
    (folder / "a.html").write_text(
        '<a href="https://git.example/o/n/blob/main/x">x</a><a href="https://git.example/o/name">x</a>'
    )
    project.write_text('[tool.aftership-tracking-client]\nrepository = "https://git.example/o/n"\n')
    with pytest.raises(RefusedError, match=r"^a\.html links to https://git\.example/o/name, .*\n?1 faults"):
        check_site(tmp_path, folder, str)
