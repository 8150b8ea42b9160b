"""How an operation is called by a client: its method with the arguments that must be given."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diff.comparing import bodies
from generator.diff.comparing.alternatives import read_fields, resolve_shape
from generator.diff.comparing.operation_pairs import Caller


def call(caller: Caller) -> str:
    """`client.parcels.get(id=...)`; dots stand for values."""
    names = [name for (_, name), (value, _) in caller.parameters().items() if value.get("required")]
    return f"client.{caller.method}({', '.join(f'{name}=...' for name in [*names, *_of_body(caller)])})"


def _of_body(caller: Caller) -> Iterator[str]:
    body = bodies.body_of(caller)
    whole = bodies.schema(body) if body is not None else None
    wrapper = caller.raw.get("x-body-wrapper", "")
    payload = whole and bodies.follow_path(caller, whole, [wrapper] if wrapper else [])
    if not payload:
        return
    for part in resolve_shape(caller.document, payload.value, payload.pointer).parts:
        if part.kind == "object":
            known = read_fields(caller.document, part.schema, part.pointer)
            yield from (name for name in known.properties if name in known.required)
