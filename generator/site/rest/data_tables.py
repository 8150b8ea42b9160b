"""The tables of the reference as data: columns with what they mean, and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.client.openapi_library import plain_string
from generator.site.rest.enum_pages import enum_of_prefixes, status_of
from generator.site.rest.reading.lives import Life
from generator.site.rest.reading.records import Field, Operation, Version
from generator.site.rest.reading.reference import Reference
from generator.site.rest.reading.sources import Sources

Cell = str | int | float | bool | list[str]
Row = Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One table."""

    name: str
    """The name of its files, without their ending."""
    title: str
    columns: Mapping[str, str]
    """What each column holds, by its name."""
    rows: tuple[Row, ...]


_VERSION = {"version": "the version of the API that the row is about"}
_LIFE = {
    "since": "the first version that has it, without a gap up to this one",
    "gone_in": "the first later version without it; empty if there is none",
    "earlier_names": "list: what it was called in versions before this one",
    "later_names": "list: what it is called in versions after this one",
}
_FIELD = {
    "type": "the type in words",
    "nullable": "true if null is allowed",
    "required": "true if a request must have it",
    "times": "list: the shapes of a time",
    "limits": "limits in words, with their marks",
    "default": "the default as JSON; empty if none is known",
    "deprecated": "a sentence; empty if it is not deprecated",
    "confidence": "documented, sdk, observed or inferred",
    "description": "what it is",
}
_SENT = {
    "sent": "whether a full response has it: observed, documented, inferred, sometimes; empty if none has it"
}


def data_tables(sources: Sources) -> tuple[Table, ...]:
    """All tables."""
    reference = sources.reference
    return (
        _table("operations", "Operations", _OPERATION, _operations(reference)),
        _table(
            "parameters",
            "Parameters",
            {
                "operation": "method and path",
                "in": "path, query or header",
                "name": "its name",
                **_VERSION,
                **_FIELD,
                **_LIFE,
            },
            _parameters(reference),
        ),
        _table(
            "fields",
            "Fields of models",
            {"model": "the model", "field": "its name", **_VERSION, **_FIELD, **_SENT, **_LIFE},
            _fields(reference),
        ),
        _table("enum-values", "Values of enums", _VALUE, _values(reference)),
        _table("errors", "Error codes", _ERROR, _errors(reference)),
        _table("couriers", "Couriers", _courier_columns(sources), _couriers(sources)),
        _table("slug-groups", "Families of couriers", _GROUP, _groups(sources)),
    )


_OPERATION = {
    "method": "the method of HTTP",
    "path": "the path below the version",
    **_VERSION,
    "operation_id": "its id in the document",
    "client_method": "the method of the client",
    "summary": "what it does",
    "requests": "the rate limit: so many requests",
    "seconds": "in so many seconds",
    "shared_by": "organization (all operations together) or operation",
    "scopes": "list: the scopes of OAuth; empty if none is known",
    "retry": "whether a call may be repeated",
    "pages": "how a list goes on; empty if it is not a list of pages",
    "body": "the model of the body; empty without one",
    "result": "the model of the response; empty without one",
    "codes": "list: the error codes that can come",
    "deprecated": "a sentence; empty if it is not deprecated",
    "confidence": "documented, sdk, observed or inferred",
    **_LIFE,
}
_VALUE = {
    "enum": "the enum",
    "value": "the value",
    **_VERSION,
    "meaning": "what it means",
    "level": "how high it ranks; empty where values do not rank",
    "status": "of a sub-status: the status that it belongs to",
    **_LIFE,
}
_ERROR = {
    "code": "the value of meta.code",
    **_VERSION,
    "status": "the HTTP status",
    "type": "the value of meta.type",
    "exception": "the class that the client raises",
    "meaning": "what it means",
    "hint": "what to do",
    "confidence": "documented, sdk, observed or inferred",
    "operations": "list: the operations that name it, as method and path",
    **_LIFE,
}
_GROUP = {"group": "the family", "slug": "a courier of it", "confidence": "how well its members are proven"}
_KNOWN_COURIER_COLUMNS = {
    "slug": "the courier's code",
    "name": "its name",
    "required_fields": "list: fields that a tracking needs",
    "optional_fields": "list: fields that a tracking may have",
}


def _table(name: str, title: str, columns: Mapping[str, str], rows: Iterator[Row]) -> Table:
    found = tuple(rows)
    for row in found:
        if tuple(row) != tuple(columns):
            raise ValueError(f"A row of {name} has other columns than the table: {', '.join(row)}.")
    return Table(name=name, title=title, columns=columns, rows=found)


