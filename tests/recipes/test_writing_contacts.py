"""Contacts: phone numbers in E.164 and addresses of valid syntax, in the fields of every version."""

from __future__ import annotations

import builtins
import copy
import sys
from typing import Any

import pytest

from aftership_tracking.contacts import Contacts, email_address, phone_number
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.unset import UNSET
from writing_support.callers import open_caller
from writing_support.wire import Wire, new_mock


@pytest.mark.parametrize(
    ("text", "region", "formatted"),
    [
        ("+1 (201) 555-0123", None, "+12015550123"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 20 7946 0018", "US", "+442079460018"),
        ("  +49 30 123456 ", None, "+4930123456"),
        ("+४९ ३० १२३४५६", None, "+4930123456"),
    ],
)
def test_numbers(text: str, region: str | None, formatted: str) -> None:
    assert phone_number(text, region) == formatted
    assert phone_number(formatted) == formatted


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("(201) 555-0123", None),
        ("555", "US"),
        ("+1", None),
        ("", "US"),
        ("not a number", "US"),
        ("+1 201 555 0123 456 789", None),
        ("+999 12345678", None),
        ("+1 201 555 0123 ext. 5", None),
        (12015550123, "US"),
    ],
)
def test_strings_that_are_not_numbers(text: Any, region: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        phone_number(text, region, name="smses[0]")
    assert str(caught.value).startswith("smses[0] ")
    assert not any(part in str(caught.value) for part in ("201", "555", "999", "12345678"))


def test_strict_looks_into_the_numbering_plan() -> None:
    odd = "+1 201 055 0123"
    assert phone_number(odd) == "+12010550123"
    with pytest.raises(UsageError, match="numbering plan"):
        phone_number(odd, strict=True)


@pytest.mark.parametrize("region", ["us", "USA", "XX", ""])
def test_strings_that_are_not_regions(region: str) -> None:
    with pytest.raises(UsageError, match="region"):
        phone_number("+12015550123", region)
    with pytest.raises(UsageError, match="region"):
        Contacts(region=region)


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada.Example@EXAMPLE.com ", "Ada.Example@example.com"),
        ("jörg@bücher.example.com", "jörg@bücher.example.com"),
    ],
)
def test_addresses(text: str, formatted: str) -> None:
    assert email_address(text) == formatted


@pytest.mark.parametrize(
    "text",
    ["", "ada", "ada@", "@example.com", "ada@@example.com", "ada@exa mple.com", "Ada <ada@example.com>", 5],
)
def test_strings_that_are_not_addresses(text: Any) -> None:
    with pytest.raises(UsageError) as caught:
        email_address(text, name="emails[3]")
    assert str(caught.value).startswith("emails[3] ")
    assert "ada" not in str(caught.value).lower()


@pytest.mark.parametrize("gather", [tuple, set, iter])
def test_every_kind_of_list_is_checked(gather: Any) -> None:
    contacts = Contacts(region="US")
    assert contacts.prepare({"emails": gather(["ada@EXAMPLE.com"])}) == {"emails": ["ada@example.com"]}
    for fields in ({"emails": gather(["ada"])}, {"smses": gather(["1"])}):
        with pytest.raises(UsageError):
            contacts.prepare(fields)
    with pytest.raises(UsageError, match=r"customers\[0\].email"):
        contacts.prepare({"customers": iter([{"email": "ada"}])})


def test_no_name_server_is_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    before = "dns.resolver" in sys.modules
    assert email_address("ada@no-such-host.example.com")
    assert ("dns.resolver" in sys.modules) == before


def test_fields_of_old_versions() -> None:
    fields = {
        "tracking_number": "9400",
        "smses": ["(201) 555-0123"],
        "emails": "Ada@EXAMPLE.com, bob@example.com",
        "title": "x",
    }
    before = copy.deepcopy(fields)
    assert Contacts(region="US").prepare(fields) == {
        "tracking_number": "9400",
        "smses": ["+12015550123"],
        "emails": ["Ada@example.com", "bob@example.com"],
        "title": "x",
    }
    assert fields == before


def test_fields_of_new_versions() -> None:
    from aftership_tracking.v2026_07 import CustomerRequest

    model = CustomerRequest(name="Bob", phone_number="+44 20 7946 0018")
    fields = {"customers": [{"name": "Ada", "email": "ada@EXAMPLE.com", "phone_number": None}, model]}
    before = copy.deepcopy(fields)
    ada, bob = Contacts().prepare(fields)["customers"]
    assert ada == {"name": "Ada", "email": "ada@example.com", "phone_number": None}
    assert bob == CustomerRequest(name="Bob", phone_number="+442079460018")
    assert fields == before


def test_null_and_unset_stay_as_they_are() -> None:
    fields = {"smses": None, "emails": UNSET, "customers": UNSET, "note": "call 555"}
    assert Contacts().prepare(fields) == fields
    assert Contacts().prepare({"smses": [], "customers": []}) == {"smses": [], "customers": []}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"smses": ["+12015550123", "secret"]}, "smses[1]"),
        ({"smses": "secret"}, "smses[0]"),
        ({"emails": ["secret"]}, "emails[0]"),
        ({"customers": [{}, {"email": "secret"}]}, "customers[1].email"),
        ({"customers": [{"phone_number": "secret"}]}, "customers[0].phone_number"),
    ],
)
def test_errors_name_the_field_and_not_its_value(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(UsageError) as caught:
        Contacts().prepare(fields)
    assert name in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_either_half_can_be_left_out() -> None:
    fields = {"smses": ["odd"], "emails": ["odd"], "customers": [{"email": "odd", "phone_number": "odd"}]}
    assert Contacts(phones=False, emails=False).prepare(fields) == fields
    with pytest.raises(UsageError, match="smses"):
        Contacts(emails=False).prepare(fields)
    with pytest.raises(UsageError, match="emails"):
        Contacts(phones=False).prepare(fields)


@pytest.mark.parametrize(("missing", "use"), [("phonenumbers", "phones"), ("email_validator", "emails")])
def test_a_missing_package_is_named_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, missing: str, use: str
) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name == missing:
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.delitem(sys.modules, missing, raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"aftership-tracking-client\[contacts\]"):
        Contacts()
    assert Contacts(**{use: False})


def test_a_bulk_run_prepares_each_row() -> None:
    wire = Wire(new_mock())
    rows = [
        {"tracking_number": "PARCEL0001", "slug": "usps", "customers": [{"phone_number": "(201) 555-0123"}]},
        {"tracking_number": "PARCEL0002", "slug": "usps", "customers": [{"phone_number": "nonsense"}]},
    ]
    with open_caller("sync", wire) as caller:
        outcomes = caller.create_many(rows, prepare=Contacts(region="US").prepare)
    by_index = {outcome.index: outcome for outcome in outcomes}
    assert by_index[0].tracking.customers[0].phone_number == "+12015550123"
    assert str(by_index[1].error) == "customers[0].phone_number is not a phone number"
    assert len(wire.sent) == 1
