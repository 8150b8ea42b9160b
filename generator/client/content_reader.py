"""Reads what an operation sends and returns, how a list of it continues, and how it signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from generator.client.openapi_library import UntrustedString
from generator.client.quoting import untrusted
from generator.client.schema_classes import Schemas
from generator.client.template_records import Content, Cursor, PageNumber, Pagination
from generator.document import document as documents
from generator.document.contents import Media, contents, extra_schema, is_fields
from generator.document.document import Document


class RequestContent(NamedTuple):
    """The body of a request: what becomes its arguments."""

    media: Media
    fields: tuple[Any, str] | None
    """The object whose properties become arguments, and its pointer; None: one argument is the whole body."""
    extra: tuple[Any, str] | None
    """What further keys of that object hold, if it may have any."""
    content: Content | None
    """What the runtime has to know; None for a JSON object of the arguments."""
    required: bool


class ResponseContent(NamedTuple):
    """The body of a response for success."""

    media: Media | None
    """None: it has no body."""
    model: str | None
    """The model that describes it, if it is a JSON object with fields."""
    content: Content | None
    """What the runtime has to know; None for such a model."""
    description: Any


def read_request(schemas: Schemas, operation: documents.Operation) -> RequestContent | None:
    """What an operation sends; None if it sends no body. Raises `SpecError` for what cannot become code."""
    declared = operation.raw.get("requestBody")
    if declared is None:
        return None
    document = schemas.document
    body, pointer = document.follow(declared, f"{operation.pointer}/requestBody")
    media = _only(schemas, contents(body, pointer), pointer)
    required = bool(body.get("required", False))
    if media.kind in ("text", "bytes"):
        plain = Content(media.kind, untrusted(media.media_type))
        return RequestContent(media, None, None, plain, required)
    schema, at = media.schema, media.pointer
    wrapper = operation.raw.get("x-body-wrapper")
    if wrapper is not None:
        outer = schemas.properties(*document.follow(schema, at))
        if wrapper not in outer:
            raise document.error(
                f"{operation.pointer}/x-body-wrapper",
                f'The body has no property "{wrapper}".',
                "Correct one.",
            )
        schema, at = outer[wrapper].schema, outer[wrapper].pointer
    found, found_at = document.follow(schema, at)
    if media.kind in ("multipart", "form"):
        if not is_fields(schemas, found, found_at):
            raise document.error(at, "A form needs an object with properties.", "Describe its parts.")
        form = Content(media.kind, untrusted(media.media_type))
        return RequestContent(media, (found, found_at), None, form, required)
    if not is_fields(schemas, found, found_at):
        whole = Content("whole", untrusted(media.media_type))
        return RequestContent(replace(media, schema=schema, pointer=at), None, None, whole, required)
    extra = extra_schema(schemas, found, found_at)
    content = None if extra is None else Content("extra", untrusted(media.media_type))
    return RequestContent(media, (found, found_at), extra, content, required)


def read_response(schemas: Schemas, operation: documents.Operation) -> ResponseContent:
    """What an operation returns. Raises `SpecError` for what cannot become code."""
    document = schemas.document
    responses: Mapping[str, Any] = operation.raw.get("responses") or {}
    status = min((one for one in responses if one.startswith("2")), default=None)
    if status is None:
        raise document.error(operation.pointer, "The operation has no successful response.", "Add one.")
    response, pointer = document.follow(responses[status], f"{operation.pointer}/responses/{status}")
    description = response.get("description")
    if operation.method == "head" or not response.get("content"):
        return ResponseContent(None, None, Content("empty", untrusted("")), None)
    media = _only(schemas, contents(response, pointer), pointer)
    if media.kind != "json":
        kind = "text" if media.kind == "text" else "bytes"
        return ResponseContent(media, None, Content(kind, untrusted(media.media_type)), description)
    if not is_fields(schemas, media.schema, media.pointer):
        return ResponseContent(media, None, Content("json", untrusted(media.media_type)), description)
    if "$ref" not in media.schema:
        raise document.error(pointer, "The response has no named schema.", "Move it to components/schemas.")
    return ResponseContent(media, schemas.component(media.schema["$ref"], pointer), None, description)


def read_auth(document: documents.Document, operation: documents.Operation) -> str:
    """How an operation proves who calls, where the way of the client is not among those it takes."""
    requirements = operation.raw.get("security", document.raw.get("security"))
    if requirements is None:
        return ""
    if not requirements:
        return "none"
    schemes = (document.raw.get("components") or {}).get("securitySchemes") or {}
    found = [
        [document.follow(schemes.get(name, {}))[0].get("type") for name in requirement]
        for requirement in requirements
    ]
    return "bearer" if all("http" in types for types in found) else ""


def scopes_of_schemes(document: documents.Document) -> dict[str, str]:
    """The OAuth scopes that a document declares, with what each allows."""
    schemes = (document.raw.get("components") or {}).get("securitySchemes") or {}
    return {
        scope: str(text)
        for scheme in schemes.values()
        for flow in document.follow(scheme)[0].get("flows", {}).values()
        for scope, text in flow.get("scopes", {}).items()
    }


def read_scopes(document: documents.Document, operation: documents.Operation) -> tuple[str, ...]:
    """The OAuth scopes that an operation needs; none if the document names none for it."""
    requirements = operation.raw.get("security", document.raw.get("security")) or ()
    schemes = (document.raw.get("components") or {}).get("securitySchemes") or {}
    for requirement in requirements:
        for name, scopes in requirement.items():
            if document.follow(schemes.get(name, {}))[0].get("type") == "oauth2":
                return tuple(scopes)
    return ()


def _only(schemas: Schemas, found: list[Media], pointer: str) -> Media:
    """The one content. JSON wins, and the lint refuses others beside it."""
    for media in found:
        if media.kind == "json":
            return media
    if len(found) != 1:
        raise schemas.document.error(pointer, "A body needs exactly one content.", "Describe one.")
    return found[0]


def read_pagination(document: Document, operation: documents.Operation) -> Pagination | None:
    """The record of `x-pagination`; None if the operation has none. Raises `SpecError`."""
    declared: Any = operation.raw.get("x-pagination")
    if declared is None:
        return None
    kind = declared.get("kind")
    try:
        if kind == "page":
            return PageNumber(
                items=_segments(declared["items"]),
                page=untrusted(declared["page"]),
                limit=untrusted(declared["limit"]),
                default_limit=int(declared["default-limit"]),
                max_limit=int(declared["max-limit"]),
                # 0: the document does not say.
                reachable=int(declared.get("reachable", 0)),
            )
        if kind == "cursor":
            return Cursor(
                items=_segments(declared["items"]),
                cursor=untrusted(declared["cursor"]),
                next=_segments(declared["next"]),
                # Without it, only the cursor says whether there is more.
                has_next=_segments(declared["has-next"]) if "has-next" in declared else (),
                limit=untrusted(declared["limit"]),
                default_limit=int(declared["default-limit"]),
                max_limit=int(declared["max-limit"]),
            )
    except KeyError as missing:
        raise document.error(
            f"{operation.pointer}/x-pagination",
            f'Pagination of kind "{kind}" has no "{missing.args[0]}".',
            "Add it.",
        ) from None
    raise document.error(
        f"{operation.pointer}/x-pagination",
        f'Pagination of kind "{kind}" is not known.',
        'Use "page" or "cursor".',
    )


def _segments(path: str) -> tuple[UntrustedString, ...]:
    return tuple(untrusted(segment) for segment in path.split("."))