def _life(life: Life, version: str, bare: Callable[[str], str] = str) -> dict[str, Cell]:
    name = life.states[version].name
    names = {one: state.name for one, state in sorted(life.states.items()) if state.name != name}
    return {
        "since": life.since(version),
        "gone_in": life.gone_in(version),
        "earlier_names": list(dict.fromkeys(bare(names[one]) for one in names if one < version)),
        "later_names": list(dict.fromkeys(bare(names[one]) for one in names if one > version)),
    }


def _field(field: Field) -> dict[str, Cell]:
    return {
        "type": field.type_text,
        "nullable": field.nullable,
        "required": field.required,
        "times": list(field.times),
        "limits": field.limits,
        "default": field.default,
        "deprecated": field.deprecated,
        "confidence": field.confidence,
        "description": field.description,
    }


def _by_version(lives: Sequence[Life], version: str) -> dict[str, Life]:
    return {life.states[version].name: life for life in lives if version in life.states}


def _fields(reference: Reference) -> Iterator[Row]:
    for version in reference.versions:
        for model in version.models.values():
            lives = _by_version(reference.fields[model.name], version.name)
            for field in model.fields:
                yield {
                    "model": model.name,
                    "field": field.name,
                    "version": version.name,
                    **_field(field),
                    "sent": field.sent,
                    **_life(lives[field.name], version.name),
                }


def _parameters(reference: Reference) -> Iterator[Row]:
    for version in reference.versions:
        for operation in version.operations:
            lives = _by_version(reference.parameters[operation.address], version.name)
            for field in operation.parameters:
                yield {
                    "operation": operation.address,
                    "in": field.location,
                    "name": field.name,
                    "version": version.name,
                    **_field(field),
                    **_life(lives[f"{field.location} {field.name}"], version.name, _without_location),
                }


def _without_location(name: str) -> str:
    return name.partition(" ")[2]


def _operations(reference: Reference) -> Iterator[Row]:
    for version in reference.versions:
        lives = _by_version(reference.operations, version.name)
        for one in version.operations:
            yield _operation(one, version) | _life(lives[one.address], version.name)


def _operation(one: Operation, version: Version) -> dict[str, Cell]:
    return {
        "method": one.raw.method.upper(),
        "path": one.raw.path,
        "version": version.name,
        "operation_id": plain_string(one.call.id),
        "client_method": f"{one.resource}.{one.method}",
        "summary": one.summary,
        "requests": one.call.limit.requests,
        "seconds": one.call.limit.seconds,
        "shared_by": "organization" if one.call.limit.shared else "operation",
        "scopes": list(one.scopes),
        "retry": one.retry,
        "pages": one.pagination,
        "body": one.body,
        "result": one.result,
        "codes": [str(code) for code in one.codes],
        "deprecated": one.deprecated,
        "confidence": one.confidence,
    }


def _values(reference: Reference) -> Iterator[Row]:
    statuses = {name: enum_of_prefixes(reference, name) for name in reference.values}
    for version in reference.versions:
        for enum in version.enums.values():
            lives = _by_version(reference.values[enum.name], version.name)
            for one in enum.values:
                yield {
                    "enum": enum.name,
                    "value": one.value,
                    "version": version.name,
                    "meaning": one.meaning,
                    "level": one.level,
                    "status": status_of(one.value) if statuses[enum.name] else "",
                    **_life(lives[one.value], version.name),
                }


def _errors(reference: Reference) -> Iterator[Row]:
    for version in reference.versions:
        lives = _by_version(reference.errors, version.name)
        for one in version.errors.values():
            yield {
                "code": one.code,
                "version": version.name,
                "status": one.status,
                "type": one.type,
                "exception": one.exception,
                "meaning": one.meaning,
                "hint": one.hint,
                "confidence": one.confidence,
                "operations": [each.address for each in version.operations if one.code in each.codes],
                **_life(lives[str(one.code)], version.name),
            }


def _courier_columns(sources: Sources) -> dict[str, str]:
    names = dict.fromkeys(name for one in sources.couriers for name in one)
    return {
        name: _KNOWN_COURIER_COLUMNS.get(name, f"`{name}` of the model Courier in 2024-01") for name in names
    }


def _couriers(sources: Sources) -> Iterator[Row]:
    columns = _courier_columns(sources)
    for one in sources.couriers:
        yield {name: _cell(one.get(name)) for name in columns}


def _cell(value: object) -> Cell:
    if isinstance(value, list):
        return [str(one) for one in value]
    return "" if value is None else str(value)


def _groups(sources: Sources) -> Iterator[Row]:
    for group in sources.groups:
        for member in group.members:
            yield {"group": group.name, "slug": member, "confidence": group.confidence}
