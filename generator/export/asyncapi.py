"""The webhooks as AsyncAPI 3, from the side of the application that receives them.

AsyncAPI reads schemas as JSON Schema of draft 7, where nothing beside a reference counts. So a reference with
something beside it becomes a part of `allOf`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from generator.document.document import Document
from generator.document.json_text import json_text
from generator.document.schema_walk import PREFIX, as_mapping
from generator.export.foreign_schemas import foreign_info, foreign_part, foreign_schemas

VERSION = "3.0.0"
CHANNEL = "webhooks"
_JSON = "application/json"


def asyncapi(document: Document) -> str:
    """A channel, and a message and an operation for each event. Raises `SpecError`."""
    webhooks = as_mapping(document.raw.get("webhooks"))
    posts = {event: _with_shared(item) for event, item in webhooks.items() if "post" in item}
    messages = {event: _message(document, event, post) for event, post in posts.items()}
    schemas = {name: _alone(schema) for name, schema in foreign_schemas(document).items()}
    channel = {
        "address": None,
        "title": "Webhooks",
        "description": "An address of your application, from the settings of the account.",
        "messages": {event: {"$ref": f"#/components/messages/{event}"} for event in messages},
    }
    return json_text(
        {
            "asyncapi": VERSION,
            "info": _info(document, {tag for post in posts.values() for tag in post.get("tags", ())}),
            "defaultContentType": _JSON,
            "channels": {CHANNEL: channel} if messages else {},
            "operations": {post["operationId"]: _operation(event, post) for event, post in posts.items()},
            "components": {
                "messages": messages,
                "schemas": {name: schemas[name] for name in _needed(messages.values(), schemas)},
            },
        }
    )


def _with_shared(item: Mapping[str, Any]) -> dict[str, Any]:
    """The operation, with the parameters of all methods before its own."""
    post = item["post"]
    return {**post, "parameters": [*item.get("parameters", ()), *post.get("parameters", ())]}


def _info(document: Document, tags: Collection[str]) -> dict[str, Any]:
    info = foreign_info(document)
    summary = "What an application receives: AfterShip sends each event to an address of yours with POST."
    # It has no identifiers of licenses.
    license_ = {key: text for key, text in info.get("license", {}).items() if key != "identifier"}
    parts = {
        "contact": info.get("contact"),
        "license": license_,
        "tags": [foreign_part(tag) for tag in document.raw.get("tags", ()) if tag["name"] in tags],
        "externalDocs": foreign_part(document.raw.get("externalDocs")),
    }
    return {
        "title": f"{info['title']}: webhooks",
        "version": info["version"],
        "description": f"{summary} {info['description']}".rstrip(),
        **{key: value for key, value in parts.items() if value},
    }


def _operation(event: str, post: Mapping[str, Any]) -> dict[str, Any]:
    responses = [
        f"{status}: {response['description']}" for status, response in post.get("responses", {}).items()
    ]
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{CHANNEL}"},
        "title": post.get("summary", event),
        "description": "\n".join(
            ["How your application responds:", "", *(f"- {text}" for text in responses)]
        ),
        "messages": [{"$ref": f"#/channels/{CHANNEL}/messages/{event}"}],
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
    }


def _message(document: Document, event: str, post: Mapping[str, Any]) -> dict[str, Any]:
    contents = document.follow(post.get("requestBody", {}))[0].get("content", {})
    kind = _JSON if _JSON in contents else next(iter(sorted(contents)), _JSON)
    content = contents.get(kind, {})
    named = {name: document.follow(one)[0] for name, one in content.get("examples", {}).items()}
    examples = [
        {"name": name, "summary": one.get("summary", name), "payload": one["value"]}
        for name, one in named.items()
        if "value" in one
    ]
    # The event says which of the messages it is.
    parts = [_alone(foreign_part(content.get("schema", {}))), {"properties": {"event": {"const": event}}}]
    return {
        "name": event,
        "title": post.get("summary", event),
        "description": post.get("description", ""),
        "contentType": kind,
        "headers": _headers(document, post),
        **({"payload": {"allOf": parts}} if contents else {}),
        **({"examples": examples} if examples else {}),
    }


def _headers(document: Document, post: Mapping[str, Any]) -> dict[str, Any]:
    declared = [document.follow(one)[0] for one in post.get("parameters", ())]
    headers = [one for one in declared if one["in"] == "header"]
    properties = {}
    for one in headers:
        texts = {"description": one["description"]} if "description" in one else {}
        shown = {"examples": [one["example"]]} if "example" in one else {}
        properties[one["name"]] = _alone({**foreign_part(one.get("schema", {})), **texts, **shown})
    required = [one["name"] for one in headers if one.get("required")]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _alone(value: Any) -> Any:
    """The schema with every reference on its own."""
    if isinstance(value, list):
        return [_alone(item) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _alone(member) for key, member in value.items()}
    if isinstance(copied.get("$ref"), str) and len(copied) > 1:
        reference = {"$ref": copied.pop("$ref")}
        return {**copied, "allOf": [reference, *copied.get("allOf", [])]}
    return copied


def _needed(values: Iterable[Any], schemas: Mapping[str, Any]) -> list[str]:
    """The names of the schemas that the values refer to, and those that these refer to, sorted."""
    found: set[str] = set()
    waiting = [name for value in values for name in _references(value)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return sorted(found)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str) and value["$ref"].startswith(PREFIX):
            yield value["$ref"].removeprefix(PREFIX)
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
