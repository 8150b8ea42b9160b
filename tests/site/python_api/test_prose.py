"""The words of docstrings as Markdown. Those of generated code come from a document that is not trusted."""

from __future__ import annotations

import pytest
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from myst_parser.parsers.mdit import create_md_parser

from generator.site import markdown
from generator.site.python_api import prose

EVERYTHING = {
    "amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist",
    "html_admonition", "html_image", "strikethrough", "substitution", "tasklist",
}  # fmt: skip
HOSTILE = [
    "# a heading",
    "- a list",
    "+ a list",
    "1. a list",
    "12) a list",
    "(target)=",
    "% a comment",
    "+++",
    ":::{note}",
    "```{eval-rst}",
    "::: x",
    ":field: x",
    ": a definition",
    "> a quote",
    "---",
    "===",
    "| a | table |",
    "<script>alert(1)</script>",
    "<b>x</b> &lt; &#60;",
    "{ref}`x`",
    "{{ name }}",
    "[a](http://x)",
    "![a](b.png)",
    "[^1]",
    "*a* __b__ ~~c~~ $d$",
    "\\",
    "[ ] a task",
    "~~~",
    "!!! x",
    "{#id}",
]


def read(text: str) -> list[tuple[str, str]]:
    """The inner tokens of Markdown, as Sphinx would read it with every extension."""
    parser = create_md_parser(MdParserConfig(enable_extensions=EVERYTHING), DocutilsRenderer)
    found = []
    for token in parser.parse(text, {}):
        for one in [token, *(token.children or [])]:
            if one.type != "inline":
                found.append((one.type, one.content))
    return found


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_one_plain_paragraph(words: str) -> None:
    tokens = read(prose.paragraph(words))
    assert {name for name, _ in tokens} <= {
        "paragraph_open", "paragraph_close", "text", "text_special", "code_inline",
    }  # fmt: skip
    shown = "".join(content for _, content in tokens)
    assert shown.replace("`", "") == " ".join(words.split()).replace("`", "")


@pytest.mark.parametrize("words", ["<b>", "{{ x }}", "a | b", "a ` b", r"^(a\|b)\\|$", "a \\"])
def test_code_shows_what_it_holds(words: str) -> None:
    assert ("code_inline", words) in read(markdown.code(words))
    assert ("code_inline", words) in read(markdown.table(["a"], [[prose.inline(f"`` {words} ``")]]))


def test_hostile_blocks_are_plain() -> None:
    text = "\n\n".join([*HOSTILE, "    code <b>\n\n    ```\n    more", "- {{ one }}\n- [two](x)\n  goes on"])
    kinds = {name for name, _ in read(prose.blocks(text))}
    assert not kinds & {
        "heading_open",
        "html_block",
        "html_inline",
        "myst_target",
        "myst_role",
        "substitution_inline",
    }
    assert not kinds & {"link_open", "image", "math_inline", "colon_fence", "blockquote_open", "table_open"}
    assert "fence" in kinds


def test_code_of_docstrings() -> None:
    assert prose.blocks("See:\n\n    x = 1\n\n    y = 2\n\nend") == (
        "See:\n\n```python\nx = 1\n\ny = 2\n```\n\nend"
    )
    assert prose.blocks("    a -> b c") == "```text\na -> b c\n```"
    assert prose.fence("```", "text") == "````text\n```\n````"


def test_names_are_code_and_links() -> None:
    targets = {"UsageError": "errors.md#e", "Page": "pages.md#p"}
    assert prose.inline("raises UsageError, not `Page`, *never*", targets.get) == (
        "raises [`UsageError`](errors.md#e), not [`Page`](pages.md#p), \\*never\\*"
    )
    assert prose.inline("set AFTERSHIP_API_KEY") == "set `AFTERSHIP_API_KEY`"
    # Typography would make one dash of two.
    assert prose.inline("with --api-version, a--b -- c") == "with `--api-version`, a--b -- c"
