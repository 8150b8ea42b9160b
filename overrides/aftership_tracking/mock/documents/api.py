"""One version of the API as the mock sees it: its operations, errors, key header and components.

Everything is read once, when the version is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock.documents.checked import (
    CheckedEnvelope,
    CheckedList,
    CheckedObject,
    leave_out_checked,
)
from aftership_tracking.mock.documents.operation import METHODS, ApiOperation, read_operations
from aftership_tracking.mock.documents.pointers import join
from aftership_tracking.mock.documents.projection import Projector, empty_values, projector_of
from aftership_tracking.mock.documents.remembered import PAGES, Remembered
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.mock.documents.validation import Validators

_SCHEMAS = "/components/schemas"
# Behaviours (`x-mock`) of older versions that a lenient mock has in every version.
LENIENT: Mapping[str, Any] = {"mistyped-body-fields": "ignored", "invalid-time-filters": "default"}
# A schema of a list with these keywords alone says nothing about the list as a whole.
_PLAIN_LIST = frozenset({"type", "items", "description", "title", "x-provenance", "x-sent", "examples"})


@dataclass(frozen=True, slots=True)
class ApiError:
    """What an error code means in this version."""

    code: int
    status: int
    type: str
    message: str


class Api:
    """One version of the API.

    Args:
        is_lenient: take what breaks a documented constraint or has the wrong type, as older versions did.
    """

    def __init__(self, version: str, document: dict[str, Any], *, is_lenient: bool = False) -> None:
        self.version = version
        self.document = document
        self.is_lenient = is_lenient
        self.validators = Validators(document, "shapes" if is_lenient else "documented")
        self.errors = {int(code): _read_error(int(code), entry) for code, entry in _errors(document).items()}
        self.key_header = _key_header(document)
        self.operations = tuple(read_operations(document, LENIENT if is_lenient else {}))
        self._all_rules: Validators | None = None
        self._by_name = {(each.resource, each.action): each for each in self.operations}
        self._projectors: dict[tuple[str, bool], Projector | None] = {}
        self._empty: dict[str, dict[str, Any]] = {}
        self._frames: dict[str, dict[str, Any]] = {}
        self.remembered: Remembered[dict[str, Any]] = Remembered()
        self.pages: Remembered[CheckedList] = Remembered(PAGES)
        self.lists: Remembered[CheckedEnvelope] = Remembered(PAGES)
        self._shapes: dict[str, Projector | None] = {}
        self._lists: dict[str, tuple[tuple[str, ...], str] | None] = {}

    @property
    def all_rules(self) -> Validators:
        """Every constraint that somebody believes: what breaks one of them is worth a hint."""
        if self._all_rules is None:
            self._all_rules = Validators(self.document, "all")
        return self._all_rules

    def operation(self, resource: str, action: str) -> ApiOperation | None:
        """The operation of a name, if this version has it."""
        return self._by_name.get((resource, action))

    def fields(self, name: str) -> Mapping[str, Any]:
        """The properties of a component; none when this version does not have it."""
        found: Mapping[str, Any] = self.document["components"]["schemas"].get(name, {}).get("properties", {})
        return found

    def can_hold(self, name: str, field: str, value: Any) -> bool:
        """Whether a component has a property of this name, and a value fits it."""
        if field not in self.fields(name):
            return False
        return self.validators.fits(join(_SCHEMAS, name, "properties", field), value)

    def fits_component(self, name: str, value: Any) -> bool:
        """Whether a value fits a component, in the shape that responses have."""
        return self.validators.fits(join(_SCHEMAS, name), self._shape_component(name, value))

    def checked(self, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object in the shape of a component, checked if it fits, for any number of responses.

        What does not fit is returned unchecked: the check of the response says what is wrong with it.
        """
        shaped: dict[str, Any] = self._shape_component(name, value)
        pointer = join(_SCHEMAS, name)
        return CheckedObject(pointer, shaped) if self.validators.fits(pointer, shaped) else shaped

    def _shape_component(self, name: str, value: Any) -> Any:
        if name not in self._shapes:
            node = SchemaNode(self.document, join(_SCHEMAS, name))
            self._shapes[name] = projector_of(node, is_full=True)
        projector = self._shapes[name]
        return value if projector is None else projector(value)

    def unchecked(self, operation: ApiOperation, envelope: Any) -> Any:
        """Return what of a response has to be checked: a list of checked objects is represented by its first.

        Where the document has a rule about the list itself, the whole response is returned.
        """
        if operation.id not in self._lists:
            self._lists[operation.id] = self._checked_list(operation)
        found = self._lists[operation.id]
        return envelope if found is None else leave_out_checked(envelope, *found)

    def _checked_list(self, operation: ApiOperation) -> tuple[tuple[str, ...], str] | None:
        """The path of a paged list in the response, and the pointer of its items' schema."""
        items = operation.pagination.get("items")
        if items is None or operation.content is None or operation.content.schema is None:
            return None
        path = tuple(str(items).split("."))
        node = SchemaNode(self.document, operation.content.schema).at(path)
        if node is None or node.items is None or not node.schema.keys() <= _PLAIN_LIST:
            return None
        return path, node.items.pointer

    def empty(self, name: str) -> Mapping[str, Any]:
        """The properties of a component with nothing known: null, else an empty list or object."""
        if name not in self._empty:
            self._empty[name] = empty_values(SchemaNode(self.document, join(_SCHEMAS, name)))
        return self._empty[name]

    def shape(self, operation: ApiOperation, data: Any, *, is_full: bool) -> Any:
        """Return the `data` of a success with what this version's document declares, and nothing else.

        Without `x-unwrap` it is the whole body.

        Args:
            is_full: add the keys that a full response has. False for what `fields` selects.
        """
        content = operation.content
        if content is None or content.schema is None or content.kind != "json":
            return data
        key = (operation.id, is_full)
        if key not in self._projectors:
            node = SchemaNode(self.document, content.schema).at(operation.unwrap[:1])
            self._projectors[key] = None if node is None else projector_of(node, is_full=is_full)
        projector = self._projectors[key]
        return data if projector is None else projector(data)

    def write_success(self, operation: ApiOperation, data: Any, *, is_full: bool) -> Any:
        """Return what the body of a success holds: a JSON value, a string, bytes, or None for no body."""
        content = operation.content
        if content is None:
            return None
        shaped = self.shape(operation, data, is_full=is_full)
        if not operation.unwrap:
            return shaped
        return {**self._frame(operation), operation.unwrap[0]: shaped}

    def fits_success(self, operation: ApiOperation, value: Any) -> bool:
        """Whether a value can be the body of a success of an operation."""
        content = operation.content
        if content is None:
            return value is None
        if content.kind == "bytes":
            return isinstance(value, bytes)
        if isinstance(value, bytes) or (content.kind == "text" and not isinstance(value, str)):
            return False
        return content.schema is None or self.validators.fits(content.schema, value)

    def _frame(self, operation: ApiOperation) -> dict[str, Any]:
        """What an envelope must hold beside the data: `meta.code`, and what else the document requires."""
        found = self._frames.get(operation.id)
        if found is None:
            found = {"meta": {"code": operation.success}}
            schema = None if operation.content is None else operation.content.schema
            if schema is not None:
                node = SchemaNode(self.document, schema)
                names = node.required - {operation.unwrap[0]}
                properties = node.properties
                required = {name: small_value(properties[name]) for name in sorted(names & properties.keys())}
                if "meta" in properties:
                    required["meta"] = {**(required.get("meta") or {}), "code": operation.success}
                found = required
            self._frames[operation.id] = found
        return found


def _errors(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.get("x-errors") or document["info"].get("x-errors") or {}
    return found


def _read_error(code: int, entry: Mapping[str, Any]) -> ApiError:
    return ApiError(code, entry["status"], entry["type"], entry["message"])


def _key_header(document: Mapping[str, Any]) -> str:
    """The header of the API key: the security scheme that is enough by itself, without a signature."""
    schemes = document["components"]["securitySchemes"]
    for item in document["paths"].values():
        for method in METHODS:
            for requirement in item.get(method, {}).get("security", document.get("security", ())):
                names = [name for name in requirement if schemes[name].get("in") == "header"]
                if len(requirement) == len(names) == 1:
                    return str(schemes[names[0]]["name"]).lower()
    raise ValueError("no operation of the document can be called with an API key alone")
