"""Operations and webhooks that ours does not have yet, with what can be concluded of their behaviour."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.diff.comparing.operation_pairs import bare
from generator.document.document import Document
from generator.document.schema_walk import SchemaWalk, as_mapping, types
from generator.document.source import Location, Mark
from generator.lint.left_texts import TODO
from generator.propose.merging.schema_merger import SchemaMerger
from generator.propose.policy import Policy
from generator.propose.reading.described import (
    JSON,
    DescribedContent,
    DescribedOperation,
    DescribedParameter,
    raw_operations,
    variables,
)
from generator.propose.reading.shapes import ShapeReader
from generator.propose.words import kebab, pascal, singular, snake, words

_METHODS = {"get": "get", "post": "create", "put": "update", "patch": "update", "delete": "delete"}
_SIZES = (("default-limit", "default"), ("max-limit", "maximum"))


class OperationWriter:
    """Writes what is new, in the way of our documents."""

    def __init__(self, ours: Document, reader: ShapeReader, policy: Policy, schemas: SchemaMerger) -> None:
        self._ours = ours
        self._reader = reader
        self._policy = policy
        self._schemas = schemas

    def operation(
        self, theirs: DescribedOperation, raw: Mapping[str, Any]
    ) -> tuple[str, str, dict[str, Any]]:
        """Path, verb and operation; `raw` is the document that it comes into."""
        path = _same_path(theirs.path, raw)
        neighbours = list(_neighbours(path, raw))
        resource = _resource(path, neighbours)
        taken = {(str(one.get("x-resource")), str(one.get("x-method"))) for one in raw_operations(raw)}
        name = self._id(theirs, path, raw)
        base = pascal((name.removeprefix(f"{theirs.method}-"),))
        new: dict[str, Any] = {
            "operationId": name,
            "tags": _tags(path, neighbours, raw),
            "summary": f"{TODO} name {theirs.method.upper()} {path}.",
            "description": f"{TODO} describe {theirs.method.upper()} {path}.",
            "x-resource": resource,
            "x-method": _method(theirs.method, path, resource, taken),
            "x-retry": "safe" if theirs.method == "get" else "never",
            "x-error-codes": _error_codes(path, theirs, self._ours.raw),
            "x-provenance": self._policy.provenance,
        }
        if theirs.deprecated:
            new["deprecated"] = True
        security = _security(theirs.method, neighbours, raw)
        if security is not None:
            new["security"] = copy.deepcopy(security)
        listed = [self._variable(name, theirs, path, base) for name in variables(path)]
        listed += [
            self.parameter(one, base)
            for (location, _), one in theirs.parameters.items()
            if location == "query"
        ]
        if listed:
            new["parameters"] = listed
        if theirs.body is not None and theirs.body.schema is not None:
            new["requestBody"] = self.body(theirs.body, (f"{base}Request",))
        responses: dict[str, Any] = {}
        for status, content in theirs.responses.items():
            responses[status] = {"description": f"{TODO} describe this response."}
            if content.schema is not None:
                use = self._reader.use(content.schema)
                responses[status]["content"] = {
                    JSON: {"schema": self._schemas.writer.fresh(use, (f"{base}Response",))}
                }
        new["responses"] = responses or {"200": {"description": f"{TODO} describe this response."}}
        return path, theirs.method, new

    def body(self, body: DescribedContent, hint: tuple[str, ...]) -> dict[str, Any]:
        """A request body that is JSON."""
        schema = self._schemas.writer.fresh(self._reader.use(body.schema), hint)
        return {"required": body.required, "content": {JSON: {"schema": schema}}}

    def parameter(self, theirs: DescribedParameter, base: str) -> dict[str, Any]:
        """A parameter of the query."""
        use = self._reader.use(theirs.schema)
        new: dict[str, Any] = {
            "name": theirs.name,
            "in": theirs.location,
            "description": f"{TODO} describe {theirs.name}.",
        }
        if theirs.required:
            new["required"] = True
        if theirs.deprecated:
            new["deprecated"] = True
        if self._reader.shape(use).kinds == ("array",):
            new |= {"style": "form", "explode": False}
        new["schema"] = self._schemas.writer.fresh(use, (base, theirs.name))
        if use.default is not None:
            new["schema"] = self._schemas.writer.finish(new["schema"], {}, use)
        return {**new, "x-provenance": self._policy.provenance}

    def webhook(self, theirs: DescribedOperation, raw: Mapping[str, Any]) -> dict[str, Any]:
        """A webhook like the others of ours, for another event."""
        [first, *_] = [raw["webhooks"][event] for event in sorted(raw["webhooks"])]
        method = "post" if "post" in first else sorted(first)[0]
        new = copy.deepcopy(first[method])
        new["operationId"] = f"receive-{kebab(theirs.path)}"
        new["summary"] = f"{TODO} name {theirs.path}."
        new["description"] = f"{TODO} describe {theirs.path}."
        new["x-provenance"] = self._policy.provenance
        content = new["requestBody"]["content"][JSON]
        content.pop("examples", None)
        content.pop("example", None)
        if theirs.body is not None and theirs.body.schema is not None:
            use = self._reader.use(theirs.body.schema)
            mine = self._ours.raw["webhooks"][sorted(self._ours.raw["webhooks"])[0]][method]
            schema = mine["requestBody"]["content"][JSON]["schema"]
            content["schema"] = self._schemas.value(schema, use, (pascal((theirs.path,)), "event"))
        return dict(new)

    def _variable(self, name: str, theirs: DescribedOperation, path: str, base: str) -> dict[str, Any]:
        """A variable of the path; ours if a neighbour has one of this name."""
        for other, item in sorted(self._ours.raw["paths"].items()):
            for one in item.values():
                for declared in one.get("parameters", ()):
                    value, _ = self._ours.follow(declared)
                    if (
                        "$ref" in declared
                        and value["in"] == "path"
                        and value["name"] == name
                        and other.split("/")[1] == path.split("/")[1]
                    ):
                        return dict(declared)
        position = variables(path).index(name)
        written = variables(theirs.path)[position]
        described = theirs.parameters.get(("path", written))
        schema: Any = {"type": "string"}
        if described is not None and self._reader.shape(self._reader.use(described.schema)).kinds:
            schema = self._schemas.writer.fresh(self._reader.use(described.schema), (base, name))
        return {
            "name": name,
            "in": "path",
            "description": f"{TODO} describe {name}.",
            "required": True,
            "schema": schema,
            "x-provenance": self._policy.provenance,
        }

    def _id(self, theirs: DescribedOperation, path: str, raw: Mapping[str, Any]) -> str:
        """The operationId of the other document if it can be one of ours, else one of verb and path."""
        taken = {str(one.get("operationId")) for one in raw_operations(raw)}
        if theirs.id and kebab(theirs.id) == theirs.id and theirs.id not in taken:
            return theirs.id
        fixed = [kebab(part) for part in path.split("/") if part and not part.startswith("{")]
        named = [kebab(name) for name in variables(path)]
        name = "-".join([theirs.method, *fixed, *(["by", *named] if named else [])])
        return name if name not in taken else f"{name}-2"


def mend_unwrap(document: Mapping[str, Any], raw: dict[str, Any]) -> None:
    """Correct which part of the response an operation returns, and what its body is wrapped in, after its
    schemas changed. Changes the operation.
    """
    walk, schema = _success(document, raw)
    if walk is not None and schema is not None:
        fields = _fields(walk, schema)
        path = [part for part in str(raw.get("x-unwrap", "")).split(".") if part]
        found: list[str] = []
        inner = schema
        for part in path:
            below = _fields(walk, inner)
            if part not in below:
                break
            found.append(part)
            inner = below[part]
        if not found and "meta" in fields and "data" in fields:
            found = ["data"]
        if found and ".".join(found) != raw.get("x-unwrap"):
            raw["x-unwrap"] = ".".join(found)
        elif not found:
            raw.pop("x-unwrap", None)
        if "x-pagination" not in raw:
            paging = paging_of(document, raw)
            if paging and str(raw.get("description", "")).startswith(TODO):
                raw["x-pagination"] = paging
    body = as_mapping(as_mapping(raw.get("requestBody")).get("content")).get(JSON)
    if body is None:
        return
    walk = _walk(document)
    sent = _fields(walk, as_mapping(body).get("schema"))
    wrapper = raw.get("x-body-wrapper")
    if wrapper is not None and wrapper not in sent:
        del raw["x-body-wrapper"]
    if "x-body-wrapper" not in raw and len(sent) == 1:
        [(name, inner)] = sent.items()
        if _fields(walk, inner) and name.replace("_", "") and _is_new_wrapper(body, walk):
            raw["x-body-wrapper"] = name


def _is_new_wrapper(body: Mapping[str, Any], walk: SchemaWalk) -> bool:
    """Whether the schema of a body is one that was written here."""
    schema = walk.resolve(body.get("schema")).schema
    return str(as_mapping(schema).get("description", "")).startswith(TODO)


def paging_of(document: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """How a list goes on by cursor, if parameters and response have the names of ours; else nothing."""
    walk, schema = _success(document, raw)
    query = _query(document, raw)
    if walk is None or schema is None or not {"cursor", "limit"} <= query.keys():
        return {}
    data = _fields(walk, _fields(walk, schema).get("data", {}))
    pages = _fields(walk, data.get("pagination", {}))
    lists = sorted(name for name, one in data.items() if "array" in types(walk.resolve(one).schema))
    if len(lists) != 1 or "next_cursor" not in pages:
        return {}
    found: dict[str, Any] = {
        "kind": "cursor",
        "items": f"data.{lists[0]}",
        "cursor": "cursor",
        "next": "data.pagination.next_cursor",
    }
    if "has_next_page" in pages:
        found["has-next"] = "data.pagination.has_next_page"
    if "total" in pages:
        found["total"] = "data.pagination.total"
    found["limit"] = "limit"
    for key, keyword in _SIZES:
        found[key] = query["limit"].get(keyword, 100 if keyword == "default" else 200)
    return found


def mend_page_sizes(document: Mapping[str, Any], raw: dict[str, Any]) -> None:
    """Page sizes as the parameter of an operation says them. Changes the operation."""
    paging = raw["x-pagination"]
    limit = _query(document, raw).get(paging.get("limit", ""), {})
    for key, keyword in _SIZES:
        if key in paging and keyword in limit:
            paging[key] = limit[keyword]


def _query(document: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The schemas of the query parameters by name."""
    found: dict[str, Mapping[str, Any]] = {}
    for declared in raw.get("parameters", ()):
        value, _ = _document(document).follow(declared)
        if value["in"] == "query":
            found[value["name"]] = as_mapping(value.get("schema"))
    return found


