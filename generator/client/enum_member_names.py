"""Names of enum members: unique, plain upper-case ASCII, and unchanged when the list of values grows."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from generator.client.reserved_names import to_snake_case


def member_names(
    values: Iterable[str | int], given: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """One name for each value, in order.

    `given` holds the names that the document gives itself (`x-enum-names`), by the value as a string. Without
    one, `InTransit` becomes `IN_TRANSIT`, `1.x` becomes `VALUE_1_X`. A name depends on its value alone. Only
    where two values would have the same one (`two words`, `two-words`) do later ones get a checksum of their
    value.
    """
    taken: set[str] = set()
    names = []
    for value in values:
        name = given.get(str(value)) or _member_name(value)
        if name in taken:
            name = f"{name}_{_checksum(value)}"
        taken.add(name)
        names.append(name)
    return tuple(names)


def _member_name(value: str | int) -> str:
    if isinstance(value, int):
        return f"VALUE_{value}" if value >= 0 else f"VALUE_NEGATIVE_{-value}"
    words = to_snake_case(value).upper()
    if not words:
        return f"VALUE_{_checksum(value)}" if value else "EMPTY"
    return f"VALUE_{words}" if words[0].isdigit() else words


def _checksum(value: str | int) -> str:
    return f"{zlib.crc32(str(value).encode('utf-8', 'surrogatepass')):08X}"
