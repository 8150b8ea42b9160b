"""Which address a request comes from, and whether it is allowed."""

from __future__ import annotations

import ipaddress

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import OUTGOING_ADDRESSES, AddressCheck, AddressError
from aftership_tracking.webhooks.verification.addresses import PROVENANCE

GENUINE = "34.72.178.234"
ATTACKER = "203.0.113.66"


def forwarded(*lines: str) -> list[tuple[str, str]]:
    return [("X-Forwarded-For", line) for line in lines]


def test_the_list_and_where_it_comes_from():
    assert len(OUTGOING_ADDRESSES) == len(set(OUTGOING_ADDRESSES)) == 5
    assert all(ipaddress.ip_address(address).is_global for address in OUTGOING_ADDRESSES)
    assert PROVENANCE.mark == "third party"
    assert len(PROVENANCE.sources) == 2


@pytest.mark.parametrize("address", OUTGOING_ADDRESSES)
def test_genuine_addresses_pass(address):
    assert AddressCheck().check(address) == address
    assert AddressCheck().check(f"::ffff:{address}") == address
    assert AddressCheck().check(f"{address}:40312") == address


@pytest.mark.parametrize(
    "peer", [ATTACKER, "34.72.178.235", "::1", "", None, "unix:", "unknown", "34.72.178.234.1"]
)
def test_others_do_not(peer):
    with pytest.raises(AddressError) as caught:
        AddressCheck().check(peer)
    assert caught.value.status == 403


def test_without_proxies_the_header_is_not_read():
    with pytest.raises(AddressError):
        AddressCheck().check(ATTACKER, forwarded(GENUINE))
    assert AddressCheck().check(GENUINE, forwarded(ATTACKER)) == GENUINE


@pytest.mark.parametrize(
    ("lines", "passes"),
    [
        ([GENUINE], True),
        ([f"{ATTACKER}, {GENUINE}"], True),
        # The entries of the client are left of the entry that the proxy adds.
        ([f"{GENUINE}, {ATTACKER}"], False),
        ([GENUINE, ATTACKER], False),
        ([ATTACKER, GENUINE], True),
        ([f"{GENUINE},"], False),
        ([""], False),
        ([], False),
        ([f"{GENUINE}, 10.0.0.1"], True),
        ([GENUINE, "10.0.0.1"], True),
        ([f"{GENUINE}, 10.0.7.1, 10.0.0.1"], True),
        # An entry is skipped only if it is a proxy.
        ([f"{GENUINE}, {ATTACKER}, 10.0.0.1"], False),
        ([f"{GENUINE}, {GENUINE}, {ATTACKER}, 10.0.0.1"], False),
        ([f"{GENUINE}, unknown, 10.0.0.1"], False),
        (["10.0.0.1"], False),
        ([f"{GENUINE}:443"], True),
        ([f"[::ffff:{GENUINE}]:443"], True),
        (["unknown"], False),
    ],
)
def test_behind_proxies_the_first_other_address_from_the_right_counts(lines, passes):
    check = AddressCheck(trusted_proxies=["10.0.0.0/16", "unix"])
    # The connection comes from the nearest proxy. Over a socket file it has no address.
    for peer in ("10.0.0.2", "::ffff:10.0.0.2", None, ""):
        if passes:
            assert check.check(peer, forwarded(*lines)) == GENUINE
        else:
            with pytest.raises(AddressError):
                check.check(peer, forwarded(*lines))


@pytest.mark.parametrize("peer", [ATTACKER, GENUINE, None, "", "unknown"])
def test_whoever_goes_around_the_proxies_is_refused(peer):
    with pytest.raises(AddressError, match="trusted proxy"):
        AddressCheck(trusted_proxies=["10.0.0.0/16"]).check(peer, forwarded(GENUINE))


def test_a_number_of_proxies_is_refused():
    with pytest.raises(UsageError, match="no longer a number"):
        AddressCheck(trusted_proxies=1)


def test_networks_and_other_headers():
    check = AddressCheck(["192.0.2.0/24", "2001:db8::/32"], "unix", header="X-Real-IP")
    assert check.check(None, {"x-real-ip": "192.0.2.77"}) == "192.0.2.77"
    assert check.check(None, {"X-REAL-IP": "[2001:db8::9]:1"}) == "2001:db8::9"
    with pytest.raises(AddressError):
        check.check(None, {"x-forwarded-for": "192.0.2.77"})
    assert AddressCheck("192.0.2.1").check("192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize("allowed", [[], ["nonsense"], ["192.0.2.1/24"], [5], "shop.example"])
def test_impossible_lists_are_refused(allowed):
    with pytest.raises(UsageError):
        AddressCheck(allowed)
    with pytest.raises(UsageError):
        AddressCheck(trusted_proxies=[*allowed, "nonsense"] if not isinstance(allowed, str) else allowed)
