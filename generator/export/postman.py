"""The operations as a Postman collection (v2.1): a request each, with the examples of the document.

The address of the service, the version and the key are variables. The key has no value: people fill it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from typing import Any
from urllib.parse import urlsplit

from generator.document.document import Document, Operation
from generator.document.json_text import json_text
from generator.export.foreign_schemas import foreign_info, foreign_part

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_JSON = "application/json"
_FIRST = "Fill in the variable api_key before the first request."


def postman(document: Document) -> str:
    """A folder for each tag, in the order of the document's tags. Raises `SpecError`."""
    info = foreign_info(document)
    address = urlsplit(document.raw["servers"][0]["url"])
    variables = {
        "base_url": f"{address.scheme}://{address.netloc}",
        "version": document.version,
        "api_key": "",
    }
    prefix = ["{{version}}" if part == document.version else part for part in address.path.split("/") if part]
    return json_text(
        {
            "info": {
                "name": f"{info['title']} {document.version}",
                "description": f"{info['description']}\n\n{_FIRST}",
                "schema": SCHEMA,
            },
            "auth": _auth(document),
            "variable": [{"key": key, "value": value, "type": "string"} for key, value in variables.items()],
            "item": list(_folders(document, prefix)),
        }
    )


def _auth(document: Document) -> dict[str, Any]:
    """The key in its header: the first of the security schemes that needs nothing beside it."""
    schemes = document.raw.get("components", {}).get("securitySchemes", {})
    demands = [need for one in document.operations() for need in one.raw.get("security", ())]
    alone = {name for need in demands for name in need if len(need) == 1}
    for name, scheme in schemes.items():
        if name in alone and scheme["type"] == "apiKey" and scheme["in"] == "header":
            parts = {"key": scheme["name"], "value": "{{api_key}}", "in": "header"}
            entries = [{"key": key, "value": value, "type": "string"} for key, value in parts.items()]
            return {"type": "apikey", "apikey": entries}
    return {"type": "noauth"}


def _folders(document: Document, prefix: Sequence[str]) -> Iterator[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for operation in document.operations():
        tag = operation.raw.get("tags", ["Other"])[0]
        found.setdefault(tag, []).append(_item(document, operation, prefix))
    texts = {tag["name"]: tag.get("description", "") for tag in document.raw.get("tags", ())}
    for tag in [*(name for name in texts if name in found), *sorted(found.keys() - texts.keys())]:
        items = sorted(found[tag], key=lambda item: item["name"])
        yield {"name": tag, "description": texts.get(tag, ""), "item": items}


def _item(document: Document, operation: Operation, prefix: Sequence[str]) -> dict[str, Any]:
    kind, examples = _body(document, operation.raw.get("requestBody", {}))
    request = {
        "method": operation.method.upper(),
        "description": foreign_part(dict(operation.raw)).get("description", ""),
        "url": _url(document, operation, prefix),
        # By the documentation of the service, requests without a body have it too.
        "header": [_content_type(kind)],
    }
    if examples:
        request["body"] = {"mode": "raw", "raw": examples[0][1]}
        if kind == _JSON:
            request["body"]["options"] = {"raw": {"language": "json"}}
    responses = list(_responses(document, operation, request))
    return {"name": operation.raw["summary"], "request": request, "response": responses}


def _url(document: Document, operation: Operation, prefix: Sequence[str]) -> dict[str, Any]:
    path = [*prefix, *(_segment(part) for part in operation.path.split("/") if part)]
    parameters = [parameter for parameter, _ in document.parameters(operation)]
    variables = [_entry(one) for one in parameters if one["in"] == "path"]
    query = [
        {**_entry(one), "disabled": not one.get("required", False)}
        for one in parameters
        if one["in"] == "query"
    ]
    sent = "&".join(f"{one['key']}={one['value']}" for one in query if not one["disabled"])
    return {
        "raw": "/".join(["{{base_url}}", *path]) + (f"?{sent}" if sent else ""),
        "host": ["{{base_url}}"],
        "path": path,
        **({"query": query} if query else {}),
        **({"variable": variables} if variables else {}),
    }


def _segment(part: str) -> str:
    return f":{part[1:-1]}" if part.startswith("{") and part.endswith("}") else part


def _entry(parameter: Mapping[str, Any]) -> dict[str, Any]:
    value = parameter.get("example", "")
    values = value if isinstance(value, list) else [value]
    text = ",".join(one if isinstance(one, str) else dumps(one) for one in values)
    return {"key": parameter["name"], "value": text, "description": parameter.get("description", "")}


def _responses(
    document: Document, operation: Operation, request: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The examples of what comes when all is well."""
    for status, declared in operation.raw.get("responses", {}).items():
        if status.startswith("2") and status.isdecimal():
            kind, examples = _body(document, declared)
            for name, text in examples:
                yield {
                    "name": name,
                    "originalRequest": request,
                    "code": int(status),
                    "header": [_content_type(kind)],
                    "body": text,
                    "_postman_previewlanguage": "json" if kind == _JSON else "text",
                }


def _content_type(kind: str) -> dict[str, str]:
    return {"key": "Content-Type", "value": kind}


def _body(document: Document, holder: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """The media type of a body, JSON if it can be, and its examples as text with their summaries, by name."""
    contents = document.follow(holder)[0].get("content", {})
    kind = _JSON if _JSON in contents or not contents else sorted(contents)[0]
    named = contents.get(kind, {}).get("examples", {})
    examples = [(name, document.follow(named[name])[0]) for name in sorted(named)]
    return kind, [
        (one.get("summary", name), _text(one["value"], kind)) for name, one in examples if "value" in one
    ]


def _text(value: Any, kind: str) -> str:
    if kind != _JSON and isinstance(value, str):
        return value
    return dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
