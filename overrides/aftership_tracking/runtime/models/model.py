"""The base of every generated model: a JSON object that can be written and read again."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Self

from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime.models.codec import decode_as, read_json
from aftership_tracking.runtime.models.json_writer import encode_model, encode_values
from aftership_tracking.runtime.models.struct import ModelStruct, model
from aftership_tracking.runtime.surprise import Report, describe

__all__ = ["Model", "model"]


class Model(ModelStruct):
    """A JSON object of the API. `UNSET` fields were not sent; `None` is JSON null.

    `to_dict` and `to_json` are the ways to JSON, and reading their result gives an equal object: what was not
    sent stays away, null stays null, and a time keeps its spelling.
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the object as dicts, lists, strings, numbers, booleans and None.

        Fields that were not sent are left out, unknown ones are there. Raises TypeError if a field was set to
        something that has no JSON form.
        """
        found: dict[str, Any] = read_json(encode_model(self), Report())
        return found

    def to_json(self) -> bytes:
        """Return the object as JSON in UTF-8. Raises TypeError like `to_dict`.

        A program may have set a field to a float that JSON does not have (NaN): it becomes null.
        """
        return encode_model(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], *, strict: bool = False) -> Self:
        """Make an object from what `to_dict` returned, or from any JSON object of the API.

        Reading is open, as it is for a response: unknown fields are in `extra`, and a value of another kind
        is preserved as it is. With `strict` each such difference raises DecodeError. Raises TypeError for
        values that have no JSON form, such as bytes, NaN, UNSET, and keys that are not strings.
        """
        return cls.from_json(encode_values(values), strict=strict)

    @classmethod
    def from_json(cls, content: bytes | str, *, strict: bool = False) -> Self:
        """Make an object from JSON; see `from_dict`.

        Raises DecodeError if the content is not a JSON object, and with `strict` if it differs from the
        document.
        """
        # Half of a surrogate pair becomes the escape that JSON writes for it.
        body = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
        decoded = decode_as(body, cls, thorough=strict, partial=True)
        if not isinstance(decoded.value, cls):
            raise DecodeError(f"the content is not a JSON object, so it is not a {cls.__name__}")
        if strict and decoded.surprises:
            raise DecodeError(
                f"the content differs from the document: {describe(decoded.surprises)}",
                surprises=decoded.surprises,
            )
        return decoded.value

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: Any) -> Any:
        from aftership_tracking.runtime.models.pydantic_schema import core_schema

        return core_schema(cls, handler.generate_schema)

    def _repr_html_(self) -> str:
        """Return the object as a table, for notebooks. A row is a field that was sent and is not null."""
        left = 'style="text-align: left"'
        rows = "".join(
            f"<tr><th {left}>{escape(name)}</th>"
            f"<td {left}>{escape(value if isinstance(value, str) else repr(value))}</td></tr>"
            for name, value in self._visible_fields()
        )
        return f"<table><caption>{escape(type(self).__name__)}</caption>{rows}</table>"
