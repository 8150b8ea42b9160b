"""What the numbering plans say about phone numbers, and what they do not."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftership_tracking.contacts import inspect_phone, phone_number
from aftership_tracking.errors import UsageError


@pytest.mark.parametrize(
    ("text", "kind", "country"),
    [
        ("+44 7781 123456", "mobile", "GGY"),
        ("+49 1512 3456789", "mobile", "DEU"),
        ("+44 20 7946 0018", "fixed", "GBR"),
        # Mobile and fixed numbers look alike there.
        ("+1 201 555 0123", "unknown", "USA"),
        ("+1 416 555 0123", "unknown", "CAN"),
        # Free of charge in all countries of +1, and in every country.
        ("+1 800 555 1234", "other", None),
        ("+800 1234 5678", "other", None),
        ("+33 800 123 456", "other", "FRA"),
        # Kosovo and Ascension have no code in ISO 3166.
        ("+383 44 123 456", "mobile", None),
        ("+247 62889", "fixed", None),
    ],
)
def test_kind_and_country(text: str, kind: str, country: str | None) -> None:
    facts = inspect_phone(text)
    assert (facts.kind, facts.country_iso3, facts.in_plan) == (kind, country, True)
    assert facts.number == phone_number(text)


def test_a_number_outside_of_the_plan_is_a_hint_and_not_refused() -> None:
    facts = inspect_phone("+1 201 055 0123")
    assert (facts.in_plan, facts.kind, facts.country_iso3) == (False, "unknown", None)
    assert "0123" not in repr(facts)


def test_a_number_without_a_country_needs_a_region() -> None:
    with pytest.raises(UsageError) as caught:
        inspect_phone("020 7946 0018")
    assert caught.value.hint is not None
    assert "7946" not in str(caught.value)
    assert inspect_phone("020 7946 0018", "GB").country_iso3 == "GBR"


def test_every_country_of_the_plans_has_three_letters() -> None:
    without = set()
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if example is None:
            continue
        facts = inspect_phone(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
        if facts.country_iso3 is None:
            without.add(region)
    # Ascension, Tristan da Cunha and Kosovo are not in ISO 3166.
    assert without <= {"AC", "TA", "XK"}


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("+0123456789 ()-.=@,;ext\t\x00٣"), max_size=40))
def test_any_string_is_a_number_or_refused(text: str) -> None:
    try:
        facts = inspect_phone(text, "US")
    except UsageError:
        return
    assert inspect_phone(facts.number) == facts


def test_a_giant_string_is_refused() -> None:
    with pytest.raises(UsageError, match="is not a phone number"):
        inspect_phone("1" * 10_000_000, "US")
