"""The Python samples of README.md and docs/*.md, as modules that a type checker reads and a test runs.

The samples of a page are one program, in order, unless the page says `<!-- Each sample stands alone. -->`.
A line of a module has the number that it has on the page. `<!-- Not run: reason -->` before a sample keeps it
from being run; it is checked all the same.

    python tests/support/docs_support/pages.py FOLDER
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STANDS_ALONE = "<!-- Each sample stands alone. -->"
SAMPLE = re.compile(
    r"^(?:<!-- Not run: (?P<reason>.+) -->\n\n?)?```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    page: str
    line: int
    """The line of the page before the first of the code."""
    code: str
    not_run: str | None


def pages() -> list[Path]:
    """The pages that people write. Those in docs/migration are made by the generator, from the document."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def read_samples(page: Path) -> list[Sample]:
    text = page.read_text("utf-8")
    return [
        Sample(
            page=str(page.relative_to(ROOT)) if page.is_relative_to(ROOT) else page.name,
            line=text.count("\n", 0, found.start("code")),
            code=found["code"],
            not_run=found["reason"],
        )
        for found in SAMPLE.finditer(text)
    ]


def read_programs(page: Path) -> dict[str, list[Sample]]:
    """The programs of a page by name: one, or one for each sample."""
    samples = read_samples(page)
    stem = page.stem.lower().replace("-", "_")
    if STANDS_ALONE in page.read_text("utf-8"):
        return {f"page_{stem}_{sample.line}": [sample] for sample in samples}
    return {f"page_{stem}": samples} if samples else {}


def module_text(samples: list[Sample]) -> str:
    """Put samples below each other, each on the lines that it has on its page."""
    text = ""
    for sample in samples:
        text += "\n" * (sample.line - text.count("\n")) + sample.code
    return text


def write_modules(folder: Path) -> list[Path]:
    """Write every program of every page, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for page in pages():
        for name, samples in read_programs(page).items():
            written.append(folder / f"{name}.py")
            written[-1].write_text(module_text(samples), "utf-8")
    return written


if __name__ == "__main__":
    write_modules(Path(sys.argv[1]))
