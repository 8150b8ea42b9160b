"""What the REST reference says of one version: records that pages and downloads are both made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.client import template_records
from generator.client.schema_classes import Schemas
from generator.client.texts.time_shapes import SHAPES
from generator.document import document as documents
from generator.document.document import Document
from generator.site.rest.reading.type_words import Word, type_text

# What `documented_values` writes behind a limit that is not documented.
_MARK = re.compile(r" \((?:(?:by the SDKs|sdk|observed|inferred)(?:, )?)+\)")

SENT = {
    "observed": "always sent",
    "documented": "always sent",
    "inferred": "probably sent",
    "sometimes": "not always sent",
}
"""`x-sent` in words."""

Location = Literal["", "path", "query", "header"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A property of a model, a parameter of an operation, or a header."""

    name: str
    location: Location = ""
    type: tuple[Word, ...]
    nullable: bool
    required: bool
    sent: str
    """`x-sent`; empty where no response and no webhook holds it."""
    times: tuple[str, ...]
    """The shapes of a time (`x-time`)."""
    limits: str
    """The limits in words, with their marks; empty without any."""
    default: str
    deprecated: str
    """A sentence; empty if it is not deprecated."""
    confidence: str
    description: str
    schema: Any = field(repr=False)
    pointer: str

    @property
    def facts(self) -> Mapping[str, str]:
        """What is compared between versions. Null has a fact of its own, beside the type."""
        kind = "".join(word.text for word in self.type).removesuffix(" or null")
        return {
            "type": kind,
            "null": "yes" if self.nullable else "no",
            "required": "yes" if self.required else "no",
            "sent": SENT.get(self.sent, ""),
            "form": ", ".join(SHAPES.get(shape, shape) for shape in self.times),
            "limits": _MARK.sub("", self.limits),
            "proof of limits": ", ".join(_MARK.findall(self.limits)),
            "default": self.default,
            "deprecated": self.deprecated,
            "confidence": self.confidence,
        }

    @property
    def type_text(self) -> str:
        return type_text(self.type)


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A component with fields."""

    name: str
    description: str
    fields: tuple[Field, ...]
    is_read: bool
    """Whether responses or webhooks hold it."""
    is_sent: bool
    """Whether requests hold it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """A known value of an enum."""

    value: str
    meaning: str
    level: str

    @property
    def facts(self) -> Mapping[str, str]:
        return {"meaning": self.meaning, "level": self.level}


@dataclass(frozen=True, kw_only=True, slots=True)
class Enum:
    """A component that lists values."""

    name: str
    description: str
    values: tuple[Value, ...]
    is_closed: bool
    confidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One operation, with the method of the client that it becomes."""

    raw: documents.Operation
    resource: str
    method: str
    """The name of the method of the client."""
    summary: str
    description: str
    parameters: tuple[Field, ...]
    codes: tuple[int, ...]
    scopes: tuple[str, ...]
    rate_limit: str
    retry: str
    pagination: str
    authentication: str
    body: str
    """The model of the body, or the type of it in words; empty without a body."""
    result: str
    """The type of the body of the response for success; empty without one."""
    deprecated: str
    confidence: str
    call: template_records.Operation = field(repr=False)

    @property
    def address(self) -> str:
        """`POST /trackings`: what names it over all versions."""
        return f"{self.raw.method.upper()} {self.raw.path}"

    @property
    def facts(self) -> Mapping[str, str]:
        return {
            "authentication": self.authentication,
            "rate limit": self.rate_limit,
            "retry": self.retry,
            "pages": self.pagination,
            "body": self.body,
            "result": self.result,
            "codes": ", ".join(map(str, self.codes)),
            "method": f"{self.resource}.{self.method}",
            "deprecated": self.deprecated,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Error:
    """A value of `meta.code`."""

    code: int
    status: int
    type: str
    message: str
    meaning: str
    hint: str
    exception: str
    """The class that the client raises."""
    confidence: str

    @property
    def facts(self) -> Mapping[str, str]:
        return {"status": str(self.status), "type": self.type, "meaning": self.meaning}


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A webhook."""

    name: str
    summary: str
    description: str
    headers: tuple[Field, ...]
    confidence: str
    deprecated: str
    raw: Mapping[str, Any] = field(repr=False)
    pointer: str

    @property
    def facts(self) -> Mapping[str, str]:
        return {"deprecated": self.deprecated, "confidence": self.confidence}


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One version of the API."""

    name: str
    document: Document = field(repr=False)
    schemas: Schemas = field(repr=False)
    models: Mapping[str, Model]
    enums: Mapping[str, Enum]
    operations: tuple[Operation, ...]
    errors: Mapping[int, Error]
    headers: tuple[Field, ...]
    """The headers that every response has."""
    events: Mapping[str, Event]

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources of the client, in the order of the document."""
        return tuple(dict.fromkeys(one.resource for one in self.operations))
