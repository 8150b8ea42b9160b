"""A request that the mock will not serve: which documented code it gets, and why.

The reason never holds a value of the request, because it is written to a header and to the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the mock
    """Raised by a handler to end the request with an error envelope.

    `codes` are candidates, best first: the first one that the operation documents is used. `field_name`
    fills the gap in messages that name a field.
    """

    codes: Sequence[int]
    hint: str
    field_name: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.codes[0]}: {self.hint}"
