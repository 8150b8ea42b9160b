"""Hints about who calls: the header of the key, and numbers where ids belong."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.hints.hint import Hint

LEGACY_HEADER = "aftership-api-key"
# Ids had 24 characters up to 2024-04, and have 32 since 2024-07.
_ID = re.compile(r"[0-9a-z]{24}|[0-9a-z]{32}")


def missing_key(headers: Mapping[str, str], name: str, wanted: str) -> Hint:
    """Return the hint about a request without a key in the header `name`."""
    if LEGACY_HEADER in headers and name != LEGACY_HEADER:
        return Hint(
            id="legacy-header",
            sentence=f"header {name}: {wanted}; {LEGACY_HEADER} came, which is refused since 2023-10",
            advice=f"Send the key as {name}",
            source="documented",
        )
    if name == "as-api-key" and headers.get("authorization"):
        return Hint(
            id="missing-key",
            sentence=f"header {name}: {wanted}; authorization came, which holds no token of this mock",
            advice=f"Send the key as {name}",
            source="documented",
        )
    return Hint(id="missing-key", sentence=f"header {name}: {wanted}", source="documented")


def number_as_id(account: Account, identifier: str) -> Hint | None:
    """Return the hint about an unknown id that is a tracking number; None if it looks like an id."""
    if _ID.fullmatch(identifier) and not identifier.isdecimal():
        # Numbers have no small letters, so nobody has to look for it.
        return None
    with account.lock:
        is_known = any(parcel.tracking_number == identifier for parcel in account.newest_first())
    if is_known:
        return Hint(
            id="number-as-id",
            sentence="path id: is a tracking number, and this account has a tracking with that number",
            advice="Find the id with GET /trackings?tracking_numbers=NUMBER, or take it from the response of"
            " the create",
            source="documented",
        )
    if _ID.fullmatch(identifier):
        return None
    return Hint(
        id="number-as-id",
        sentence="path id: looks like a tracking number, and this account has no tracking with that number",
        advice="Create it first; the response has the id",
        source="inferred",
    )
