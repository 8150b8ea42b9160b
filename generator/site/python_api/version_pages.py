"""The pages of one API version: its client, a page for each resource, its models and its enums."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import griffe

from generator.site import markdown
from generator.site.python_api import prose
from generator.site.python_api.entries import Writer
from generator.site.python_api.locations import Location, Locations, target
from generator.site.python_api.members import read_class, read_member
from generator.site.python_api.public_api import PublicApi, version_anchor, version_page
from generator.site.python_api.since import History, own_classes
from generator.surface.wheel import PACKAGE

FindOperation = Callable[[str, str, str], str | None]
"""From a version, a resource and the id of an operation: its page and anchor in the REST reference, such as
`reference/rest/2026-07/trackings.md#rest-2026-07-get-trackings`; None if it is not described there.
"""


def write_version_pages(
    version: str, api: PublicApi, locations: Locations, history: History, find_operation: FindOperation
) -> dict[str, str]:
    """Return the pages of one API version: path below the source folder to Markdown."""
    pages = VersionPages(version, api, locations, history, find_operation)
    return dict(pages.write())


class VersionPages:
    """Writes the pages of one API version."""

    def __init__(
        self,
        version: str,
        api: PublicApi,
        locations: Locations,
        history: History,
        find_operation: FindOperation,
    ) -> None:
        self._version = version
        self._module = api.versions[version]
        self._api = api
        self._locations = locations
        self._history = history
        self._find_operation = find_operation
        self._package = f"{PACKAGE}.v{version.replace('-', '_')}"
        # A search shows one hit, and not one for each version.
        self._front_matter = {} if version == api.newest else {"nosearch": "true"}

    def write(self) -> Iterator[tuple[str, str]]:
        """Yield the path of each page and the page."""
        yield self._page("index", f"API version {self._version}", self._index())
        for name in self._module["resources"].modules:
            yield self._page(name, f"{self._version}: {name.replace('_', ' ')}", self._resource(name))
        yield self._page("models", f"{self._version}: Models", self._models())
        yield self._page("enums", f"{self._version}: Enums", self._enums())

    def _page(self, name: str, title: str, body: str) -> tuple[str, str]:
        path = version_page(self._version, name)
        return path, markdown.page(title, body, front_matter=self._front_matter)

    def _writer(self, name: str) -> Writer:
        return Writer(
            package=self._api.package,
            locations=self._locations,
            page=version_page(self._version, name),
            public_classes=self._api.public_classes,
            given_to_users=self._api.given_to_users,
        )

    def _anchor(self, *names: str) -> str:
        return version_anchor(self._version, *names)

    def _resources(self) -> Iterator[tuple[str, griffe.Class]]:
        for name, module in self._module["resources"].modules.items():
            for thing in own_classes(module):
                if not thing.name.startswith("Async"):
                    yield name, thing

    def _classes_of(self, kind: str) -> list[griffe.Class]:
        return own_classes(self._module.modules.get(kind))

    def _index(self) -> str:
        newest = self._version == self._api.newest
        client = self._module["client"].classes["AfterShip"]
        supported = client.members.get("SUPPORTED_UNTIL")
        until = str(supported.value).strip("'\"") if isinstance(supported, griffe.Attribute) else ""
        imports = f"from {self._package} import AfterShip, AsyncAfterShip"
        if newest:
            imports = f"from {PACKAGE} import AfterShip, AsyncAfterShip\n{imports}"
        facts = "It is the newest version, so both lines mean the same. " if newest else ""
        facts += f"Last day of its support by the service: {until}." if until not in ("", "None") else ""
        parts = [
            prose.fence(imports, "python"),
            facts,
            f"{markdown.anchor(self._anchor('AfterShip'))}"
            f"{markdown.anchor(self._anchor('AsyncAfterShip'))}"
            "## AfterShip and AsyncAfterShip",
            "Constructor and methods are those of [all versions](../client.md). A client of this version "
            "has:",
            *self._resource_lists(),
            "## Objects and values",
            f"- [Models](models.md): {len(self._classes_of('models'))} classes of objects\n"
            f"- [Enums](enums.md): {len(self._classes_of('enums'))} lists of values",
            # The sidebar shows them below the version.
            markdown.toctree(
                [
                    *(f"client.{name} <{name}>" for name in self._module["resources"].modules),
                    "Models <models>",
                    "Enums <enums>",
                ],
                hidden=True,
            ),
        ]
        return "\n\n".join(part for part in parts if part)

    def _resource_lists(self) -> Iterator[str]:
        for name, thing in self._resources():
            words = read_class(thing).summary.removesuffix(" For the sync client.")
            rows = [
                (
                    f"[{markdown.code(method.name)}]({name}.md#{self._anchor(name, method.name)})",
                    prose.inline(read_member(method, thing).summary),
                )
                for method in _methods(thing)
            ]
            link = f"All of it: [{markdown.code(f'client.{name}')}]({name}.md)."
            yield f"### {markdown.plain(name)}\n\n{prose.blocks(words)} {link}"
            yield markdown.table(["Method", "What it does"], rows).strip()

    def _resource(self, name: str) -> str:
        writer = self._writer(name)
        thing = next(one for found, one in self._resources() if found == name)
        words = read_class(thing).summary.removesuffix(" For the sync client.")
        recipes = any("Recipes" in str(base) for base in thing.bases)
        parts = [
            writer.prose(words),
            f"`client` is an [`AfterShip`](index.md) of version {self._version}. An `AsyncAfterShip` has the "
            "same methods: with `await`, and with `async for` over lists.",
            "Every method also takes the [options of one call](../options.md): `timeout`, `deadline`, "
            "`max_retries` and others.",
            "There are also [methods of several calls](../recipes.md): `upsert`, `create_many`, "
            "`upsert_many`, `wait_until` and `changes`."
            if recipes
            else "",
            *(self._method(writer, name, method, thing) for method in _methods(thing)),
        ]
        return markdown.anchor(self._anchor(name)) + "\n" + "\n\n".join(part for part in parts if part)

    def _method(self, writer: Writer, resource: str, method: griffe.Function, owner: griffe.Class) -> str:
        words = read_member(method, owner)
        facts = []
        if words.operation is not None:
            link = self._find_operation(self._version, resource, words.operation)
            code = markdown.code(words.operation)
            if link is not None:
                page, _, anchor = link.partition("#")
                code = f"[{code}]({target(Location(page=page, anchor=anchor, words=''), writer.page)})"
            facts.append(f"Operation of the API: {code}")
        span = self._history.describe(self._version, resource, method.name)
        if span:
            facts.append(span)
        return writer.write_function(
            method,
            f"{resource}.{method.name}",
            self._anchor(resource, method.name),
            owner=owner,
            called=f"client.{resource}.{method.name}",
            about=" · ".join(facts),
            words=words,
        )

    def _models(self) -> str:
        writer = self._writer("models")
        inputs = self._classes_of("inputs")
        parts = [
            "Objects of responses and request bodies. A field that the service did not send is `UNSET`, null "
            "is `None`, and fields that are not listed are in `extra`. All have the methods of "
            "[`Model`](../models.md), such as `to_json()`.",
            self._since_note(),
            *(self._model(writer, thing) for thing in self._classes_of("models")),
        ]
        if inputs:
            parts.append("## Typed dicts")
            parts.append(
                "Objects inside of request bodies may be dicts too. These types say to a type checker what "
                f"is in them; at run time they are not needed. They are in `{self._module.path}.inputs`."
            )
            parts += [self._model(writer, thing, level=3) for thing in inputs]
        return "\n\n".join(part for part in parts if part)

    def _since_note(self) -> str:
        oldest = next(iter(self._api.versions))
        if self._version == oldest:
            return ""
        return f"*Since* is given for what version {oldest}, the oldest of the package, does not have."

    def _model(self, writer: Writer, thing: griffe.Class, *, level: int = 2) -> str:
        words = read_class(thing)
        location = self._locations.by_path[thing.path]
        own = thing.members.values()
        fields = [one for one in own if isinstance(one, griffe.Attribute) and not one.name.startswith("_")]
        items = []
        for one in fields:
            annotation = str(one.annotation)
            shown = re.sub(r" \| UnsetType\b", "", annotation)
            shown = re.sub(r"^NotRequired\[(.*)\]$", r"\1", shown)
            facts = writer.type_facts(one, one.annotation, shown)
            if shown != annotation:
                facts.append("optional")
            span = self._history.describe(self._version, thing.name, one.name)
            facts += [span] if span else []
            items.append(
                writer.item(one.name, facts, one.docstring.value if one.docstring is not None else "")
            )
        span = self._history.describe(self._version, thing.name)
        return "\n\n".join(
            part
            for part in (
                f"{markdown.anchor(location.anchor)}{'#' * level} {markdown.plain(thing.name)}",
                span,
                writer.prose(words.summary),
                writer.prose(words.body),
                "\n".join(items),
            )
            if part
        )

    def _enums(self) -> str:
        writer = self._writer("enums")
        parts = [
            "Values that the service documents. Enums are open: a value that is not listed is read and "
            "preserved. Wherever an argument takes an enum, it takes the plain value too.",
            self._since_note(),
        ]
        for thing in self._classes_of("enums"):
            location = self._locations.by_path[thing.path]
            entry = writer.write_class(thing, thing.name, location.anchor)
            span = self._history.describe(self._version, thing.name)
            parts.append(entry if not span else entry.replace("\n\n", f"\n\n{span}\n\n", 1))
        return "\n\n".join(part for part in parts if part)


def _methods(thing: griffe.Class) -> list[griffe.Function]:
    own = thing.members.values()
    return [one for one in own if isinstance(one, griffe.Function) and not one.name.startswith("_")]
