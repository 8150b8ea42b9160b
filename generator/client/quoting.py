"""The only ways by which text of a document gets into code.

Everything a document says is an `UntrustedString` in our records, and the templates refuse to print one. Two
filters make it printable: `literal` for values that must survive exactly (wire names, enum values), `prose`
for text that people read in docstrings.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NoReturn

from openapi_python_client.schema import UntrustedString

Text = UntrustedString

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")


def text(value: object) -> Text:
    """Wrap what a document says. What is no string (a missing description) becomes the empty text."""
    return Text(value if isinstance(value, str) else "")


def raw(value: Text | str) -> str:
    """The plain string again, for lookups and comparisons; never for a template."""
    return value.get_untrusted_value() if isinstance(value, Text) else value


def literal(value: Text | str | int | tuple[Text | str | int, ...]) -> str:
    """Python source of a value. `repr` escapes what could end the string or line or break the encoding."""
    if isinstance(value, tuple):
        items = [literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(value, int):
        return repr(value)
    plain = raw(value)
    source = repr(plain)
    # Double quotes are the house style; only swap them where nothing inside needs another look.
    return f'"{plain}"' if source == f"'{plain}'" and '"' not in plain else source


def prose(value: Text | str, width: int | None = None) -> str:
    """Text for the inside of a triple-quoted docstring, on one line.

    White space is collapsed and characters that do not print are dropped. A text longer than `width` is cut
    to its first sentence, and that at a word.
    """
    printable = "".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in raw(value))
    line = " ".join(printable.split())
    if width is not None and len(line) > width:
        line = shorten(_SENTENCE_END.split(line)[0], width)
    # After this no two quotes stand side by side unescaped, and none is the last character.
    return re.sub(r'"(?="|$)', r'\\"', line.replace("\\", "\\\\"))


def shorten(line: str, width: int) -> str:
    """At most `width` characters, cut at a word, with dots where something is missing."""
    if len(line) <= width:
        return line
    cut = line[: max(width - 3, 1)]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:") + "..."


def refuse_untrusted(value: object) -> object:
    """Jinja's last look at a value before it is printed: text of the document must have passed a filter."""
    if isinstance(value, Text):
        refuse(value)
    return value


def refuse(value: Text) -> NoReturn:
    """Stop a template that prints text of the document without a filter."""
    raise TypeError(f"a template prints document text without a quoting filter: {raw(value)!r}")
