"""One version of the API as the mock sees it: what its document says about operations, errors and limits.

Everything is read once, when the version is first used. Nothing here knows a path, a field or a code by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock.pointers import can_be_null, join, look_up, resolve
from aftership_tracking.mock.projection import Projector, projector
from aftership_tracking.mock.schemas import Schemas

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
# OpenAPI says that parameters of these names are to be ignored: other parts of the document speak of them.
IGNORED_HEADERS = frozenset({"accept", "authorization", "content-type"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter. `kind` is the JSON type of its value, `item_kind` that of a list's items."""

    name: str
    location: str
    required: bool
    schema: str
    kind: str
    item_kind: str
    is_time: bool
    default: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A declared response: the pointer of its body schema, and of the schema of each header."""

    schema: str | None
    headers: Mapping[str, str]
    required_headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests in so many seconds. Operations of the same bucket share the count."""

    requests: int
    seconds: float
    bucket: str


@dataclass(frozen=True, slots=True)
class ApiError:
    """What an error code means in this version."""

    code: int
    status: int
    type: str
    message: str


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """A declared operation."""

    id: str
    method: str
    template: str
    resource: str
    action: str
    pointer: str
    parameters: tuple[Parameter, ...]
    body: str | None
    body_required: bool
    body_wrapper: str | None
    body_fields: frozenset[str]
    unwrap: tuple[str, ...]
    answers: Mapping[str, Answer]
    success: int
    codes: Mapping[int, str]
    limit: RateLimit
    pagination: Mapping[str, Any]
    behaviour: Mapping[str, Any]
    scopes: frozenset[str]

    def answer_for(self, status: int) -> Answer | None:
        """The declared answer of a status, of its class, or the default."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.answers:
                return self.answers[name]
        return None

    def first_documented(self, codes: tuple[int, ...] | list[int]) -> int | None:
        """The first of several error codes that this operation documents."""
        return next((code for code in codes if code in self.codes), None)


class Api:
    """One version of the API."""

    def __init__(self, version: str, document: dict[str, Any]) -> None:
        self.version = version
        self.document = document
        self.schemas = Schemas(document)
        self.errors = {int(code): _error(int(code), entry) for code, entry in _errors(document).items()}
        self.key_header = _key_header(document)
        self.operations = tuple(_operations(document))
        self._by_name = {(each.resource, each.action): each for each in self.operations}
        self._projectors: dict[str, Projector | None] = {}
        self._nulls: dict[str, dict[str, None]] = {}

    def operation(self, resource: str, action: str) -> ApiOperation | None:
        """The operation of a name, if this version has it."""
        return self._by_name.get((resource, action))

    def fields(self, name: str) -> Mapping[str, Any]:
        """The properties of a component; none when this version lacks it."""
        found: Mapping[str, Any] = self._component(name).get("properties", {})
        return found

    def nulls(self, name: str) -> dict[str, None]:
        """Every property of a component that may be null, as null."""
        if name not in self._nulls:
            self._nulls[name] = {
                field: None
                for field, schema in self.fields(name).items()
                if can_be_null(self.document, schema)
            }
        return self._nulls[name]

    def _component(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document["components"]["schemas"].get(name, {})
        return found

    def cut(self, operation: ApiOperation, data: Any) -> Any:
        """The `data` of a success, without what this version's document does not declare."""
        answer = operation.answers[str(operation.success)]
        if answer.schema is None:
            return data
        if answer.schema not in self._projectors:
            self._projectors[answer.schema] = projector(
                self.document, join(answer.schema, "properties", "data")
            )
        cut = self._projectors[answer.schema]
        return data if cut is None else cut(data)


