"""The code blocks of the pages, and the Python programs in them, which are type-checked and run.

A Python block is a whole program, unless its first line says that it continues one: `CONTINUES_ABOVE` (the
block before it, with what that one continues) or `CONTINUES_FIRST` (the first Python block of the page). A
line of a program has the number that it has on the page. `<!-- Not run: reason -->` before a block keeps it
from being run; a Python block is checked all the same.

    python tests/support/docs_support/pages.py FOLDER
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONTINUES_ABOVE = "# Continues the block above."
CONTINUES_FIRST = "# Continues the first block."
_FENCE = re.compile(r"^(?P<indent> *)(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
_NOT_RUN = re.compile(r"<!-- Not run: (.+) -->$")
# Directives of MyST with Markdown inside of them, such as ```{tab-item} Python.
_HOLDS_MARKDOWN = re.compile(r"^\{(?!toctree|code|literalinclude|raw|mermaid)[\w-]+\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A code block."""

    page: str
    line: int
    """The line of the page before the first of the code."""
    language: str
    code: str
    not_run: str | None

    @property
    def continues(self) -> str | None:
        first = self.code.partition("\n")[0]
        return first if first in (CONTINUES_ABOVE, CONTINUES_FIRST) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """Blocks of a page that belong together, in order."""

    name: str
    samples: tuple[Sample, ...]

    @property
    def page(self) -> str:
        return self.samples[0].page

    @property
    def text(self) -> str:
        """The blocks below each other, each on the lines that it has on its page."""
        text = ""
        for sample in self.samples:
            text += "\n" * (sample.line - text.count("\n")) + sample.code
        return text


def pages() -> list[Path]:
    """The pages that people write. Those in docs/migration are made by the generator, from the document."""
    written = chain(
        (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
        sorted(page for page in (ROOT / "docs").rglob("*.md") if "migration" not in page.parts),
        (ROOT / "spec" / "README.md", ROOT / "benchmarks" / "README.md"),
        sorted((ROOT / "skills").glob("*/SKILL.md")),
    )
    return [page for page in written if page.is_file()]


def read_blocks(page: Path) -> list[Sample]:
    """Every code block of a page, in any language."""
    name = str(page.relative_to(ROOT)) if page.is_relative_to(ROOT) else page.name
    return list(_blocks(name, page.read_text("utf-8").splitlines(keepends=True), 0))


def _blocks(page: str, lines: list[str], before: int) -> Iterator[Sample]:
    """`before`: how many lines of the page are above these."""
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number].rstrip("\n"))
        number += 1
        if opening is None:
            continue
        start, mark, info = number, opening["mark"], opening["info"].strip()
        closing = re.compile(rf" *{mark[0]}{{{len(mark)},}}\s*$")
        while number < len(lines) and not closing.match(lines[number]):
            number += 1
        if number == len(lines):
            raise ValueError(f"{page}:{before + start}: this code block has no end")
        inside = lines[start:number]
        number += 1
        if _HOLDS_MARKDOWN.match(info):
            yield from _blocks(page, inside, before + start)
            continue
        above = [line.strip() for line in lines[max(0, start - 3) : start - 1] if line.strip()]
        reason = _NOT_RUN.match(above[-1]) if above else None
        indent = len(opening["indent"])
        yield Sample(
            page=page,
            line=before + start,
            language=info.split()[0] if info else "",
            code="".join(line[indent:] if line[:indent].isspace() else line for line in inside),
            not_run=reason[1] if reason else None,
        )


def read_samples(page: Path) -> list[Sample]:
    """The Python blocks of a page."""
    return [block for block in read_blocks(page) if block.language == "python"]


def read_programs(page: Path) -> list[Program]:
    """The Python programs of a page. A block that others continue belongs to each of theirs."""
    chains: list[tuple[Sample, ...]] = []
    samples = read_samples(page)
    for sample in samples:
        if sample.continues is None:
            chains.append((sample,))
        elif not chains:
            raise ValueError(
                f"{sample.page}:{sample.line}: there is no Python block above that this continues"
            )
        else:
            chains.append((*(chains[-1] if sample.continues == CONTINUES_ABOVE else chains[0]), sample))
    stem = re.sub(r"\W", "_", str(Path(samples[0].page).with_suffix("")).lower()) if samples else ""
    return [
        Program(name=f"page_{stem}_{one[-1].line}", samples=one)
        for one in chains
        if not any(longer[: len(one)] == one for longer in chains if len(longer) > len(one))
    ]


def write_modules(folder: Path) -> list[Path]:
    """Write every program of every page, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for page in pages():
        for program in read_programs(page):
            written.append(folder / f"{program.name}.py")
            written[-1].write_text(program.text, "utf-8")
    return written


if __name__ == "__main__":
    write_modules(Path(sys.argv[1]))
