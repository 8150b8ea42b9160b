"""What is said about an argument or a field behind the words of the document."""

from __future__ import annotations

from typing import Any

from generator.client.openapi_library import UntrustedString
from generator.client.quoting import untrusted
from generator.client.schema_classes import Schemas
from generator.client.template_records import Documented
from generator.client.texts.documented_values import limits_sentence
from generator.client.texts.time_shapes import shapes_sentence


def note(
    schemas: Schemas, schema: Any, pointer: str, documented: Documented | None, *, sent: bool = True
) -> UntrustedString:
    """Its limits, and the shapes of a time; empty if there is nothing to say. `sent`: it is an argument."""
    shapes = shapes_sentence(schemas, schema, pointer, sent=sent)
    return untrusted(f"{limits_sentence(documented)} {shapes}".strip())