def _errors(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.get("x-errors") or document["info"].get("x-errors") or {}
    return found


def _error(code: int, entry: Mapping[str, Any]) -> ApiError:
    return ApiError(code, entry["status"], entry["type"], entry["message"])


def _key_header(document: Mapping[str, Any]) -> str:
    """The header of the API key: the one that is enough by itself, where signatures need company."""
    schemes = document["components"]["securitySchemes"]
    for item in document["paths"].values():
        for method in METHODS:
            for requirement in item.get(method, {}).get("security", document.get("security", ())):
                names = [name for name in requirement if schemes[name].get("in") == "header"]
                if len(requirement) == len(names) == 1:
                    return str(schemes[names[0]]["name"]).lower()
    raise ValueError("no operation of the document can be called with an API key alone")


def _operations(document: Mapping[str, Any]) -> Iterator[ApiOperation]:
    for template, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(document, template, method)


def _operation(document: Mapping[str, Any], template: str, method: str) -> ApiOperation:
    pointer = join("/paths", template, method)
    definition = look_up(document, pointer)
    body, body_required = _body(document, pointer, definition)
    answers = {str(status): _answer(document, pointer, status) for status in definition["responses"]}
    return ApiOperation(
        id=definition["operationId"],
        method=method.upper(),
        template=template,
        resource=definition["x-resource"],
        action=definition["x-method"],
        pointer=pointer,
        parameters=tuple(_parameters(document, template, method)),
        body=body,
        body_required=body_required,
        body_wrapper=definition.get("x-body-wrapper"),
        body_fields=_body_fields(document, body, definition.get("x-body-wrapper")),
        unwrap=tuple(definition["x-unwrap"].split(".")),
        answers=answers,
        success=next(int(status) for status in sorted(answers) if status.startswith("2")),
        codes={entry["code"]: entry["kind"] for entry in definition.get("x-error-codes", ())},
        limit=_limit(document, definition),
        pagination=definition.get("x-pagination", {}),
        behaviour=definition.get("x-mock", {}),
        scopes=_scopes(document, definition),
    )


def _scopes(document: Mapping[str, Any], definition: Mapping[str, Any]) -> frozenset[str]:
    """The permissions that a caller needs; without OAuth the API speaks of none."""
    schemes = document["components"]["securitySchemes"]
    for requirement in definition.get("security", document.get("security", ())):
        for name, scopes in requirement.items():
            if schemes[name]["type"] == "oauth2":
                return frozenset(scopes)
    return frozenset()


def _body(
    document: Mapping[str, Any], pointer: str, definition: Mapping[str, Any]
) -> tuple[str | None, bool]:
    if "requestBody" not in definition:
        return None, False
    pointer, body = resolve(document, join(pointer, "requestBody"))
    schema = join(pointer, "content", "application/json", "schema")
    return resolve(document, schema)[0], bool(body.get("required", False))


def _body_fields(document: Mapping[str, Any], body: str | None, wrapper: str | None) -> frozenset[str]:
    if body is None:
        return frozenset()
    if wrapper is not None:
        body = join(body, "properties", wrapper)
    return frozenset(resolve(document, body)[1].get("properties", {}))


def _parameters(document: Mapping[str, Any], template: str, method: str) -> Iterator[Parameter]:
    found: dict[tuple[str, str], Parameter] = {}
    for where in (join("/paths", template), join("/paths", template, method)):
        for index in range(len(look_up(document, where).get("parameters", ()))):
            parameter = _parameter(document, join(where, "parameters", index))
            found[parameter.name, parameter.location] = parameter
    for parameter in found.values():
        if parameter.location != "header" or parameter.name.lower() not in IGNORED_HEADERS:
            yield parameter


def _parameter(document: Mapping[str, Any], pointer: str) -> Parameter:
    pointer, definition = resolve(document, pointer)
    schema_pointer = join(pointer, "schema")
    own = look_up(document, schema_pointer)
    target, schema = resolve(document, schema_pointer)
    item_kind = "string"
    if "items" in schema:
        item_kind = _kind(resolve(document, join(target, "items"))[1])
    return Parameter(
        name=definition["name"],
        location=definition["in"],
        required=bool(definition.get("required", False)),
        schema=schema_pointer,
        kind=_kind(schema),
        item_kind=item_kind,
        is_time=any(
            "x-time" in each or each.get("format") == "date-time" for each in (own, schema, definition)
        ),
        default=own.get("default", schema.get("default")),
    )


def _kind(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "string")
    if isinstance(kinds, list):
        return next((kind for kind in kinds if kind != "null"), "string")
    return str(kinds)


def _answer(document: Mapping[str, Any], pointer: str, status: str) -> Answer:
    pointer, definition = resolve(document, join(pointer, "responses", status))
    headers, required = {}, set()
    for name in definition.get("headers", {}):
        where, header = resolve(document, join(pointer, "headers", name))
        headers[name.lower()] = join(where, "schema")
        if header.get("required", False):
            required.add(name.lower())
    schema = None
    if "application/json" in definition.get("content", {}):
        schema = resolve(document, join(pointer, "content", "application/json", "schema"))[0]
    return Answer(schema, headers, frozenset(required))


def _limit(document: Mapping[str, Any], definition: Mapping[str, Any]) -> RateLimit:
    shared = document.get("x-rate-limit") or document["info"].get("x-rate-limit") or {}
    merged = {
        "requests": 10,
        "seconds": 1,
        "shared-by": "organization",
        **shared,
        **definition.get("x-rate-limit", {}),
    }
    bucket = "organization" if merged["shared-by"] == "organization" else definition["operationId"]
    return RateLimit(int(merged["requests"]), float(merged["seconds"]), bucket)
