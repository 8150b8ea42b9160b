"""Documents with a construct that the nine versions do not use, and calls against what is generated for them.

Each document passes the lint, as a maintainer's would: it is the base document of the lint's tests, with one
operation and its schemas beside the others.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read
from generator.lint import lint_document
from generator_support.documents import ref
from generator_support.installed import installed
from marked_constraints import mark_constraints

BASE = Path(__file__).resolve().parents[2] / "lint" / "base_document.yaml"


@dataclass
class Recorder:
    """Sends the same response to every request, and stores the requests."""

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        headers = {"content-type": self.media_type} if self.body else {}
        return httpx.Response(self.status, content=self.body, headers=headers)

    @property
    def last(self) -> httpx.Request:
        """The request that was sent last."""
        return self.requests[-1]


def document(path: str, method: str, *, response: Any = None, status: str = "200", **operation: Any) -> Any:
    """The base document with one more operation: `client.things.act`. `response`: its content, if any."""
    raw = copy.deepcopy(read(BASE).value)
    existing = raw["paths"]["/parcels/{number}"]["get"]
    others = copy.deepcopy(existing["responses"])
    good = others.pop("200")
    good["content"] = response
    if response is None:
        del good["content"]
    body = operation.get("requestBody")
    codes = existing["x-error-codes"] + ([{"code": 400, "kind": "shape"}] if body else [])
    raw["paths"].setdefault(path, {})[method] = {
        "operationId": "act-on-thing",
        "tags": ["Parcels"],
        "summary": "Act",
        "description": "Acts on a thing.",
        "x-resource": "things",
        "x-method": "act",
        "x-retry": "safe" if method in ("get", "head") else "never",
        "x-error-codes": codes,
        "x-provenance": "documented",
        "responses": {status: good, **others},
    } | operation
    return raw


def with_schemas(raw: Any, **schemas: Any) -> Any:
    """The document with further components."""
    raw["components"]["schemas"] |= {
        name: {"description": f"{name}.", **schema} for name, schema in schemas.items()
    }
    return raw


def parameter(name: str, location: str, schema: Any, **others: Any) -> dict[str, Any]:
    """A parameter."""
    required = {"required": True} if location == "path" else {}
    return {"name": name, "in": location, "description": f"{name}.", "schema": schema} | required | others


def thing(**properties: Any) -> dict[str, Any]:
    """An object with properties."""
    named = {
        name: {"description": f"{name}.", "x-provenance": "sdk", **schema}
        for name, schema in properties.items()
    }
    return {"type": "object", "properties": named}


def every_construct() -> Any:
    """One document with a method for each kind of construct, for what looks at the code as a whole."""
    day = {"type": "string", "format": "date", "x-time": ["date"]}
    either = {"oneOf": [ref("Locker"), ref("Door")], "discriminator": {"propertyName": "kind"}}
    schemas = {
        "Locker": thing(kind={"type": "string"}, code={"type": "string"}),
        "Door": thing(kind={"type": "string"}, floor={"type": "integer"}),
        "Labelled": thing(name={"type": "string"}) | {"additionalProperties": {"type": "integer"}},
        "Upload": thing(proof={"type": "string", "format": "binary"}),
    }
    one_or_other = {"application/json": {"schema": either}}
    labelled = {"application/json": {"schema": ref("Labelled")}}
    upload = {"multipart/form-data": {"schema": ref("Upload")}}
    found = [
        ("on", _with_path("on", day)),
        ("flag", _with_path("flag", {"type": "boolean"})),
        ("many", _with_path("many", {"type": "array", "items": {"type": "integer"}})),
        ("find", document("/find", "get", parameters=[parameter("area", "query", ref("Stop"))])),
        (
            "stops",
            document(
                "/stops",
                "get",
                response={"application/json": {"schema": {"type": "array", "items": ref("Stop")}}},
            ),
        ),
        ("pdf", document("/pdf", "get", response={"application/pdf": {}})),
        (
            "either",
            document(
                "/either",
                "post",
                requestBody={"required": True, "content": one_or_other},
                response=one_or_other,
            ),
        ),
        (
            "labelled",
            document("/labelled", "post", requestBody={"content": labelled}, response=labelled),
        ),
        ("upload", document("/upload", "post", requestBody={"content": upload}, status="204")),
        ("check", document("/check", "head")),
    ]
    whole = with_schemas(copy.deepcopy(read(BASE).value), **schemas)
    for name, raw in found:
        [(path, item)] = [(path, item) for path, item in raw["paths"].items() if "parcels" not in path]
        for operation in item.values():
            operation |= {"operationId": f"{name}-thing", "x-method": name}
        whole["paths"][path] = item
    assert findings(whole) == []
    return whole


def _with_path(name: str, schema: Any) -> Any:
    return document(f"/{name}/{{key}}", "get", parameters=[parameter("key", "path", schema)])


def findings(raw: Any) -> list[str]:
    """What the lint says about a document, whose constraints are marked as documented."""
    mark_constraints(raw)
    mark = Mark(Location("made-up.yaml", 1, 1))
    return [str(one) for one in lint_document(Document(raw["info"]["version"], raw, mark))]


def call_both(
    package: ModuleType, recorder: Recorder, act: Callable[[Any], Any], **settings: Any
) -> list[Any]:
    """What a call returns from the sync and from the async client; `act` gets `client.things`."""
    given = {"api_key": "key", "max_retries": 0, "limiter": None, **settings}
    with httpx.Client(transport=httpx.MockTransport(recorder)) as http:
        found = [act(package.AfterShip(http_client=http, **given).things)]

    async def run() -> Any:
        async with httpx.AsyncClient(transport=httpx.MockTransport(recorder)) as http_async:
            return await act(package.AsyncAfterShip(http_client=http_async, **given).things)

    return [*found, asyncio.run(run())]


@contextmanager
def package_of(raw: Any, folder: Path) -> Iterator[ModuleType]:
    """The package that is generated for a document, which the lint lets pass."""
    assert findings(raw) == []
    with installed(raw, folder) as package:
        yield package


def sent_paths(recorder: Recorder) -> set[str]:
    """What both clients sent behind the version."""
    return {request.url.raw_path.decode().split("/", 3)[3] for request in recorder.requests}
