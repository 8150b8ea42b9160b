"""Lists of fields and parameters: name, type, whether it must be there, and below it what it is.

Lists and not tables: names and patterns are long, and in a table they leave a phone nothing for the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.client.texts.time_shapes import SHAPES
from generator.site.markdown import code, paragraph, prose
from generator.site.rest.addresses import Page
from generator.site.rest.history_words import life_sentences
from generator.site.rest.reading.lives import Life
from generator.site.rest.reading.records import SENT, Field, Model, Version
from generator.site.rest.reading.reference import Reference
from generator.site.rest.reading.type_words import components

_DEEPEST = 3
"""How many objects inside of each other the list of a body shows."""
SENT_LEGEND = (
    "Sent is about full responses and webhooks: always (observed or documented); probably (believed, and the "
    "client reads a missing one as null); not always."
)
CONFIDENCE_LEGEND = (
    "A mark at the end of a description says how it is known where no public page of AfterShip says it: "
    "`sdk` from an official client, `observed` from recorded responses, `inferred` is our reading."
)


class FieldLists:
    """Writes lists of one version, on one page."""

    def __init__(self, reference: Reference, version: Version, page: Page) -> None:
        self._reference = reference
        self._version = version
        self._page = page

    def model(self, model: Model) -> str:
        """The fields of a model."""
        lives = self._lives(model.name)
        return _lines(
            line
            for field in model.fields
            for line in self._item(field, lives.get(field.name), is_sent=model.is_sent)
        )

    def parameters(self, address: str, fields: Sequence[Field]) -> str:
        """Parameters of an operation, all of one location."""
        lives = _by_name(self._reference.parameters[address], self._version.name)
        return _lines(
            line
            for field in fields
            for line in self._item(field, lives.get(f"{field.location} {field.name}"), is_sent=True)
        )

    def headers(self, fields: Sequence[Field]) -> str:
        """Headers, without a history: they are those of this version."""
        return _lines(line for field in fields for line in self._item(field, None, is_sent=True))

    def body(self, model: Model) -> str:
        """All that a body may hold, with the objects inside of it; what is required comes first."""
        return _lines(self._nested(model, (model.name,)))

    def _nested(self, model: Model, above: tuple[str, ...]) -> Iterator[str]:
        lives = self._lives(model.name)
        for field in sorted(model.fields, key=lambda one: not one.required):
            yield from self._item(field, lives.get(field.name), is_sent=True, in_body=True)
            for name in components(field.type):
                if name in self._version.models and name not in above and len(above) <= _DEEPEST:
                    inner = self._nested(self._version.models[name], (*above, name))
                    yield from (f"  {line}" for line in inner)

    def _item(
        self, field: Field, life: Life | None, *, is_sent: bool, in_body: bool = False
    ) -> Iterator[str]:
        """The item of a field: a line with name and type, and one that says what it is."""
        marks = [self._page.type(self._version, field.type)]
        marks += ["**required**"] if is_sent and field.required else []
        marks += [SENT[field.sent]] if field.sent in SENT and not in_body else []
        said = self._description(field, life)
        yield f"- {code(field.name)} {', '.join(marks)}" + (" \\" if said else "")
        if said:
            yield f"  {said}"

    def _lives(self, model: str) -> dict[str, Life]:
        return _by_name(self._reference.fields[model], self._version.name)

    def _description(self, field: Field, life: Life | None) -> str:
        parts = [paragraph(field.description)]
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


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _times(shapes: Sequence[str]) -> str:
    words = [SHAPES.get(shape, shape) for shape in shapes]
    return f"Form: {', '.join(words[:-1])} or {words[-1]}." if len(words) > 1 else f"Form: {words[0]}."
