"""Reads fields of forms, which are strings, as the values of the bodies of the control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.control.bodies import read_object
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.parcel_list import AccountEntry
from aftership_tracking.mock.control.sandbox import Sandbox

Form = Mapping[str, str]
MOST_ACCOUNTS = 100
"""Accounts that a page shows."""


def read_text(form: Form, name: str) -> str | None:
    """The text of a field without spaces at its ends; None for an empty one."""
    return form.get(name, "").strip() or None


def read_needed(form: Form, name: str) -> str:
    """The text of a field that has to be filled."""
    found = read_text(form, name)
    if found is None:
        raise ControlError("missing-field", f"{name}: is needed")
    return found


def read_whole(form: Form, name: str) -> int | None:
    """The whole number of a field; None for an empty one."""
    text = read_text(form, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ControlError("wrong-value", f"{name}: a whole number is needed, not {text!r}")
    return int(text)


def read_number(form: Form, name: str) -> float | None:
    """The number of a field; None for an empty one."""
    text = read_text(form, name)
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise ControlError("wrong-value", f"{name}: a number is needed, not {text!r}") from None


def read_json_object(form: Form, name: str) -> dict[str, Any]:
    """The JSON object of a field; an empty one for an empty field."""
    try:
        return read_object(form.get(name, "").encode("utf-8", "replace"))
    except ControlError as error:
        raise ControlError(error.code, f"{name}: {error.message}") from None


def read_pairs(form: Form, name: str, sign: str) -> dict[str, str]:
    """Lines with a name and a value each, such as `Retry-After: 2`; `sign` is between them."""
    found = {}
    for line in form.get(name, "").splitlines():
        key, between, value = line.partition(sign)
        if not line.strip():
            continue
        if not between or not key.strip():
            raise ControlError("wrong-value", f"{name}: write NAME{sign}VALUE on each line, not {line!r}")
        found[key.strip()] = value.strip()
    return found


def listed_accounts(mock: Sandbox) -> tuple[AccountEntry, ...]:
    """The first accounts, for a list or a choice: each key that ever came is one, and there may be many."""
    return mock.parcels.accounts()[:MOST_ACCOUNTS]


def read_key(mock: Sandbox, form: Form, name: str = "account") -> str | None:
    """The API key of the account that was chosen; None for all accounts."""
    chosen = read_text(form, name)
    return None if chosen is None else mock.parcels.account(chosen).key


def without_none(**fields: Any) -> dict[str, Any]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}
