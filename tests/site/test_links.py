"""Links of Markdown are found where they are links, and nowhere else."""

from __future__ import annotations

import pytest

from generator.site.links import relative, resolve, rewrite_links


def upper(text: str) -> str:
    return rewrite_links(text, lambda target, _image, _line: target.upper())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b.md)", "[a](B.MD)"),
        ("[a](b.md#c), [d](e.md)", "[a](B.MD#C), [d](E.MD)"),
        ("![a](b.png)", "![a](B.PNG)"),
        ("[`a()`](b.md)", "[`a()`](B.MD)"),
        ("[a\nb](c.md)", "[a\nb](C.MD)"),
        ("- [**a**: b](c.md)", "- [**a**: b](C.MD)"),
        (r"[`a[0]` and \]](c.md)", r"[`a[0]` and \]](C.MD)"),
    ],
)
def test_links_are_found(text: str, expected: str) -> None:
    assert upper(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://example.com)",
        "[a](#here)",
        "[a](mailto:a@example.com)",
        "`[a](b.md)`",
        "``a ` [a](b.md)``",
        "```python\nx = '[a](b.md)'\n```",
        "~~~\n```\n[a](b.md)\n~~~",
        "- a\n\n  ```\n  [a](b.md)\n  ```",
        "<!-- [a](b.md) -->",
    ],
)
def test_other_addresses_code_and_comments_stay(text: str) -> None:
    assert upper(text) == text


def test_a_code_span_ends_with_its_paragraph() -> None:
    assert upper("a ` b\n\n[c](d.md) ` e") == "a ` b\n\n[c](D.MD) ` e"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[the table](../a/b.toml)", "the table (`a/b.toml`)"),
        ("[a/b.toml](../a/b.toml)", "`a/b.toml`"),
        ("[`b.toml`](../a/b.toml#x)", "`a/b.toml`"),
    ],
)
def test_a_link_without_a_target_says_the_path(text: str, expected: str) -> None:
    assert rewrite_links(text, lambda *_: None) == expected


def test_the_line_of_a_link_is_known() -> None:
    lines: list[int] = []
    rewrite_links("a\n\n```\nb\n```\n[c](d.md)\n", lambda _target, _image, line: str(lines.append(line)))
    assert lines == [6]


def test_ways_between_pages() -> None:
    assert resolve("start/qa.md", "../mock.md#time") == ("mock.md", "#time")
    assert resolve("start/qa.md", "#time") == ("start/qa.md", "#time")
    assert relative("start/qa.md", "mock.md") == "../mock.md"
    assert relative("index.md", "start/qa.md") == "start/qa.md"
