"""The pages of the command `aftership`, from what `--help` prints. `tests/cli` keeps these prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.errors import RefusedError
from generator.site import markdown
from generator.site.python_api import prose

FOLDER = "reference/cli"
_PROMPT = re.compile(r"\$ (aftership(?: [\w-]+)*) --help")
_USAGE = re.compile(r"Usage: (aftership(?: [a-z][\w-]*)*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandHelp:
    """What `--help` of one command prints."""

    name: str
    """Such as "aftership trackings list"."""
    usage: str
    paragraphs: tuple[str, ...]
    sections: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Title of a section, such as "Options", to its lines: what is given, and what it means."""

    @property
    def anchor(self) -> str:
        """The address of its heading."""
        return "cli-" + self.name.removeprefix("aftership").strip().replace(" ", "-")


def cli_pages(prints: Mapping[str, str]) -> dict[str, str]:
    """Return the pages of the command: path below the source folder to Markdown.

    `prints`: the prints of `--help`, by the name of the group of commands, such as "trackings"; that of the
    command itself is "".
    """
    groups = {name: tuple(read_help(text)) for name, text in sorted(prints.items())}
    if not groups.get(""):
        raise RefusedError(
            "There is no print of `aftership --help`.",
            "Run tests/cli/test_snapshots.py with UPDATE_SNAPSHOTS=1.",
        )
    top = groups.pop("")[-1]
    pages = {f"{FOLDER}/index.md": _index(top, groups)}
    for name, commands in groups.items():
        title = f"aftership {name}"
        pages[f"{FOLDER}/{name}.md"] = markdown.page(
            title, "\n\n".join(_command(command, is_first=command is commands[0]) for command in commands)
        )
    return pages


def read_help(text: str) -> Iterator[CommandHelp]:
    """Take the prints of `--help` of several commands apart."""
    starts = [match.start() for match in re.finditer(r"^Usage: ", text, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        lines = [line for line in text[start:end].splitlines() if not line.startswith("$ ")]
        yield _read_command(lines)


def _read_command(lines: list[str]) -> CommandHelp:
    usage, position = lines[0], 1
    while position < len(lines) and lines[position].startswith("      "):
        usage += f" {lines[position].strip()}"
        position += 1
    usage = usage.removeprefix("Usage: ")
    name = _USAGE.match(lines[0])
    paragraphs: list[str] = [""]
    sections: dict[str, list[tuple[str, str]]] = {}
    current: list[tuple[str, str]] | None = None
    for line in lines[position:]:
        if re.fullmatch(r"[A-Z].*:", line):
            current = sections.setdefault(line[:-1], [])
        elif current is None:
            paragraphs[-1] += f" {line.strip()}" if line.strip() else ""
            if not line.strip():
                paragraphs.append("")
        elif line.strip():
            _read_line(line, current)
    return CommandHelp(
        name=usage.split(" [")[0] if name is None else name[1],
        usage=usage,
        paragraphs=tuple(words.strip() for words in paragraphs if words.strip()),
        sections={title: tuple(items) for title, items in sections.items() if items},
    )


def _read_line(line: str, items: list[tuple[str, str]]) -> None:
    begins = re.match(r"  (\S.*?)(?:\s{2,}(\S.*))?$", line)
    if begins is not None and not line.startswith("   "):
        items.append((begins[1], begins[2] or ""))
    elif items:
        given, words = items[-1]
        # click breaks a line after the hyphen of a word.
        joint = "" if re.search(r"\w-$", words) else " "
        items[-1] = (given, f"{words}{joint}{line.strip()}".strip())


def _command(command: CommandHelp, *, is_first: bool) -> str:
    # The first command of a page is its title.
    head = "" if is_first else f"{markdown.anchor(command.anchor)}## {markdown.plain(command.name)}"
    parts = [head, prose.fence(command.usage, "text"), *(_words(words) for words in command.paragraphs)]
    for title, items in command.sections.items():
        parts.append(f"**{markdown.plain(title)}**")
        parts.append("\n".join(_item(given, words, command, title) for given, words in items))
    return "\n\n".join(part for part in parts if part)


def _item(given: str, words: str, command: CommandHelp, title: str) -> str:
    if title == "Commands":
        anchor = f"{command.anchor}-{given}"
        return f"- [{markdown.code(given)}](#{anchor}): {_words(words)}"
    return f"- **{markdown.code(given)}**" + (f"\\\n  {_words(words)}" if words else "")


def _words(words: str) -> str:
    return prose.paragraph(words)


def _index(top: CommandHelp, groups: Mapping[str, tuple[CommandHelp, ...]]) -> str:
    parts = [
        "Every command and option of `aftership`, as `--help` prints them. How to use them is in "
        "[Command line](../../command-line.md).",
        prose.fence(top.usage, "text"),
    ]
    for title, items in top.sections.items():
        parts.append(f"## {markdown.plain(title)}")
        rows = [
            (
                f"[{markdown.code(given)}]({given}.md)" if given in groups else markdown.code(given),
                prose.inline(words),
            )
            for given, words in items
        ]
        parts.append(
            markdown.table(["Option" if title == "Options" else "Command", "What it does"], rows).strip()
        )
    parts.append(markdown.toctree(list(groups), hidden=True))
    return markdown.page("Command reference", "\n\n".join(parts))
