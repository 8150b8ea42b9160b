"""The programs of `examples/` as pages: what the program says of itself, then its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.site import markdown

FOLDER = "examples"
INDEX = f"{FOLDER}.md"
"""The page of `docs/` that lists them."""

LANGUAGES = {
    ".css": "css",
    ".html": "html+jinja",
    ".js": "js",
    ".json": "json",
    ".md": "md",
    ".mjs": "js",
    ".py": "python",
    ".sh": "sh",
    ".sql": "sql",
    ".toml": "toml",
    ".ts": "ts",
    ".txt": "text",
    ".yaml": "yaml",
    ".yml": "yaml",
}
"""What is shown, by the ending of its name. Other files of an example are not."""
_NOT_WRITTEN = {"__pycache__", "node_modules", "package-lock.json"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamplePage:
    source: str
    """The file that its links are relative to."""
    text: str


def example_pages(root: Path) -> dict[str, ExamplePage]:
    """Return a page for each program. A folder is one program."""
    pages: dict[str, ExamplePage] = {}
    for path in sorted((root / FOLDER).iterdir()):
        if path.name.startswith(".") or path.name in _NOT_WRITTEN | {"__init__.py"}:
            continue
        files = list(_files(path))
        if not files:
            continue
        title, text = _introduction(path, files)
        source = f"{FOLDER}/{path.name}"
        body = [text, *(_section(path, file) for file in files if file.name != "README.md")]
        pages[page_of(source)] = ExamplePage(
            source=f"{source}/README.md" if path.is_dir() else source,
            text=markdown.page(title, "\n\n".join(filter(None, body))),
        )
    return pages


def page_of(path: str) -> str:
    """Return the page that shows a file or folder of `examples/`."""
    name = path.split("/")[1]
    return f"{FOLDER}/{name.rpartition('.')[0] or name}.md"


def anchor_of(path: str) -> str:
    """Return the anchor of a file on the page of its folder, with `#`; the page itself has none."""
    inner = path.split("/", 2)[2:]
    return f"#{_slug(inner[0])}" if inner and inner[0] != "README.md" else ""


def _slug(heading: str) -> str:
    """The anchor that MyST gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        if path.suffix in LANGUAGES:
            yield path
        return
    for inner in sorted(path.iterdir(), key=lambda one: (one.is_dir(), one.name)):
        if not inner.name.startswith(".") and inner.name not in _NOT_WRITTEN:
            yield from _files(inner)


def _introduction(path: Path, files: Sequence[Path]) -> tuple[str, str]:
    """A title, and what the page begins with: the README of the folder, or the docstring of the program."""
    readme = path / "README.md"
    if readme in files:
        title, _, rest = readme.read_text("utf-8").partition("\n")
        return title.lstrip("# ").strip(), rest.strip()
    name = path.name.removesuffix(".py").replace("_", " ").replace("-", " ")
    title = name[0].upper() + name[1:] if path.is_dir() or path.suffix == ".py" else path.name
    for file in sorted(files, key=lambda one: one.name not in ("__init__.py", path.name)):
        words = _docstring(file)
        if words:
            return title, "\n\n".join(_paragraphs(words))
    return title, ""


def _docstring(file: Path) -> str:
    if file.suffix != ".py":
        return ""
    # As it is written: cleaning would move an indented block to the margin.
    return (ast.get_docstring(ast.parse(file.read_text("utf-8")), clean=False) or "").strip()


def _paragraphs(words: str) -> Iterator[str]:
    """Prose as Markdown; indented blocks, which are commands or output, as code."""
    for block in re.split(r"\n\s*\n", words):
        if all(line.startswith("    ") for line in block.splitlines()):
            yield markdown.fenced("text", re.sub(r"^    ", "", block, flags=re.MULTILINE)).rstrip()
        else:
            yield markdown.paragraph(block)


def _section(path: Path, file: Path) -> str:
    heading = path.name if file == path else file.relative_to(path).as_posix()
    source = file.read_text("utf-8")
    if not source.strip():
        return ""
    return f"## {heading}\n\n" + markdown.fenced(LANGUAGES[file.suffix], source)
