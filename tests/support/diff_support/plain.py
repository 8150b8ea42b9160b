"""A document as any differ understands it: no references, no keys of our own, webhooks among the paths.

A reference is replaced by what it names, null joins the type, an open enum becomes an enum. Headers,
descriptions and security are left out. The service sends webhooks, so their bodies become responses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import Document

_WORDS = frozenset({"description", "examples", "example", "title"})


@dataclass(frozen=True, order=True)
class Spot:
    """One value that is sent or read."""

    request: str
    """`GET /trackings/{id}`, or the event of a webhook."""
    side: str
    """request or response."""
    path: str = ""
    """`data.trackings[].slug`, `query.slug`, nothing for all of it, or `(a rule)` for what is not a value."""

    def above(self) -> Iterator[Spot]:
        """All spots that this one is a part of, the nearest first."""
        path = "" if self.path.startswith("(") else self.path
        while path:
            cut = max(path.rfind("."), path.rfind("["))
            path = path[: max(cut, 0)]
            yield Spot(self.request, self.side, path)


@dataclass
class Plain:
    """The plain document, and the spots where each component was used."""

    raw: dict[str, Any]
    used: dict[str, set[Spot]] = field(default_factory=dict)


def plain(document: Document) -> Plain:
    """The whole document."""
    result = Plain({"openapi": "3.1.0", "info": {"title": "Plain", "version": "1"}, "paths": {}})
    for operation in document.operations():
        if operation.pointer.startswith("/webhooks"):
            continue
        path, verb = pointers.split(operation.pointer)[1:3]
        request = f"{verb.upper()} {path}"
        own = _operation(document, operation.raw, request, result.used)
        result.raw["paths"].setdefault(path, {})[verb] = own
    for event, item in (document.raw.get("webhooks") or {}).items():
        body = _content(document, item["post"]["requestBody"], Spot(event, "response"), result.used)
        response = {"200": {"description": "Sent.", **body}}
        result.raw["paths"][f"/{event}"] = {"get": {"responses": response}}
    return result


def _operation(
    document: Document, raw: Mapping[str, Any], request: str, used: dict[str, set[Spot]]
) -> dict[str, Any]:
    own: dict[str, Any] = {"parameters": [], "responses": {}}
    if raw.get("deprecated"):
        own["deprecated"] = True
    for one in raw.get("parameters", ()):
        value, _ = document.follow(one)
        spot = Spot(request, "request", f"{value['in']}.{value['name']}")
        copied = {key: value[key] for key in ("name", "in", "required") if key in value}
        own["parameters"].append({**copied, "schema": _schema(document, value["schema"], spot, used)})
    if "requestBody" in raw:
        body, _ = document.follow(raw["requestBody"])
        own["requestBody"] = {
            "required": body.get("required", False),
            **_content(document, body, Spot(request, "request"), used),
        }
    for status, one in raw["responses"].items():
        response, _ = document.follow(one)
        if status.startswith("2"):
            own["responses"][status] = {
                "description": "Fine.",
                **_content(document, response, Spot(request, "response"), used),
            }
    return own


def _content(
    document: Document, raw: Mapping[str, Any], spot: Spot, used: dict[str, set[Spot]]
) -> dict[str, Any]:
    schema = raw["content"]["application/json"]["schema"]
    return {"content": {"application/json": {"schema": _schema(document, schema, spot, used)}}}


def _schema(document: Document, value: Any, spot: Spot, used: dict[str, set[Spot]]) -> Any:
    if not isinstance(value, Mapping):
        return value
    if "$ref" in value:
        used.setdefault(value["$ref"].rpartition("/")[2], set()).add(spot)
        target, _ = document.follow(value)
        return _schema(document, target, spot, used)
    if "anyOf" in value and all("required" not in one for one in value["anyOf"]):
        return _union([_schema(document, one, spot, used) for one in value["anyOf"]])
    result: dict[str, Any] = {}
    for key, inner in value.items():
        if key == "x-open-enum":
            result["enum"] = list(inner)
        elif key == "properties":
            result[key] = {
                name: _schema(document, one, _below(spot, f".{name}"), used) for name, one in inner.items()
            }
        elif key == "items":
            result[key] = _schema(document, inner, _below(spot, "[]"), used)
        elif key == "additionalProperties":
            result[key] = _schema(document, inner, _below(spot, "{}"), used)
        elif not key.startswith("x-") and key not in _WORDS:
            result[key] = inner
    return result


def _union(alternatives: list[Any]) -> Any:
    """One alternative and null is a type with null in it; more alternatives stay what they are."""
    real = [one for one in alternatives if one.get("type") != "null"]
    if len(real) == 1 and isinstance(real[0].get("type"), str):
        return {**real[0], "type": [real[0]["type"], "null"]}
    return {"anyOf": alternatives}


def _below(spot: Spot, more: str) -> Spot:
    return Spot(spot.request, spot.side, f"{spot.path}{more}".lstrip("."))
