"""The only ways by which text of a document gets into code.

Everything that a document says is an `UntrustedString` in our records, and the templates refuse to print one.
Two filters make it printable: `literal` for values that must survive exactly (wire names, enum values), and
`prose` for text that people read in docstrings. The filters of openapi-python-client do neither: its literals
lose characters, its docstrings may end in a quote.
"""

from __future__ import annotations

import re
import unicodedata

from generator.client.openapi_library import UntrustedString, plain_string


def untrusted(value: object) -> UntrustedString:
    """Wrap what a document says. Anything but a string (a missing description) becomes the empty string."""
    return UntrustedString(value if isinstance(value, str) else "")


def literal(value: UntrustedString | str | float | tuple[UntrustedString | str | float, ...]) -> str:
    """Python source of a value. `repr` escapes what could end the string or line or break the encoding."""
    if isinstance(value, tuple):
        items = [literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(value, int | float):
        return repr(value)
    plain = plain_string(value)
    source = repr(plain)
    # Double quotes are the style of this project; they replace single ones only if nothing was escaped.
    return f'"{plain}"' if source == f"'{plain}'" and '"' not in plain else source


def prose(value: UntrustedString | str) -> str:
    """Text for the inside of a triple-quoted docstring, on one line. Nothing of it is left out."""
    # After this, two unescaped quotes are never side by side, and the last character is never one.
    return re.sub(r'"(?="|$)', r'\\"', one_line(value).replace("\\", "\\\\"))


def one_line(value: UntrustedString | str) -> str:
    """The text with each white space collapsed, and without characters that cannot be printed."""
    printable = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character for character in plain_string(value)
    )
    return " ".join(printable.split())


def refuse_untrusted(value: object) -> object:
    """Check a value that Jinja is going to print: text of the document must have passed a filter."""
    if isinstance(value, UntrustedString):
        raise TypeError(f"a template prints document text without a quoting filter: {plain_string(value)!r}")
    return value
