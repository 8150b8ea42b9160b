"""`UNSET` means "not sent": a key that a response did not hold, or an argument that a request leaves out.

It is neither null nor a default. It is false, and it explains itself wherever it is used like a value, so
that a field that `fields=` left out is never taken for a string.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, Literal, NoReturn

__all__ = ["UNSET", "UnsetType", "sent", "sent_field", "was_sent"]


class UnsetType(Enum):
    """The type of `UNSET`, its only value."""

    # Not a string: an encoder that does not know UNSET must fail, and not write a word.
    UNSET = object()

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __str__(self) -> str:
        return "(not sent)"

    def __format__(self, specification: str) -> str:
        try:
            return format(str(self), specification)
        except ValueError:
            # A specification for numbers or times.
            return str(self)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        # By its name, because the value is another object in each process.
        return getattr, (UnsetType, "UNSET")

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"this field was not sent, so it has no {name!r}: request it (`fields=`), or test it first "
            "(`was_sent(model, name)`)",
            name=name,
            obj=self,
        )


UNSET: Final = UnsetType.UNSET
"""A field that the service did not send. It is false, and differs from None, which is null."""


class Sent:
    """Marks a field that a full response holds. The decorator of a model makes UNSET its default."""

    __slots__ = ("inferred",)

    def __init__(self, inferred: bool) -> None:
        self.inferred = inferred


_SENT, _INFERRED = Sent(inferred=False), Sent(inferred=True)


def sent(*, inferred: bool = False) -> Any:
    """Declare a field whose key is in every full response, so that its type has no `UnsetType`.

    With `inferred`, nothing that is published or recorded shows it for every response: if the key is missing,
    that is not a surprise.
    """
    return _INFERRED if inferred else _SENT


sent_field = sent
"""The same, for a model with a field that is called `sent`."""


def was_sent(model: object, field: str) -> bool:
    """Whether the response held the key of a field, as null or as a value.

    `fields=` leaves keys out of a response. In a full response, every field is sent whose type has no
    `UnsetType`. Raises AttributeError if the model has no such field.
    """
    if field not in getattr(type(model), "__struct_fields__", ()) or field == "extra":
        # A method is not a field, and fields that the document does not know are in `extra`.
        raise AttributeError(f"{type(model).__name__} has no field {field!r}", name=field, obj=model)
    return getattr(model, field) is not UNSET
