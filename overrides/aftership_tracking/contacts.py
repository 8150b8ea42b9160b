"""Checks phone numbers and e-mail addresses, and formats them as the API takes them, before anything is sent.

    contacts = Contacts(region="US")
    client.trackings.create(**contacts.prepare({"tracking_number": "9400", "smses": ["(201) 555-0123"]}))

Nothing uses this unless you do. It needs the extra `contacts`, and sends nothing over the network. Errors
name a field and never its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading

__all__ = ["Contacts", "email_address", "phone_number"]

_INSTALL_HINT = "python -m pip install 'aftership-tracking-client[contacts]'"


def phone_number(
    text: str, region: str | None = None, *, strict: bool = False, name: str = "the number"
) -> str:
    """Return a phone number in the format E.164: `+` and digits, as the API takes it.

    Args:
        text: The number as people write it.
        region: The country in which a number without `+` and country code is dialled: two letters, such as
            US.
        strict: Also refuse numbers outside the numbering plan of their country. Plans change, and a number
            may be newer than the installed copy of them. Without it only the length is checked.
        name: The name of the number in error messages.
    Raises: UsageError, without the number; also when the package `phonenumbers` is missing.
    """
    phonenumbers = _phonenumbers()
    if not isinstance(text, str):
        raise UsageError(f"{name} must be a string, not {type(text).__name__}")
    _check_region(region)
    # Held for all of it: the package imports its data of each country on first use.
    with loading:
        return _format_phone_number(phonenumbers, text, region, strict=strict, name=name)


def _format_phone_number(phonenumbers: Any, text: str, region: str | None, *, strict: bool, name: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        hint = "Give it with + and country code, or give the region in which it is dialled."
        is_local = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        raise UsageError(f"{name} is not a phone number", hint=hint if is_local else None) from None
    if number.extension:
        raise UsageError(f"{name} has an extension, which messages cannot reach")
    if not phonenumbers.is_possible_number(number):
        raise UsageError(f"{name} is too short or too long for a phone number of its country")
    if strict and not phonenumbers.is_valid_number(number):
        raise UsageError(f"{name} is not in the numbering plan of its country")
    formatted: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return formatted


def email_address(text: str, *, name: str = "the address") -> str:
    """Return an e-mail address with its domain in lower case, if its syntax is right.

    Whether the mailbox exists is not checked: neither a name server nor a mail server is contacted.

    Args:
        text: The address alone, without a name before it.
        name: The name of the address in error messages.
    Raises: UsageError, without the address; also when the package `email-validator` is missing.
    """
    try:
        with loading:
            from email_validator import EmailNotValidError, validate_email
    except ImportError:
        raise UsageError("the package `email-validator` is not installed", hint=_INSTALL_HINT) from None
    if not isinstance(text, str):
        raise UsageError(f"{name} must be a string, not {type(text).__name__}")
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        # The message of this error quotes parts of the address.
        raise UsageError(f"{name} is not written as an e-mail address") from None


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
            _phonenumbers()
            _check_region(self.region)
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


def _phonenumbers() -> Any:
    try:
        with loading:
            import phonenumbers
    except ImportError:
        raise UsageError("the package `phonenumbers` is not installed", hint=_INSTALL_HINT) from None
    return phonenumbers


def _check_region(region: str | None) -> None:
    if region is not None and region not in _phonenumbers().SUPPORTED_REGIONS:
        raise UsageError(f"region must be a country as two capital letters, such as US; this is {region!r}")
