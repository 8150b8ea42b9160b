"""Phone numbers: their format, and what the numbering plans say about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from aftership_tracking.contacts.packages import load_package, load_phonenumbers
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading

PhoneKind = Literal["mobile", "fixed", "other", "unknown"]
"""`other` is neither: free of charge, premium, over the internet, a pager. `unknown`: the plan does not tell,
as in the USA and Canada, where mobile and fixed numbers look alike."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneFacts:
    """What the numbering plans say about a number. They are hints: plans change, and numbers are ported."""

    number: str = field(repr=False)
    """E.164: `+` and digits, as the API takes it. Not part of `repr`, which may end in a log."""
    kind: PhoneKind
    """What kind of line the plan gives the number to."""
    in_plan: bool
    """Whether the installed numbering plan of the country has such a number."""
    country_iso3: str | None
    """The country as three letters, as the API writes it. None where the plan does not tell, and where ISO
    has no code for it, such as international free numbers and Kosovo."""


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
    phonenumbers = load_phonenumbers()
    # Held for all of it: the package imports its data of each country on first use.
    with loading:
        number = _parse(phonenumbers, text, region, name)
        if strict and not phonenumbers.is_valid_number(number):
            raise UsageError(f"{name} is not in the numbering plan of its country")
        return _format(phonenumbers, number)


def inspect_phone(text: str, region: str | None = None, *, name: str = "the number") -> PhoneFacts:
    """Return what the numbering plans say about a phone number. Nothing is sent.

    Args:
        text: The number as people write it.
        region: As for `phone_number`.
        name: The name of the number in error messages.
    Raises: UsageError as `phone_number`; also when the package `iso3166` is missing.
    """
    phonenumbers = load_phonenumbers()
    countries = load_package("iso3166", "iso3166").countries_by_alpha2
    with loading:
        number = _parse(phonenumbers, text, region, name)
        types = phonenumbers.PhoneNumberType
        kinds: dict[int, PhoneKind] = {
            types.MOBILE: "mobile",
            types.FIXED_LINE: "fixed",
            types.FIXED_LINE_OR_MOBILE: "unknown",
            types.UNKNOWN: "unknown",
        }
        kind = kinds.get(phonenumbers.number_type(number), "other")
        regions = phonenumbers.region_codes_for_country_code(number.country_code)
        # Countries that share a country code share its free numbers too, and the package names any of them.
        is_shared = kind == "other" and len(regions) > 1
        country = None if is_shared else countries.get(phonenumbers.region_code_for_number(number))
        return PhoneFacts(
            number=_format(phonenumbers, number),
            kind=kind,
            in_plan=phonenumbers.is_valid_number(number),
            # XK is not a code of ISO 3166, only one that others use.
            country_iso3=None if country is None or country.alpha2 == "XK" else country.alpha3,
        )


def check_region(region: str | None) -> None:
    """Raise UsageError if this is not a country with a numbering plan."""
    if region is not None and region not in load_phonenumbers().SUPPORTED_REGIONS:
        raise UsageError(f"region must be a country as two capital letters, such as US; this is {region!r}")


def _parse(phonenumbers: Any, text: object, region: str | None, name: str) -> Any:
    if not isinstance(text, str):
        raise UsageError(f"{name} must be a string, not {type(text).__name__}")
    check_region(region)
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
    return number


def _format(phonenumbers: Any, number: Any) -> str:
    formatted: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return formatted
