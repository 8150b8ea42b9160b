"""README.md as the package index shows it: there its relative links would lead nowhere.

It needs the standard library alone, because `hatch_build.py` imports it where nothing else is installed.
"""

from __future__ import annotations

import re

_CODE = re.compile(
    r"^[ ]*(?P<fence>```+|~~~+).*?^[ ]*(?P=fence)[ \t]*$"
    r"|(?P<tick>`+)(?!`)(?:[^\n]|\n(?!\n))+?(?<!`)(?P=tick)(?!`)",
    re.MULTILINE | re.DOTALL,
)
"""Blocks and spans of code, in which nothing is a link."""
_TARGET = r"(?P<target>[^\s\0()<>\"']+)"
_IMAGES = (
    re.compile(rf"!\[[^\]]*\]\({_TARGET}"),
    re.compile(rf"<(?:img|source)\b[^>]*?\b(?:src|srcset)=[\"']{_TARGET}"),
)
_PAGES = (
    # The words of a link may be a picture, which is in brackets too.
    re.compile(rf"(?<!!)\[(?:[^\[\]]|!?\[[^\[\]]*\](?:\([^()]*\))?)*\]\({_TARGET}"),
    re.compile(rf"^\[[^\]]+\]:[ \t]+{_TARGET}", re.MULTILINE),
    re.compile(rf"<a\b[^>]*?\bhref=[\"']{_TARGET}"),
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def with_absolute_links(text: str, address: str, version: str) -> str:
    """The text with its relative links as links to the files of a version in the repository, images too.

    Links inside of the page become links to the file: a package index may give headings no anchors.
    """
    # As long as the text, so that what is found in it is found at the same position of the text.
    without_code = _CODE.sub(lambda code: "\0" * len(code[0]), text)
    replaced: dict[tuple[int, int], str] = {}
    for patterns, kind in ((_IMAGES, "raw"), (_PAGES, "blob")):
        for found in (each for pattern in patterns for each in pattern.finditer(without_code)):
            path = found["target"].removeprefix("./")
            if not _ABSOLUTE.match(path):
                file = "README.md" if path.startswith("#") else ""
                replaced[found.span("target")] = f"{address}/{kind}/v{version}/{file}{path}"
    for (start, end), url in sorted(replaced.items(), reverse=True):
        text = text[:start] + url + text[end:]
    return text
