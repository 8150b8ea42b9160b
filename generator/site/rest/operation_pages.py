"""The page of a resource in a version: everything about each of its operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.document.contents import contents
from generator.document.schema_walk import as_list, as_mapping
from generator.site.markdown import anchor, code, dropdown, fenced, paragraph, prose, table
from generator.site.rest.addresses import Page, operation_anchor, version_page
from generator.site.rest.field_lists import CONFIDENCE_LEGEND, FieldLists
from generator.site.rest.history_words import operation_sentences
from generator.site.rest.reading.records import Model, Operation, Version
from generator.site.rest.reading.reference import Reference
from generator.site.rest.reading.type_words import components, type_words
from generator.site.rest.requests import body_examples, curl, json_block, python_call

_LOCATIONS = {"path": "Path", "query": "Query", "header": "Headers"}


def resource_title(resource: str) -> str:
    """`courier_connections` as a heading."""
    return resource.replace("_", " ").capitalize()


def operation_pages(reference: Reference, version: Version) -> Iterator[tuple[str, str, str]]:
    """Path, title and Markdown of each resource of a version."""
    for resource in version.resources:
        page = Page(version_page(version.name, resource))
        writer = _OperationWriter(reference, version, page)
        body = "\n".join(part for part in writer.resource(resource) if part)
        yield page.path, f"{resource_title(resource)}, {version.name}", body


def operation_list(page: Page, version: Version, operations: Iterable[Operation]) -> str:
    """Links to operations, with what each does."""
    lines = [f"- {page.operation(version.name, one)} {prose(one.summary)}" for one in operations]
    return "\n".join(lines) + "\n"


def usual_codes(version: Version) -> tuple[int, ...]:
    """The codes with which every operation can respond."""
    found = [set(one.codes) for one in version.operations]
    return tuple(sorted(set.intersection(*found))) if found else ()


class _OperationWriter:
    def __init__(self, reference: Reference, version: Version, page: Page) -> None:
        self._reference = reference
        self._version = version
        self._page = page
        self._lists = FieldLists(reference, version, page)
        self._usual = usual_codes(version)

    def resource(self, resource: str) -> Iterator[str]:
        operations = [one for one in self._version.operations if one.resource == resource]
        yield operation_list(self._page, self._version, operations)
        yield f"{prose(CONFIDENCE_LEGEND)} More: [how sure we are]({self._page.to('fidelity.md')}).\n"
        for one in operations:
            yield from self._operation(one)

    def _operation(self, operation: Operation) -> Iterator[str]:
        version = self._version.name
        yield anchor(operation_anchor(version, operation)) + f"## {code(operation.address)}\n"
        summary = f"**{prose(operation.summary)}.** " if operation.summary else ""
        yield f"{summary}{paragraph(operation.description)}\n"
        if operation.deprecated:
            yield f"**{prose(operation.deprecated)}**\n"
        life = next(one for one in self._reference.operations if one.name == operation.address)
        history = " ".join(operation_sentences(life, version))
        if history:
            yield f"*{prose(history)}*\n"
        yield "\n".join(f"- **{name}:** {said}" for name, said in self._facts(operation)) + "\n"
        for location, title in _LOCATIONS.items():
            fields = [one for one in operation.parameters if one.location == location]
            if fields:
                yield f"### {title}\n"
                yield self._lists.parameters(operation.address, fields)
        yield from self._body(operation)
        yield "### Example\n"
        yield fenced("sh", curl(self._version, operation))
        yield fenced("python", python_call(self._version, operation))
        yield from self._responses(operation)
        yield from self._errors(operation)

    def _facts(self, operation: Operation) -> Iterator[tuple[str, str]]:
        name = f"client.{operation.resource}.{operation.method}(...)"
        yield "Python", self._page.python(self._version.name, operation, name)
        yield "Authentication", f"{prose(operation.authentication) or 'none'}"
        yield "Rate limit", prose(operation.rate_limit)
        yield "Retry", prose(operation.retry) or "unknown"
        if operation.pagination:
            yield "Pages", prose(operation.pagination)
        if operation.confidence != "documented":
            yield "Known from", code(operation.confidence)

    def _body(self, operation: Operation) -> Iterator[str]:
        declared = operation.raw.raw.get("requestBody")
        if declared is None:
            return
        holder, pointer = self._version.document.follow(declared, f"{operation.raw.pointer}/requestBody")
        yield "### Body\n"
        for media in contents(holder, pointer):
            words = type_words(self._version.schemas, media.schema, media.pointer)
            needed = "required" if as_mapping(holder).get("required") else "optional"
            yield f"{code(media.media_type)}, {needed}: {self._page.type(self._version, words)}.\n"
            for name in components(words):
                if name in self._version.models:
                    yield self._lists.body(self._version.models[name])

    def _responses(self, operation: Operation) -> Iterator[str]:
        responses = as_mapping(operation.raw.raw.get("responses"))
        yield "### Responses\n"
        rows = []
        examples: list[tuple[str, Any]] = []
        for status, declared in responses.items():
            response, pointer = self._version.document.follow(
                declared, f"{operation.raw.pointer}/responses/{status}"
            )
            body = self._content(response, pointer, with_parts=str(status).startswith("2"))
            rows.append(f"- {code(str(status))} {prose(str(response.get('description', '')))} Body: {body}")
            if str(status).startswith("2"):
                found = body_examples(self._version, response, pointer)
                examples += list(found.items())[-1:]
        yield "\n".join(rows) + "\n"
        own = self._own_headers(responses)
        if own:
            yield f"Further headers: {', '.join(own)}.\n"
        for title, value in examples:
            yield dropdown("Example response", f"{paragraph(title)}\n\n{fenced('json', json_block(value))}")

    def _content(self, response: Any, pointer: str, *, with_parts: bool) -> str:
        """The type of a body, and `with_parts` what an envelope holds."""
        shown = []
        for media in contents(response, pointer):
            words = type_words(self._version.schemas, media.schema, media.pointer)
            text = self._page.type(self._version, words)
            model = next(
                (self._version.models[name] for name in components(words) if name in self._version.models),
                None,
            )
            shown.append(
                text + (f": {self._parts(model)}" if with_parts and model and _is_envelope(model) else "")
            )
        return " or ".join(shown) or "none"

    def _parts(self, model: Model) -> str:
        return ", ".join(
            f"{code(field.name)} {self._page.type(self._version, field.type)}" for field in model.fields
        )

    def _own_headers(self, responses: Any) -> list[str]:
        """The headers that are not those of every response."""
        usual = {field.name for field in self._version.headers}
        found: dict[str, None] = {}
        for declared in as_mapping(responses).values():
            response = self._version.document.follow(declared)[0]
            found |= {
                str(name): None
                for name in as_mapping(as_mapping(response).get("headers"))
                if name not in usual
            }
        return [code(name) for name in found]

    def _errors(self, operation: Operation) -> Iterator[str]:
        yield "### Errors\n"
        own = [one for one in operation.codes if one not in self._usual]
        kinds = {int(one["code"]): one.get("kind") for one in as_list(operation.raw.raw.get("x-error-codes"))}
        rows = []
        for number in own:
            error = self._version.errors.get(number)
            meaning = prose(error.meaning) if error else "Not described."
            when = (
                "only if the request breaks the rules above"
                if kinds.get(number) == "shape"
                else "also for a well-formed request"
            )
            rows.append([self._page.error(number), meaning, when])
        if rows:
            yield table(["Code", "Meaning", "When"], rows)
        if self._usual:
            yield f"As from every operation: {', '.join(self._page.error(one) for one in self._usual)}.\n"


def _is_envelope(model: Model) -> bool:
    return any(field.name == "meta" for field in model.fields)
