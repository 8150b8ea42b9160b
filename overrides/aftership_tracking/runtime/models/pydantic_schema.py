"""What pydantic, and so FastAPI, needs to know about a model, without importing either.

pydantic asks a class for a "core schema": plain dicts that say how to validate, to serialize and to describe
a value. Validation and JSON are ours. The description names each field of the model, so that the OpenAPI
document of an application shows them.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime.models.annotations import alternatives, hints_of
from aftership_tracking.runtime.models.enums import OpenEnum, OpenIntEnum
from aftership_tracking.runtime.models.struct import ModelStruct, sent_fields
from aftership_tracking.runtime.models.times import Date, Time, Timestamp, string_schema
from aftership_tracking.runtime.models.unset import UnsetType

__all__ = ["core_schema"]

_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "str"},
    int: {"type": "int"},
    float: {"type": "float"},
    bool: {"type": "bool"},
    Any: {"type": "any"},
    **{kind: string_schema(kind) for kind in (Time, Timestamp, Date)},
}


def core_schema(model: Any, generate: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the core schema of a model; `generate` makes that of another class."""

    def validate(value: Any, _validate_fields: object) -> Any:
        if isinstance(value, model):
            return value
        if not isinstance(value, dict):
            raise ValueError(f"not a {model.__name__}, and not the dict of one")  # noqa: TRY004
        try:
            return model.from_dict(value)
        except (DecodeError, TypeError) as error:
            # pydantic reports a ValueError as a mistake of the input.
            raise ValueError(str(error)) from None

    def serialize(value: Any, info: Any) -> Any:
        # `model_dump()` gives the object itself, as pydantic does for every class that is not its own.
        return value.to_dict() if info.mode == "json" and isinstance(value, model) else value

    always = sent_fields(model)
    fields = {
        name: {"type": "typed-dict-field", "required": name in always, "schema": _schema(hint, generate)}
        for name, hint in hints_of(model).items()
    }
    return {
        "type": "function-wrap",
        "function": {"type": "no-info", "function": validate},
        "schema": {
            "type": "typed-dict",
            "fields": fields,
            "extra_behavior": "allow",
            "cls_name": model.__name__,
        },
        "serialization": {
            "type": "function-plain",
            "function": serialize,
            "info_arg": True,
        },
        "ref": f"{model.__module__}.{model.__qualname__}:{id(model)}",
    }


def _schema(hint: Any, generate: Callable[[Any], Any]) -> dict[str, Any]:
    members = [one for one in alternatives(hint) if one not in (UnsetType, type(None))]
    choices = [_one_schema(one, generate) for one in members]
    schema = choices[0] if len(choices) == 1 else {"type": "union", "choices": choices}
    return {"type": "nullable", "schema": schema} if type(None) in alternatives(hint) else schema


def _one_schema(hint: Any, generate: Callable[[Any], Any]) -> dict[str, Any]:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is list:
        return {"type": "list", "items_schema": _schema(arguments[0], generate)}
    if typing.get_origin(hint) is dict:
        return {"type": "dict", "values_schema": _schema(arguments[1], generate)}
    if hint in _SCALARS:
        return _SCALARS[hint]
    if issubclass(hint, ModelStruct):
        generated: dict[str, Any] = generate(hint)
        return generated
    # The enums are open, so their values are examples.
    if issubclass(hint, OpenEnum | OpenIntEnum):
        kind = "str" if issubclass(hint, OpenEnum) else "int"
        examples = {"examples": [member.value for member in hint]}
        return {"type": kind, "metadata": {"pydantic_js_updates": examples}}
    return {"type": "any"}
