"""What is deprecated: since when, when it goes, and what to use instead, as far as the document says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.client.schema_classes import Schemas
from generator.document import document as documents
from generator.document.document import Document
from generator.document.schema_walk import as_mapping

KEY = "x-deprecated"


def operation_deprecation(document: Document, operation: documents.Operation) -> str:
    """A sentence about an operation, such as `Deprecated since 2024-07: use trackings.get.`

    Empty if it is not deprecated. Raises `SpecError` if the operation to use instead does not exist.
    """
    raw = operation.raw
    if not raw.get("deprecated"):
        return ""
    details = as_mapping(raw.get(KEY))
    instead = details.get("instead")
    if instead is None:
        return sentence(details, "")
    for other in document.operations():
        if other.id == instead:
            return sentence(details, f"{other.raw.get('x-resource')}.{other.raw.get('x-method')}")
    raise document.error(
        f"{operation.pointer}/{KEY}/instead",
        f'"{instead}" is not the id of an operation.',
        "Write the operationId of the operation to use instead.",
    )


def value_deprecation(schemas: Schemas, schema: Any) -> str:
    """The same sentence about a property or a parameter. Its `instead` is a name beside it."""
    own = as_mapping(schema)
    if not own.get("deprecated"):
        own = as_mapping(schemas.document.follow(schema)[0]) if "$ref" in own else {}
    if not own.get("deprecated"):
        return ""
    details = as_mapping(own.get(KEY))
    return sentence(details, details.get("instead", ""))


def sentence(details: Mapping[str, Any], instead: str) -> str:
    """A sentence of the value of the key, and what to use instead as the reader knows it (may be empty)."""
    since = f" since {details['since']}" if "since" in details else ""
    until = f", to be removed in {details['removed-in']}" if "removed-in" in details else ""
    return f"Deprecated{since}{until}{f': use {instead}' if instead else ''}."
