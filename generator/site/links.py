"""The links of a Markdown page: found outside of code, and given another target or none."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"^ {0,3}(?:> ?)*(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:(?!\n\s*\n).)*?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"(?P<image>!?)\[(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|#|//", re.IGNORECASE)

Decide = Callable[[str, bool, int], str | None]
"""From a relative target, whether it is an image, and its line, to the new target; None: there is none."""


def rewrite_links(text: str, decide: Decide) -> str:
    """Return a page whose relative links have the targets that `decide` returns.

    A link without a target becomes its words, with the path that it had: the reader still learns the name.
    """
    parts: list[str] = []
    done = 0
    for found in _relative_links(text):
        target = decide(found["target"], bool(found["image"]), text.count("\n", 0, found.start()) + 1)
        words = text[found.start("words") : found.end("words")]
        parts.append(text[done : found.start()])
        done = found.end()
        if target is not None:
            parts.append(f"{found['image']}[{words}]({target})")
        else:
            path = _without_dots(found["target"])
            parts.append(f"`{path}`" if path.endswith(words.strip("`")) else f"{words} (`{path}`)")
    return "".join([*parts, text[done:]])


def _relative_links(text: str) -> Iterator[re.Match[str]]:
    for found in _LINK.finditer(hide_code(text)):
        if not _ADDRESS.match(found["target"]):
            yield found


def hide_code(text: str) -> str:
    """Return as many characters, where nothing of code and comments is left but its line ends."""
    without_fences = "".join(_blank_text(part) if is_fence else part for is_fence, part in split_fences(text))
    hidden = _COMMENT.sub(_blank, without_fences)
    return _CODE_SPAN.sub(_blank, hidden)


def split_fences(text: str) -> list[tuple[bool, str]]:
    """Return the parts of a page in order, each with whether it is a fenced block, with its fences."""
    parts: list[tuple[bool, str]] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            parts[-1] = (True, parts[-1][1] + line)
            if mark and mark[1].startswith(fence) and not line.strip(" >\n`~"):
                fence = ""
        elif mark:
            fence = mark[1]
            parts.append((True, line))
        elif parts and not parts[-1][0]:
            parts[-1] = (False, parts[-1][1] + line)
        else:
            parts.append((False, line))
    return parts


def _blank_text(text: str) -> str:
    return re.sub(r"[^\n]", "x", text)


def _blank(found: re.Match[str]) -> str:
    return _blank_text(found.group())


def _without_dots(target: str) -> str:
    return re.sub(r"^(?:\.{1,2}/)+", "", target.partition("#")[0])


def resolve(page: str, target: str) -> tuple[str, str]:
    """Return the path that a relative target means on a page, and its anchor with `#`, if it has one."""
    path, mark, anchor = target.partition("#")
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    return whole, mark + anchor


def relative(page: str, path: str) -> str:
    """Return the way from one path to another, as a link is written."""
    return posixpath.relpath(path, posixpath.dirname(page) or ".")
