"""Takes docstrings apart: a summary, prose, and the sections Args, Attributes, Returns, Yields and Raises.

An argument may also be described in the prose, in a line that begins with its name as code: "`timeout`: ...".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

_SECTION = re.compile(r"(Args|Attributes|Returns|Yields|Raises):(?: +(.*))?")
_NAMES = re.compile(r"(\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*)(?: \([^)]*\))?: +(.*)")
_IN_PROSE = re.compile(r"`(\w+)`(?:(?:, | and )`(\w+)`)*: +(.*)")
_OPERATION = re.compile(r" ?Document: `([^`]+)`\.")
# What a method of an operation may raise is one line: each error with its codes.
_WITH_CODES = re.compile(r"(\w+) \(([\d, ]+)\)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Docstring:
    """What a docstring says, as words."""

    summary: str = ""
    body: str = ""
    """Paragraphs, lists and code, as they are written."""
    arguments: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    yields: str = ""
    raises: tuple[tuple[str, str], ...] = ()
    """An error and when it is raised. Without a name the words stand for themselves."""
    codes: tuple[tuple[str, str], ...] = ()
    """An error of the API and the codes that raise it."""
    operation: str | None = None
    """The id of the operation in the document of the API."""


def read_docstring(text: str, arguments: Collection[str] = ()) -> Docstring:
    """Take a docstring apart. `arguments`: the names that may be described in the prose."""
    prose, sections = _split_sections(text)
    operation = _OPERATION.search(prose)
    if operation is not None:
        prose = _OPERATION.sub("", prose, count=1)
    prose, described = _take_arguments(prose, arguments)
    summary, _, body = prose.strip().partition("\n\n")
    raises = sections.get("Raises", "")
    codes = tuple(_WITH_CODES.findall(raises))
    return Docstring(
        summary=summary.strip(),
        body=body.strip("\n"),
        arguments={**described, **_read_items(sections.get("Args", ""))},
        attributes=_read_items(sections.get("Attributes", "")),
        returns=_join(sections.get("Returns", "")),
        yields=_join(sections.get("Yields", "")),
        raises=() if codes else _read_errors(raises),
        codes=codes,
        operation=None if operation is None else operation[1],
    )


def _split_sections(text: str) -> tuple[str, dict[str, str]]:
    prose: list[str] = []
    sections: dict[str, list[str]] = {}
    current = prose
    for line in text.splitlines():
        header = _SECTION.fullmatch(line)
        if header is not None:
            current = sections.setdefault(header[1], [])
            if header[2]:
                current.append(f"    {header[2]}")
        elif line.strip() and not line.startswith("    ") and current is not prose:
            # Prose goes on after a section.
            prose.append("")
            prose.append(line)
            current = prose
        else:
            current.append(line)
    return "\n".join(prose), {name: "\n".join(lines) for name, lines in sections.items()}


def _read_items(section: str) -> dict[str, str]:
    items: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        begins = line.startswith("    ") and not line.startswith("     ")
        match = _NAMES.fullmatch(line.strip()) if begins else None
        if match is not None:
            names = [name.lstrip("*") for name in match[1].split(", ")]
            items.update(dict.fromkeys(names, match[2]))
        else:
            for name in names:
                items[name] += f" {line.strip()}"
    return {name: words.strip() for name, words in items.items()}


def _read_errors(section: str) -> tuple[tuple[str, str], ...]:
    items = _read_items(section)
    if items:
        return tuple(items.items())
    words = _join(section)
    return (("", words),) if words else ()


def _join(section: str) -> str:
    return " ".join(section.split())


def _take_arguments(prose: str, names: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return the prose without the lines that describe arguments, and these descriptions."""
    rest: list[str] = []
    found: dict[str, str] = {}
    current: list[str] = []
    for line in prose.splitlines():
        match = _IN_PROSE.match(line)
        described = [] if match is None else re.findall(r"`(\w+)`", line[: match.start(3)])
        if match is not None and names and set(described) <= set(names):
            current = described
            found.update(dict.fromkeys(current, match[3]))
        elif current and line.strip():
            for name in current:
                found[name] += f" {line.strip()}"
        else:
            current = []
            rest.append(line)
    return "\n".join(rest), found
