"""`aftership webhook addresses`."""

from __future__ import annotations

import json
import re
from ipaddress import ip_address

from aftership_tracking.webhooks import OUTGOING_ADDRESSES
from webhook_sender_support.commands import run


def test_the_addresses_are_printed_for_programs_and_for_nginx() -> None:
    plain = run("addresses")
    assert plain.stdout.split() == list(OUTGOING_ADDRESSES)
    # For people, where a shell pipes the list elsewhere.
    assert "third party" in plain.stderr
    found = json.loads(run("addresses", "--json").stdout)
    assert found["addresses"] == list(OUTGOING_ADDRESSES)
    assert (found["mark"], len(found["sources"])) == ("third party", 2)
    lines = [line for line in run("addresses", "--nginx").stdout.splitlines() if not line.startswith("# ")]
    assert lines[-1] == "deny all;"
    allowed = [match[1] for line in lines[:-1] if (match := re.fullmatch(r"allow (\S+);", line))]
    assert [str(ip_address(address)) for address in allowed] == list(OUTGOING_ADDRESSES)
    assert len(allowed) == len(lines) - 1
    assert run("addresses", "--nginx", "--json").exit_code == 2
