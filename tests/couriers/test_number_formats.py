"""Forms of numbers are hints: each computed check digit was tried with an example, and nothing is refused."""

from __future__ import annotations

import pytest

from aftership_tracking import documents
from aftership_tracking.couriers import Directory, NumberFormat
from aftership_tracking.couriers.number_formats import read_formats

FORMATS = tuple(read_formats(documents.data("detection")))
COMPUTED = [each for each in FORMATS if each.rule is not None and each.example is not None]
WITHOUT = {"none", "not documented"}


def name(each: NumberFormat) -> str:
    return f"{each.slugs[0]}: {each.form}"


def test_every_rule_has_an_example_that_proves_it() -> None:
    rules = {str({**each.rule, "text": ""}) for each in FORMATS if each.rule is not None}
    assert rules == {str({**each.rule, "text": ""}) for each in COMPUTED if each.rule is not None}
    assert len(COMPUTED) == 12


@pytest.mark.parametrize("each", COMPUTED, ids=name)
def test_the_example_is_right_and_every_other_digit_wrong(each: NumberFormat) -> None:
    example = each.example or ""
    position = 10 if "S10" in each.check else len(example) - 1
    results = {
        digit: each.fits_check_digit(example[:position] + digit + example[position + 1 :])
        for digit in "0123456789"
    }
    assert [digit for digit, right in results.items() if right] == [example[position]]
    assert None not in results.values()


@pytest.mark.parametrize("each", COMPUTED, ids=name)
def test_a_mistyped_digit_is_found(each: NumberFormat) -> None:
    example = each.example or ""
    # Not the letters at the beginning, nor a digit that the rule leaves out or a form demands.
    position = 8
    digit = str((int(example[position]) + 1) % 10)
    assert each.fits_check_digit(example[:position] + digit + example[position + 1 :]) is False


def test_what_is_not_known_well_enough_is_not_computed() -> None:
    for each in FORMATS:
        if each.check in WITHOUT:
            assert each.rule is None, name(each)
    named_only = [each for each in FORMATS if each.rule is None and each.check not in WITHOUT]
    assert len(named_only) == 6
    waybill = next(each for each in named_only if each.slugs == ("ups",))
    assert waybill.fits("H1234567890")
    assert waybill.fits_check_digit("H1234567890") is None
    impb = next(each for each in FORMATS if each.form.startswith("IMpb"))
    assert impb.fits("42012345" + (impb.example or ""))
    assert impb.fits_check_digit("42012345" + (impb.example or "")) is None


def test_a_courier_without_known_forms_has_none(directory: Directory) -> None:
    assert directory.number_formats("dhl-germany") == ()
    assert [each.confidence for each in directory.number_formats("dhl")] == ["inferred", "inferred"]
    assert directory.number_formats("no-such-courier") == ()


def test_a_right_check_digit_comes_first_and_a_wrong_one_last(directory: Directory) -> None:
    right = directory.fits("12 3456 7891")
    assert (right[0].slug, right[0].check_digit) == ("dhl", True)
    # What the service responded in 2020, although the check digit is not that of DHL.
    wrong = directory.fits("1234567890")
    assert len(wrong) == 54
    assert (wrong[-1].slug, wrong[-1].check_digit) == ("dhl", False)
    assert {match.check_digit for match in wrong[:-1]} == {None}


def test_postal_numbers_belong_to_the_country_that_issued_them(directory: Directory) -> None:
    assert [(match.slug, match.check_digit) for match in directory.fits("rr123456785gb")] == [
        ("royal-mail", True)
    ]
    assert directory.fits("RR123456785XX") == ()


@pytest.mark.parametrize("number", ["", "☃", "1" * 200, "-"])
def test_a_number_of_no_known_form(directory: Directory, number: str) -> None:
    assert directory.fits(number) == ()


def test_test_numbers_are_documented(directory: Directory) -> None:
    (match,) = directory.fits("ITE010D-3-643642")
    assert (match.slug, match.check_digit) == ("testing-courier", None)
    assert (match.format.confidence, match.format.check) == ("documented", "none")
