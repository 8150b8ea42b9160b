"""What the REST reference is made from besides the documents: the lists of `spec/data`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.document.compose import compose_each
from generator.document.schema_walk import as_list, as_mapping
from generator.document.yaml_reader import read
from generator.output.guides import version_steps
from generator.site.rest.reading.reference import Reference, read_reference

_COURIERS = ("couriers.yaml", "more-couriers.yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class SlugGroup:
    """A family of couriers."""

    name: str
    confidence: str
    """How well the members are proven."""
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Everything that pages and downloads are made from, read once."""

    reference: Reference
    groups: tuple[SlugGroup, ...] = ()
    couriers: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


def read_sources(spec_dir: Path) -> Sources:
    """Read `spec/`. A list that is not there is empty. Raises `SpecError`, or an `ExceptionGroup` of it."""
    documents = compose_each(spec_dir)
    return Sources(
        reference=read_reference(documents, version_steps(documents)),
        groups=tuple(_groups(_data(spec_dir, "slug-groups.yaml"))),
        couriers=tuple(
            as_mapping(one) for name in _COURIERS for one in as_list(_data(spec_dir, name).get("couriers"))
        ),
    )


def _data(spec_dir: Path, name: str) -> Mapping[str, Any]:
    path = spec_dir / "data" / name
    return as_mapping(read(path).value) if path.is_file() else {}


def _groups(data: Mapping[str, Any]) -> list[SlugGroup]:
    return [
        SlugGroup(name=str(one["group"]), confidence=str(one["provenance"]), members=tuple(one["members"]))
        for one in as_list(data.get("slug-groups"))
    ]
