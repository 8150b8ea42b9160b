"""A page for each enum: its values, what they mean, and which versions know them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.site.markdown import code, link, paragraph, prose, table, toctree
from generator.site.rest.addresses import DOWNLOADS_PAGE, ENUMS, Page, enum_page
from generator.site.rest.history_words import label, span_words
from generator.site.rest.reading.lives import Life
from generator.site.rest.reading.records import Enum
from generator.site.rest.reading.reference import Reference
from generator.site.rest.reading.sources import SlugGroup
from generator.site.rest.reading.type_words import components


def enum_pages(reference: Reference, groups: Sequence[SlugGroup]) -> Iterator[tuple[str, str, str]]:
    """Path, title and Markdown of the index and of each enum."""
    writer = _EnumWriter(reference, groups)
    names = sorted(reference.values)
    if names:
        yield f"{ENUMS}/index.md", "Enums", writer.index(names)
    for name in names:
        yield enum_page(name), name, "\n".join(writer.enum(name))


def newest_enum(reference: Reference, name: str) -> Enum:
    """The enum in the newest version that has it."""
    return next(one.enums[name] for one in reversed(reference.versions) if name in one.enums)


def enum_of_prefixes(reference: Reference, name: str) -> str:
    """The enum whose values are what those of another one begin with: the status of `InTransit_001`.

    Empty if there is none. Such values have an underscore and digits at their end.
    """
    values = {state.name for life in reference.values[name] for state in life.states.values()}
    if not all(status_of(value) and value.rpartition("_")[2].isdigit() for value in values):
        return ""
    prefixes = {status_of(value) for value in values}
    for other, lives in reference.values.items():
        known = {state.name for life in lives for state in life.states.values()}
        if other != name and prefixes <= known:
            return other
    return ""


def status_of(value: str) -> str:
    """The status of a sub-status: `InTransit` of `InTransit_001`."""
    return value.rpartition("_")[0]


class _EnumWriter:
    def __init__(self, reference: Reference, groups: Sequence[SlugGroup]) -> None:
        self._reference = reference
        self._groups = groups
        self._lives: Mapping[str, Life] = {life.name: life for life in reference.enums}
        self._users = _find_users(reference)

    def index(self, names: Sequence[str]) -> str:
        page = Page(f"{ENUMS}/index.md")
        rows = [
            [
                link(name, page.to(enum_page(name))),
                prose(newest_enum(self._reference, name).description),
                str(sum(life.is_current for life in self._reference.values[name])),
                span_words(self._lives[name]),
            ]
            for name in names
        ]
        said = (
            "The values that the API is known to use. An enum is open, unless its page says otherwise: the "
            "service may send values that nobody has listed. "
            f"As data: [downloads]({page.to(DOWNLOADS_PAGE)})."
        )
        tree = toctree((page.to(enum_page(name)).removesuffix(".md") for name in names), hidden=True)
        return f"{said}\n\n{table(['Enum', '', 'Values now', 'Versions'], rows)}\n{tree}"

    def enum(self, name: str) -> Iterator[str]:
        page, enum = Page(enum_page(name)), newest_enum(self._reference, name)
        kind = (
            "Closed: the service takes no other value."
            if enum.is_closed
            else "Open: unknown values are legal."
        )
        known = "" if enum.confidence == "documented" else f" Known from: {code(enum.confidence)}."
        yield f"{paragraph(enum.description)} {kind}{known} Versions: {span_words(self._lives[name])}.\n"
        yield from self._values(name, page)
        changes = list(self._changes(name))
        if changes:
            yield "## Changes\n"
            yield "\n".join(changes) + "\n"
        members = self._members(name)
        if members:
            yield "## Members\n"
            yield table(["Group", "Couriers", "Known from"], members)
        if self._users.get(name):
            yield "## Where it is used\n"
            yield f"In {self._reference.newest.name}, or the newest version that has it: " + ", ".join(
                code(user) for user in self._users[name]
            )

    def _values(self, name: str, page: Page) -> Iterator[str]:
        lives = self._reference.values[name]
        statuses = enum_of_prefixes(self._reference, name)
        if not statuses:
            yield "\n".join(self._value(life) for life in lives) + "\n"
            return
        groups: dict[str, list[Life]] = {}
        for life in lives:
            groups.setdefault(status_of(life.name), []).append(life)
        for status, of_status in groups.items():
            yield f"## {link(status, page.to(enum_page(statuses)))}\n"
            yield "\n".join(self._value(life) for life in of_status) + "\n"

    def _value(self, life: Life) -> str:
        """The item of a value, as the newest version that has it says."""
        facts = life.states[max(life.states)].facts
        parts = [prose(facts["meaning"])]
        parts += [f"Level: {prose(facts['level'])}."] if facts.get("level") else []
        span = span_words(life)
        parts += [f"*{span[:1].upper()}{span[1:]}.*"] if span != "all" else []
        return f"- {code(life.name)} {' '.join(filter(None, parts))}"

    def _changes(self, name: str) -> Iterator[str]:
        for version in reversed(self._reference.names):
            for life in self._reference.values[name]:
                words = [f"was `{life.old_name(version)}`"] if life.old_name(version) else []
                words += [
                    f"{label(change)} before: {change.old or 'none'}" for change in life.changes(version)
                ]
                if version in life.went_to:
                    words.append(f"became {', '.join(f'`{one}`' for one in life.went_to[version])}")
                if words:
                    # What it is called in this version, not in the newest one.
                    value = (life.states.get(version) or life.states[max(life.states)]).name
                    yield f"- **{version}** {code(value)} {'; '.join(prose(word) for word in words)}"

    def _members(self, name: str) -> list[list[str]]:
        """The couriers of each group, on the page of the enum whose values are groups."""
        values = {life.name for life in self._reference.values[name]}
        if not self._groups or not {one.name for one in self._groups} <= values:
            return []
        return [
            [code(one.name), ", ".join(code(member) for member in one.members), code(one.confidence)]
            for one in self._groups
        ]


def _find_users(reference: Reference) -> dict[str, list[str]]:
    """The fields and parameters that hold each enum, in the newest version that has it."""
    found: dict[str, list[str]] = {}
    for version in reversed(reference.versions):
        here: dict[str, list[str]] = {}
        owners = [(f"{model.name}.", model.fields) for model in version.models.values()]
        owners += [(f"{one.address} ", one.parameters) for one in version.operations]
        for prefix, fields in owners:
            for field in fields:
                for name in components(field.type):
                    here.setdefault(name, []).append(f"{prefix}{field.name}")
        found = here | found
    return {name: list(dict.fromkeys(users)) for name, users in found.items()}
