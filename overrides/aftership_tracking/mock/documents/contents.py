"""What the body of a request or response holds: one media type, and the schema of its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aftership_tracking.mock.documents.pointers import join, resolve

JSON_TYPE = "application/json"
Kind = Literal["json", "multipart", "form", "text", "bytes"]
_KINDS: Mapping[str, Kind] = {
    JSON_TYPE: "json",
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
}


@dataclass(frozen=True, slots=True)
class Content:
    """A declared content. `schema` is the pointer of its schema, if there is one."""

    kind: Kind
    media_type: str
    schema: str | None = None

    @property
    def header(self) -> str:
        """The `content-type` of what the mock sends."""
        return f"{self.media_type}; charset=utf-8" if self.kind == "text" else self.media_type


JSON = Content("json", JSON_TYPE)
"""What every error is."""


def read_content(document: Mapping[str, Any], pointer: str, holder: Mapping[str, Any]) -> Content | None:
    """Return the content of a request body or response; None if it has none. Of several, JSON counts."""
    declared = holder.get("content") or {}
    if not declared:
        return None
    name = JSON_TYPE if JSON_TYPE in declared else next(iter(declared))
    schema = None
    if "schema" in declared[name]:
        schema = resolve(document, join(pointer, "content", name, "schema"))[0]
    plain = name.partition(";")[0].strip().lower()
    return Content(_KINDS.get(plain) or ("text" if plain.startswith("text/") else "bytes"), plain, schema)
