"""`format: password` in the document becomes a field that the model does not show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator_support.documents import ref, small
from generator_support.installed import everything, installed, modules

PASSWORD = {"type": "string", "format": "password", "description": "A secret."}
FORMS: dict[str, Any] = {
    "string": PASSWORD,
    "string or null": {**PASSWORD, "type": ["string", "null"]},
    "one of": {"anyOf": [PASSWORD, {"type": "null"}], "description": "A secret."},
    "list": {"type": "array", "items": PASSWORD, "description": "Secrets."},
    "map": {"type": "object", "additionalProperties": PASSWORD, "description": "Secrets."},
    "by a name": {**ref("Pin"), "description": "A secret."},
}


def parcel(schema: Any) -> dict[str, Any]:
    properties = {"id": {"type": "string", "description": "Its id."}, "pin": schema}
    parcel = {"type": "object", "description": "A parcel.", "properties": properties, "required": ["id"]}
    return small(Parcel=parcel, Pin=PASSWORD)


@pytest.mark.parametrize("form", list(FORMS))
def test_secret_is_not_shown(form: str, tmp_path: Path) -> None:
    value = {"list": ["top-secret"], "map": {"a": "top-secret"}}.get(form, "top-secret")
    with installed(parcel(FORMS[form]), tmp_path) as package:
        model = next(vars(one)["Parcel"] for one in everything(package) if "Parcel" in vars(one))
        assert repr(model(id="p1", pin=value)) == "Parcel(id='p1', pin=***)"


def test_other_fields_cost_nothing() -> None:
    plain = parcel({"type": "string", "description": "Public."})
    assert not any("_SECRETS" in source for source in modules(plain).values())
