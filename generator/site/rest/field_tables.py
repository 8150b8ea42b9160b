"""Tables of fields and parameters: name, type, whether it must be there, and what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.client.texts.time_shapes import SHAPES
from generator.site.markdown import code, prose, table
from generator.site.rest.addresses import Page
from generator.site.rest.history_words import life_sentences
from generator.site.rest.lives import Life
from generator.site.rest.records import Field, Model, Version
from generator.site.rest.reference import Reference
from generator.site.rest.type_words import components

_DEEPEST = 3
"""How many objects inside of each other the table of a body shows."""
_SENT = {
    "observed": "always",
    "documented": "always",
    "inferred": "probably",
    "sometimes": "not always",
}
SENT_LEGEND = (
    "Sent: whether a full response has the key. Always (observed or documented); probably (believed, and the "
    "client reads a missing one as null); not always."
)
CONFIDENCE_LEGEND = (
    "A mark at the end of a description says how it is known where no public page of AfterShip says it: "
    "`sdk` from an official client, `observed` from recorded responses, `inferred` is our reading."
)


class FieldTables:
    """Writes tables of one version, on one page."""

    def __init__(self, reference: Reference, version: Version, page: Page) -> None:
        self._reference = reference
        self._version = version
        self._page = page

    def model(self, model: Model) -> str:
        """The fields of a model: whether they are required, sent, or both."""
        head = ["Field", "Type"]
        head += ["Required"] if model.is_sent else []
        head += ["Sent"] if model.is_read else []
        lives = self._lives(model.name)
        rows = []
        for field in model.fields:
            cells = [code(field.name), self._page.type(self._version, field.type)]
            cells += [_required(field)] if model.is_sent else []
            cells += [_SENT.get(field.sent, "")] if model.is_read else []
            rows.append([*cells, self._description(field, lives.get(field.name))])
        return table([*head, "Description"], rows)

    def parameters(self, address: str, fields: Sequence[Field]) -> str:
        """Parameters of an operation, all of one location."""
        lives = _by_name(self._reference.parameters[address], self._version.name)
        return self._sendable(
            (field.name, field, lives.get(f"{field.location} {field.name}")) for field in fields
        )

    def headers(self, fields: Sequence[Field]) -> str:
        """Headers, without a history: they are those of this version."""
        return self._sendable((field.name, field, None) for field in fields)

    def body(self, model: Model) -> str:
        """All that a body may hold, with the objects inside of it; what is required comes first."""
        return self._sendable(self._nested(model, "", (model.name,)))

    def _nested(
        self, model: Model, prefix: str, above: tuple[str, ...]
    ) -> Iterator[tuple[str, Field, Life | None]]:
        lives = self._lives(model.name)
        for field in sorted(model.fields, key=lambda one: not one.required):
            yield f"{prefix}{field.name}", field, lives.get(field.name)
            inner = [name for name in components(field.type) if name in self._version.models]
            is_list = any(word.text == "list of " for word in field.type)
            for name in inner:
                if name not in above and len(above) <= _DEEPEST:
                    below = f"{prefix}{field.name}{'[]' if is_list else ''}."
                    yield from self._nested(self._version.models[name], below, (*above, name))

    def _sendable(self, rows: Iterator[tuple[str, Field, Life | None]]) -> str:
        return table(
            ["Name", "Type", "Required", "Description"],
            (
                [
                    code(name),
                    self._page.type(self._version, field.type),
                    _required(field),
                    self._description(field, life),
                ]
                for name, field, life in rows
            ),
        )

    def _lives(self, model: str) -> dict[str, Life]:
        return _by_name(self._reference.fields[model], self._version.name)

    def _description(self, field: Field, life: Life | None) -> str:
        parts = [prose(field.description)]
        limits = field.limits
        parts += [prose(f"{limits[:1].upper()}{limits[1:]}.")] if limits else []
        parts += [f"Default {code(field.default)}."] if field.default else []
        parts += [prose(_times(field.times))] if field.times else []
        parts += [f"**{prose(field.deprecated)}**"] if field.deprecated else []
        history = " ".join(life_sentences(life, self._version.name)) if life is not None else ""
        parts += [f"*{prose(history)}*"] if history else []
        parts += [code(field.confidence)] if field.confidence != "documented" else []
        return " ".join(filter(None, parts))


def _by_name(lives: Sequence[Life], version: str) -> dict[str, Life]:
    return {life.states[version].name: life for life in lives if version in life.states}


def _required(field: Field) -> str:
    return "**yes**" if field.required else "no"


def _times(shapes: Sequence[str]) -> str:
    words = [SHAPES.get(shape, shape) for shape in shapes]
    return f"Form: {', '.join(words[:-1])} or {words[-1]}." if len(words) > 1 else f"Form: {words[0]}."
