"""Names taken apart and put together: for comparing them, and for what has no name yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
# Words for one thing, in names of fields. Each is replaced before names are compared.
_SAME: dict[tuple[str, ...], tuple[str, ...]] = {
    ("zip",): ("postal", "code"),
    ("postcode",): ("postal", "code"),
    ("zipcode",): ("postal", "code"),
}
# What has the one word never takes over from what has the other one.
_OPPOSITES = (
    *(("origin", "destination"), ("sender", "recipient"), ("from", "to"), ("forward", "return")),
    *(("pickup", "dropoff"), ("pickup", "delivery"), ("pickup", "return"), ("billing", "shipping")),
    *(("min", "max"), ("minimum", "maximum"), ("earliest", "latest"), ("oldest", "newest")),
    *(("first", "last"), ("first", "latest"), ("previous", "next"), ("before", "after"), ("start", "end")),
    *(("created", "updated"), ("created", "deleted"), ("added", "removed"), ("active", "inactive")),
    *(("enabled", "disabled"), ("inbound", "outbound"), ("incoming", "outgoing")),
)


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `last_mile`, `lastMile` and `LastMile` are the same."""
    return tuple(word.lower() for word in _WORD.findall(name))


def meaning(name: str) -> tuple[str, ...]:
    """The words of a name, in the singular, with one word for one thing."""
    single = tuple(singular(word) for word in words(name))
    return _SAME.get(single, single)


def singular(word: str) -> str:
    """The word without an ending of the plural, as far as that can be known."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def contradict(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether one has a word, and the other one its opposite, beside the words that both have."""
    left, right = set(one), set(other)
    left, right = left - right, right - left
    return any((a in left and b in right) or (b in left and a in right) for a, b in _OPPOSITES)


def pascal(parts: Iterable[str]) -> str:
    """`ShipmentDimensions` of words or names; `Value` if nothing is left of them."""
    text = "".join(word.capitalize() for part in parts for word in words(part))
    return text if text[:1].isalpha() else f"Value{text}"


def kebab(name: str) -> str:
    """`shipment-dimensions`; it begins with a letter."""
    text = "-".join(words(name))
    return text if text[:1].isalpha() else f"value-{text}".rstrip("-")


def snake(name: str) -> str:
    """`shipment_dimensions`."""
    return "_".join(words(name)) or "value"


def longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two names share in the same order."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = row
        row = [0]
        for index, right in enumerate(other):
            row.append(before[index] + 1 if word == right else max(before[index + 1], row[index]))
    return row[-1]


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: the share of words in the same order."""
    left, right = meaning(one), meaning(other)
    if not left or not right:
        return float(one == other)
    return 2 * longest_common(left, right) / (len(left) + len(right))
