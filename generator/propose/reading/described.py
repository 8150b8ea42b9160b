"""What a document says of each operation: parameters, body, responses. Both documents are read so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.diff.comparing.operation_pairs import bare
from generator.document import pointer as pointers
from generator.document.document import METHODS, Document
from generator.document.schema_walk import as_list, as_mapping

JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedParameter:
    """A parameter of an operation."""

    location: str
    name: str
    schema: Any
    required: bool
    deprecated: bool
    pointer: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedContent:
    """A request body or a response. `schema` is None without content."""

    schema: Any
    required: bool
    pointer: str
    """Of the object that has `content`."""
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedOperation:
    """One operation, or one webhook, whose path is the name of its event."""

    id: str
    method: str
    path: str
    raw: Mapping[str, Any]
    pointer: str
    deprecated: bool
    parameters: Mapping[tuple[str, str], DescribedParameter]
    body: DescribedContent | None
    responses: Mapping[str, DescribedContent]
    """The responses to a success, by status, sorted."""

    @property
    def address(self) -> tuple[str, str]:
        """Verb and path without the names of variables: what a service looks at."""
        return bare(self.path), self.method

    @property
    def request(self) -> str:
        """`GET /trackings/{id}`."""
        return f"{self.method.upper()} {self.path}"

    def schemas(self) -> Iterator[Any]:
        """Every schema that is named here."""
        yield from (one.schema for one in self.parameters.values())
        for content in (self.body, *self.responses.values()):
            if content is not None and content.schema is not None:
                yield content.schema


def read_operations(document: Document, root: str = "paths") -> dict[tuple[str, str], DescribedOperation]:
    """The operations below `paths` or `webhooks`, by address. What has a wrong shape is left out.

    Raises `SpecError` for a reference that leads nowhere.
    """
    found: dict[tuple[str, str], DescribedOperation] = {}
    for path, declared in sorted(as_mapping(document.raw.get(root)).items()):
        item, at = document.follow(declared, pointers.child("", root, path))
        for method in METHODS:
            raw = as_mapping(item).get(method)
            if isinstance(raw, dict) and (root == "webhooks" or path.startswith("/")):
                one = _operation(document, item, at, path, method)
                found.setdefault(one.address, one)
    return found


def raw_operations(raw: Mapping[str, Any], *roots: str) -> Iterator[dict[str, Any]]:
    """The operations below `paths`, or below these roots, as they stand in a document of ours."""
    for root in roots or ("paths",):
        for item in as_mapping(raw.get(root)).values():
            yield from (item[method] for method in METHODS if method in item)


def _operation(
    document: Document, item: Mapping[str, Any], at: str, path: str, method: str
) -> DescribedOperation:
    raw, pointer = item[method], pointers.child(at, method)
    parameters: dict[tuple[str, str], DescribedParameter] = {}
    for owner, above in ((item, at), (raw, pointer)):
        for index, declared in enumerate(as_list(owner.get("parameters"))):
            value, where = document.follow(declared, pointers.child(above, "parameters", index))
            name, location = as_mapping(value).get("name"), as_mapping(value).get("in")
            if isinstance(name, str) and isinstance(location, str):
                parameters[location, name] = _parameter(value, where, location, name)
    responses: dict[str, DescribedContent] = {}
    for status, declared in sorted(as_mapping(raw.get("responses")).items()):
        if str(status).startswith("2"):
            responses[str(status)] = _content(
                document, declared, pointers.child(pointer, "responses", status)
            )
    body = raw.get("requestBody")
    return DescribedOperation(
        id=str(raw.get("operationId") or ""),
        method=method,
        path=path,
        raw=raw,
        pointer=pointer,
        deprecated=raw.get("deprecated") is True,
        parameters={key: parameters[key] for key in sorted(parameters)},
        body=_content(document, body, pointers.child(pointer, "requestBody"))
        if isinstance(body, dict)
        else None,
        responses=responses,
    )


def _parameter(value: Mapping[str, Any], pointer: str, location: str, name: str) -> DescribedParameter:
    schema = value.get("schema")
    if not isinstance(schema, dict):
        content = as_mapping(value.get("content"))
        inner = next((content[key] for key in sorted(content)), None)
        schema = as_mapping(inner).get("schema")
    return DescribedParameter(
        location=location,
        name=name,
        schema=schema if isinstance(schema, dict) else {},
        required=value.get("required") is True,
        deprecated=value.get("deprecated") is True,
        pointer=pointer,
        text=str(value.get("description") or ""),
    )


def _content(document: Document, declared: Any, pointer: str) -> DescribedContent:
    value, where = document.follow(declared, pointer)
    content = as_mapping(as_mapping(value).get("content"))
    kinds = [key for key in sorted(content) if key.split(";")[0].strip().lower() == JSON]
    kinds += [key for key in sorted(content) if key not in kinds and "json" in key.lower()]
    kinds += [key for key in sorted(content) if key not in kinds]
    chosen = kinds[0] if kinds else ""
    schema = as_mapping(content.get(chosen)).get("schema")
    return DescribedContent(
        schema=schema if isinstance(schema, dict) else None,
        required=as_mapping(value).get("required") is True,
        pointer=where,
        media_type=chosen,
    )


def variables(path: str) -> list[str]:
    """The names of the variables of a path, in their order."""
    return [part[1:-1] for part in path.split("/") if part.startswith("{") and part.endswith("}")]
