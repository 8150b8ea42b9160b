"""Our document and another one, read side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.document.document import Document
from generator.propose.reading.described import DescribedOperation, read_operations
from generator.propose.reading.shapes import ShapeReader


@dataclass(frozen=True, slots=True)
class BothDocuments:
    """Our document and another one, with the shapes of all their schemas."""

    ours: Document
    theirs: Document
    reader: ShapeReader
    operations: tuple[Mapping[tuple[str, str], DescribedOperation], ...]
    webhooks: tuple[Mapping[tuple[str, str], DescribedOperation], ...]

    @classmethod
    def read(cls, ours: Document, theirs: Document) -> BothDocuments:
        """Read both. Raises `SpecError` for a reference that leads nowhere."""
        reader = ShapeReader()
        operations, webhooks = (
            tuple(read_operations(one, root) for one in (ours, theirs)) for root in ("paths", "webhooks")
        )
        for document, found in zip((ours, theirs) * 2, (*operations, *webhooks), strict=True):
            for operation in found.values():
                for schema in operation.schemas():
                    reader.read(document, schema)
        for schema in ours.raw["components"]["schemas"].values():
            reader.read(ours, schema)
        reader.settle()
        return cls(ours, theirs, reader, operations, webhooks)
