"""Writes an event as the bytes of a body, in one of several styles.

The bytes are what is signed, so two ways to write one event have two signatures. All styles are legal JSON. A
receiver that by mistake checks JSON that was parsed and written again refuses them: after that the bytes are
no longer those that were signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

PLAIN = "plain"
"""Without spaces, and with characters beyond ASCII as they are."""


def write_body(event: Mapping[str, Any], style: str = PLAIN) -> bytes:
    """Return the bytes of an event in one of `STYLES`. All of them say the same.

    Every style but `PLAIN` changes when it is parsed and written again, whatever the event holds.

    Raises:
        ValueError: the style is unknown.
    """
    if style not in STYLES:
        raise ValueError(f"the style {style!r} is unknown; the styles are: {', '.join(STYLES)}")
    text = STYLES[style](event)
    if style != PLAIN and _survives_writing_again(text):
        # The event holds nothing that this style writes in another way. A space before JSON is legal.
        text = f" {text}"
    return text.encode()


def _survives_writing_again(text: str) -> bool:
    value = json.loads(text)
    return any(
        text == json.dumps(value, ensure_ascii=is_ascii, separators=separators)
        for is_ascii in (True, False)
        for separators in ((",", ":"), (", ", ": "))
    )


def _plain(event: Mapping[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _escaped_slashes(event: Mapping[str, Any]) -> str:
    # A slash occurs only inside of strings, so this changes nothing but its spelling.
    return _plain(event).replace("/", "\\/")


def _escaped_letters(event: Mapping[str, Any]) -> str:
    """With escapes such as `\\u00e9`. An event may be all ASCII, so a letter of the key `msg` is escaped."""
    text = json.dumps(event, separators=(",", ":"))
    return text.replace('"msg":', '"\\u006dsg":', 1)


def _spaced(event: Mapping[str, Any]) -> str:
    return "{ " + json.dumps(event, ensure_ascii=False, separators=(" ,  ", " : "))[1:-1] + "\t}"


def _indented(event: Mapping[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, indent=3).replace("\n", "\r\n")


def _trailing_newline(event: Mapping[str, Any]) -> str:
    return _plain(event) + "\n"


def _reversed(event: Mapping[str, Any]) -> str:
    return _plain(dict(reversed(tuple(event.items()))))


STYLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    PLAIN: _plain,
    "escaped-slashes": _escaped_slashes,
    "escaped-letters": _escaped_letters,
    "spaced": _spaced,
    "indented": _indented,
    "trailing-newline": _trailing_newline,
    "turned": _reversed,
}
"""The ways of writing the same JSON by name; `plain` is how events are usually written."""
ODD = tuple(style for style in STYLES if style != PLAIN)
