"""What a step between two versions could not carry over, and how two values are compared to find that out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, TypeAlias

from aftership_tracking.migration.conversions import ABSENT

__all__ = ["Loss", "LossKind", "LossReport", "find_differences", "is_blank"]

LossKind: TypeAlias = Literal["value", "blank", "unconverted"]
"""What was lost: `value`, `blank` or `unconverted`; see `Loss.what`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """One thing that a step between two neighbouring versions could not carry over."""

    path: str
    """Its path before the step, such as `customers[1].name`; empty for the whole value."""
    from_version: str
    """The version before the step."""
    to_version: str
    """The version after the step."""
    what: LossKind
    """`value`: something is gone. `blank`: only the difference between null, empty and absent is gone.
    `unconverted`: nothing is gone, but the value could not be converted and stays as it came, in
    `extra` of a model whose version has no such field.
    """
    reason: str
    """Why it could not be carried over, as words."""

    @property
    def step(self) -> str:
        """The step, such as `2024-10 -> 2025-01`."""
        return f"{self.from_version} -> {self.to_version}"

    def __str__(self) -> str:
        return f"{self.step}: {self.path or 'the value'}: {self.reason}"


class LossReport:
    """Collects the losses of one step in the order in which they are found."""

    __slots__ = ("_losses", "from_version", "to_version")

    def __init__(self, from_version: str, to_version: str) -> None:
        self.from_version = from_version
        self.to_version = to_version
        # A dict, because one odd value is reported once for each move that it prevents.
        self._losses: dict[Loss, None] = {}

    def add(self, path: str, what: LossKind, reason: str) -> None:
        """Report a loss. A loss that was reported before is not reported again."""
        self._losses[
            Loss(
                path=path,
                from_version=self.from_version,
                to_version=self.to_version,
                what=what,
                reason=reason,
            )
        ] = None

    def losses(self) -> tuple[Loss, ...]:
        """Return the losses that were reported so far."""
        return tuple(self._losses)


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: absent, null, or an empty string, list or object."""
    return value is ABSENT or value is None or (isinstance(value, str | list | dict) and not value)


def find_differences(value: Any, back: Any, path: str) -> Iterator[tuple[str, Literal["value", "blank"]]]:
    """Yield each path at which `back` differs from `value`, and whether more than a blank is lost there."""
    if value is back:
        return
    if isinstance(value, dict) and (isinstance(back, dict) or is_blank(back)):
        content = back if isinstance(back, dict) else {}
        keys = [key for key in value if isinstance(back, dict) or not is_blank(value[key])]
        keys += [key for key in content if key not in value]
        for key in keys:
            inner_path = f"{path}.{key}" if path else str(key)
            yield from find_differences(value.get(key, ABSENT), content.get(key, ABSENT), inner_path)
        if not keys and not isinstance(back, dict):
            yield path, "blank"
    elif isinstance(value, list) and isinstance(back, list):
        for index, (entry, restored) in enumerate(zip_longest(value, back, fillvalue=ABSENT)):
            if restored is ABSENT:
                yield f"{path}[{index}]", "blank" if is_blank(entry) else "value"
            else:
                yield from find_differences(entry, restored, f"{path}[{index}]")
    elif type(value) is not type(back) or value != back:
        yield path, "blank" if is_blank(value) else "value"