def _document(raw: Mapping[str, Any]) -> Document:
    return Document("", dict(raw), Mark(Location("", 1, 1)))


def _walk(raw: Mapping[str, Any]) -> SchemaWalk:
    return SchemaWalk(_document(raw), strict=False)


def _success(document: Mapping[str, Any], raw: Mapping[str, Any]) -> tuple[SchemaWalk | None, Any]:
    """The schema of the first response to a success."""
    for status, declared in sorted(as_mapping(raw.get("responses")).items()):
        if str(status).startswith("2"):
            response, _ = _document(document).follow(declared)
            content = as_mapping(as_mapping(response).get("content")).get(JSON)
            return (_walk(document), as_mapping(content).get("schema")) if content else (None, None)
    return None, None


def _fields(walk: SchemaWalk, schema: Any) -> dict[str, Any]:
    found = walk.resolve(schema)
    return {name: one.schema for name, one in walk.properties(found.schema, found.pointer).items()}


def _neighbours(path: str, raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Operations below the same first segment."""
    first = path.split("/")[1]
    for other, item in sorted(raw["paths"].items()):
        if other.split("/")[1] == first:
            yield from (item[method] for method in sorted(item) if isinstance(item[method], dict))


def _same_path(path: str, raw: Mapping[str, Any]) -> str:
    """The path as ours writes it, if an operation with another verb is there already."""
    return next((one for one in sorted(raw["paths"]) if bare(one) == bare(path)), path)


def _resource(path: str, neighbours: list[Mapping[str, Any]]) -> str:
    for one in neighbours:
        if one.get("x-resource"):
            return str(one["x-resource"])
    return snake(path.split("/")[1])


def _tags(path: str, neighbours: list[Mapping[str, Any]], raw: Mapping[str, Any]) -> list[str]:
    for one in neighbours:
        if one.get("tags"):
            return list(one["tags"])
    text = " ".join(words(path.split("/")[1])).capitalize()
    if isinstance(raw.get("tags"), list) and not any(tag.get("name") == text for tag in raw["tags"]):
        raw["tags"].append({"name": text, "description": f"{TODO} describe {text}."})
    return [text]


def _method(verb: str, path: str, resource: str, taken: set[tuple[str, str]]) -> str:
    """The name of the method in the client, which no other operation of the resource has."""
    parts = [part for part in path.split("/") if part]
    last = parts[-1]
    if last.startswith("{"):
        name = _METHODS.get(verb, verb)
    elif len(parts) == 1 or snake(last) == resource:
        name = "list" if verb == "get" else _METHODS.get(verb, verb)
    elif verb == "get":
        name = f"{'list' if singular(last) != last else 'get'}_{snake(last)}"
    else:
        name = snake(last)
    candidates = [name, f"{name}_{snake(last)}", f"{verb}_{snake(path)}"]
    return next((one for one in candidates if (resource, one) not in taken), f"{verb}_{snake(path)}_2")


def _error_codes(path: str, theirs: DescribedOperation, ours: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A mistake in the request; and with a variable in the path what all of our operations on the same thing
    have, those that send a body if this one does. `x-common` adds what every operation has.
    """
    plain = (400, "shape")
    codes = {plain}
    stem = _stem(path)
    same = [one for other in ours["paths"] if _stem(other) == stem for one in ours["paths"][other].values()]
    same = [one for one in same if ("requestBody" in one) == (theirs.body is not None)] or same
    if stem and same:
        codes |= _shared(same) - _shared(raw_operations(ours))
    listed = sorted(codes - {plain}, key=lambda one: (len(str(one[0])) == 3, one))
    return [{"code": code, "kind": kind} for code, kind in (*listed, plain)]


def _shared(operations: Iterable[Mapping[str, Any]]) -> set[tuple[int, str]]:
    """The error codes that each of the operations has, with their kinds."""
    codes = [{(one["code"], one["kind"]) for one in each.get("x-error-codes", ())} for each in operations]
    return codes[0].intersection(*codes[1:]) if codes else set()


def _stem(path: str) -> str:
    """The path up to its last variable: what the operation is about. Empty without a variable."""
    return bare(path[: path.rfind("}") + 1])


def _security(verb: str, neighbours: list[Mapping[str, Any]], raw: Mapping[str, Any]) -> Any:
    """What a neighbour that reads or writes as well demands; or any operation. The scopes are a guess."""
    reading = verb == "get"
    for one in (*neighbours, *raw_operations(raw)):
        is_reading = str(one.get("x-retry", "")) == "safe" and not one.get("requestBody")
        if "security" in one and is_reading == reading:
            return one["security"]
    return None
