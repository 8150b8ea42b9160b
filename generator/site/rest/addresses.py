"""Which page and anchor everything has, and links between them. Paths are below the source of the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.site.markdown import code, code_link, plain
from generator.site.rest.reading.records import Model, Operation, Version
from generator.site.rest.reading.type_words import Word

REST, ENUMS, ERRORS = "reference/rest", "reference/enums", "reference/errors.md"
HISTORY = f"{REST}/history"
DOWNLOADS, DOWNLOADS_PAGE = "_downloads", f"{REST}/downloads.md"
LARGE_MODEL = 25
"""A model with so many fields has a page of its own in its version."""
LARGE_HISTORY = 12
"""A model that had so many fields over all versions has a page of its own in the history."""

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def slug(name: str) -> str:
    """A name as a part of a path or an anchor: `TrackingCreate` becomes `tracking-create`."""
    return re.sub(r"[^a-z0-9]+", "-", _WORD_STARTS.sub("-", name).lower()).strip("-")


def version_page(version: str, name: str = "index") -> str:
    """A page of a version."""
    return f"{REST}/{version}/{name}.md"


def operation_anchor(version: str, operation: Operation) -> str:
    """The anchor of an operation, on the page of its resource."""
    return slug(f"rest-{version}-{operation.resource}-{operation.method}")


def model_page(version: str, model: Model) -> str:
    """The page that has the fields of a model."""
    is_large = len(model.fields) >= LARGE_MODEL
    return version_page(version, f"model-{slug(model.name)}" if is_large else "models")


def model_anchor(version: str, name: str) -> str:
    """The anchor of a model, on its page."""
    return f"rest-{version}-model-{slug(name)}"


def enum_page(name: str) -> str:
    """The page of an enum, which is about all versions."""
    return f"{ENUMS}/{slug(name)}.md"


def error_anchor(code: int) -> str:
    """The anchor of a code, on the page of errors."""
    return f"error-{code}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that links to others."""

    path: str

    def to(self, path: str, anchor: str = "") -> str:
        """The target of a link from this page."""
        if path == self.path and anchor:
            return f"#{anchor}"
        relative = posixpath.relpath(path, posixpath.dirname(self.path))
        return f"{relative}#{anchor}" if anchor else relative

    def entries(self, titles: Mapping[str, str]) -> Iterator[str]:
        """Entries of a toctree; `titles`: short ones for the navigation, by path."""
        for path, title in titles.items():
            yield f"{title} <{self.to(path).removesuffix('.md')}>"

    def operation(self, version: str, operation: Operation, words: str = "") -> str:
        """A link to an operation, by default with its address."""
        target = self.to(version_page(version, operation.resource), operation_anchor(version, operation))
        return code_link(words or operation.address, target)

    def python(self, version: str, operation: Operation, words: str) -> str:
        """A link to the method of the client."""
        name = f"{operation.resource}-{operation.method}"
        path = f"reference/python/{version}/{operation.resource}.md"
        return code_link(words, self.to(path, f"python-{version}-{name}"))

    def component(self, version: Version, name: str) -> str:
        """A link to a model or an enum; just its name if it is neither."""
        if name in version.models:
            return code_link(
                name,
                self.to(model_page(version.name, version.models[name]), model_anchor(version.name, name)),
            )
        return code_link(name, self.to(enum_page(name))) if name in version.enums else code(name)

    def type(self, version: Version, words: tuple[Word, ...]) -> str:
        """A type, with links to what it names."""
        return "".join(
            self.component(version, word.component)
            if word.component
            else code(word.text)
            if word.is_value
            else _plain_part(word.text)
            for word in words
        )

    def error(self, number: int) -> str:
        """A link to a code of an error."""
        return code_link(str(number), self.to(ERRORS, error_anchor(number)))


def _plain_part(words: str) -> str:
    """Words of a type, with the spaces at their ends, which `plain` takes away."""
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}{plain(words)}{after}"
