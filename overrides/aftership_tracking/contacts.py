"""Phone numbers and e-mail addresses, checked and written as the API takes them before anything is sent.

    contacts = Contacts(region="US")
    client.trackings.create(**contacts.prepare({"tracking_number": "9400", "smses": ["(201) 555-0123"]}))

Nothing uses this by itself. It needs the extra `contacts`, and it asks no server about anything. Errors name
a field and never its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from aftership_tracking.errors import UsageError

__all__ = ["Contacts", "email_address", "phone_number"]

_NEEDED = "python -m pip install 'aftership-tracking-client[contacts]'"


def phone_number(
    text: str, region: str | None = None, *, strict: bool = False, name: str = "the number"
) -> str:
    """Return a phone number in the form of E.164: `+` and digits, as the API takes it.

    Args:
        text: As people write it.
        region: Where a number without `+` and country code is dialled: two letters, such as US.
        strict: Refuse numbers outside the numbering plan of their country too. Plans change, and a number
            may be newer than the installed copy of them. Otherwise the length alone is checked.
        name: What errors call it.
    Raises: UsageError, without the number; also when the package `phonenumbers` is missing.
    """
    phonenumbers = _phonenumbers()
    if not isinstance(text, str):
        raise UsageError(f"{name} must be a text, not {type(text).__name__}")
    _check_region(region)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        hint = "Give it with + and country code, or say in which region it is dialled."
        is_local = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        raise UsageError(f"{name} is no phone number", hint=hint if is_local else None) from None
    if number.extension:
        raise UsageError(f"{name} has an extension, which no message can reach")
    if not phonenumbers.is_possible_number(number):
        raise UsageError(f"{name} is too short or too long for a phone number of its country")
    if strict and not phonenumbers.is_valid_number(number):
        raise UsageError(f"{name} is in no numbering plan of its country")
    written: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written


def email_address(text: str, *, name: str = "the address") -> str:
    """Return an e-mail address, its domain in small letters, if it is written as one can be.

    Whether anybody reads there is not asked: no name server and no mail server hears of it.

    Args:
        text: The address alone, without a name before it.
        name: What errors call it.
    Raises: UsageError, without the address; also when the package `email-validator` is missing.
    """
    try:
        from email_validator import EmailNotValidError, validate_email
    except ImportError:
        raise UsageError("e-mail addresses are checked with email-validator", hint=_NEEDED) from None
    if not isinstance(text, str):
        raise UsageError(f"{name} must be a text, not {type(text).__name__}")
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        # Its own text quotes parts of the address.
        raise UsageError(f"{name} is not written as an e-mail address") from None


@dataclass(frozen=True, slots=True)
class Contacts:
    """How contacts are checked. Making one raises UsageError if a package it needs is missing.

    `prepare` suits `prepare=` of `create_many` and `upsert_many`.
    """

    region: str | None = None
    """Where numbers without `+` and country code are dialled, two letters. None refuses them."""
    strict: bool = False
    """See `phone_number`."""
    phones: bool = True
    """Whether phone numbers are looked at."""
    emails: bool = True
    """Whether e-mail addresses are looked at."""

    def __post_init__(self) -> None:
        if self.phones:
            _phonenumbers()
            _check_region(self.region)
        if self.emails:
            email_address("somebody@example.com")

    def prepare(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a create or an update with their contacts checked and written anew.

        It looks at `smses`, `emails` and `customers`, so it fits every version. What was given is not
        changed. Null and what is not sent stay as they are. A text with commas becomes a list. Raises
        UsageError, which names the field, such as `customers[1].email`.
        """
        prepared = dict(fields)
        for name, check in (("smses", self._phone), ("emails", self._email)):
            value = prepared.get(name)
            if isinstance(value, str):
                value = [part for part in value.split(",") if part.strip()]
            if _is_many(value):
                prepared[name] = [check(each, f"{name}[{place}]") for place, each in enumerate(value)]
        customers = prepared.get("customers")
        if _is_many(customers):
            prepared["customers"] = [
                self._customer(each, f"customers[{place}]") for place, each in enumerate(customers)
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
        import msgspec

        return msgspec.structs.replace(customer, **changed)

    def _phone(self, text: Any, name: str) -> Any:
        if not self.phones:
            return text
        return phone_number(text, self.region, strict=self.strict, name=name)

    def _email(self, text: Any, name: str) -> Any:
        return email_address(text, name=name) if self.emails else text


def _is_many(value: object) -> TypeGuard[Iterable[Any]]:
    # Sets and generators too: the client sends them as lists, and nothing may get past the check.
    return isinstance(value, Iterable) and not isinstance(value, str | Mapping)


def _phonenumbers() -> Any:
    try:
        import phonenumbers
    except ImportError:
        raise UsageError("phone numbers are checked with phonenumbers", hint=_NEEDED) from None
    return phonenumbers


def _check_region(region: str | None) -> None:
    if region is not None and region not in _phonenumbers().SUPPORTED_REGIONS:
        raise UsageError(f"region must be a country as two capital letters, such as US; this is {region!r}")
