"""Checks and formats the contacts in the fields of a call, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from aftership_tracking.contacts.emails import email_address
from aftership_tracking.contacts.packages import load_phonenumbers
from aftership_tracking.contacts.phones import check_region, phone_number
from aftership_tracking.runtime.lazy_imports import loading


@dataclass(frozen=True, kw_only=True, slots=True)
class Contacts:
    """How contacts are checked. Creating one raises UsageError if a package that it needs is missing.

    `prepare` can be given as `prepare=` of `create_many` and `upsert_many`.
    """

    region: str | None = None
    """The country where numbers without `+` and country code are dialled, two letters. None refuses them."""
    strict: bool = False
    """See `phone_number`."""
    phones: bool = True
    """Whether phone numbers are checked."""
    emails: bool = True
    """Whether e-mail addresses are checked."""

    def __post_init__(self) -> None:
        if self.phones:
            load_phonenumbers()
            check_region(self.region)
        if self.emails:
            email_address("somebody@example.com")

    def prepare(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a create or an update with their contacts checked and formatted.

        It processes `smses`, `emails` and `customers`, so it fits every version. The given fields are not
        changed. Null and UNSET stay as they are. A string with commas becomes a list. Raises UsageError,
        which names the field, such as `customers[1].email`.
        """
        prepared = dict(fields)
        for name, check in (("smses", self._phone), ("emails", self._email)):
            value = prepared.get(name)
            if isinstance(value, str):
                value = [part for part in value.split(",") if part.strip()]
            if _is_many(value):
                prepared[name] = [check(each, f"{name}[{index}]") for index, each in enumerate(value)]
        customers = prepared.get("customers")
        if _is_many(customers):
            prepared["customers"] = [
                self._customer(each, f"customers[{index}]") for index, each in enumerate(customers)
            ]
        return prepared

    def _customer(self, customer: Any, name: str) -> Any:
        checks = {"phone_number": self._phone, "email": self._email}
        if isinstance(customer, Mapping):
            found = {field: customer.get(field) for field in checks}
        else:
            found = {field: getattr(customer, field, None) for field in checks}
        changed = {
            field: checks[field](value, f"{name}.{field}")
            for field, value in found.items()
            if isinstance(value, str)
        }
        if isinstance(customer, Mapping):
            return {**customer, **changed}
        if not changed:
            return customer
        with loading:
            import msgspec

        return msgspec.structs.replace(customer, **changed)

    def _phone(self, text: Any, name: str) -> Any:
        if not self.phones:
            return text
        return phone_number(text, self.region, strict=self.strict, name=name)

    def _email(self, text: Any, name: str) -> Any:
        return email_address(text, name=name) if self.emails else text


def _is_many(value: object) -> TypeGuard[Iterable[Any]]:
    # Also sets and generators: the client sends them as lists, and each of them must be checked.
    return isinstance(value, Iterable) and not isinstance(value, str | Mapping)
