"""What an account holds that a call can name: ids, couriers and numbers of its parcels, and connections."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.tracking import identify

MOST = 20
"""Values that are offered of each."""
CONNECTIONS = "courier_connections"
PARCELS = frozenset({"trackings", "last_checkpoints", "notifications"})
"""The resources whose paths name a parcel."""


def offer_values(api: Api, operation: ApiOperation, account: Account | None) -> Mapping[str, list[str]]:
    """Return the values for each parameter of a path, the newest first. The first ones belong together."""
    names = [each.name for each in operation.parameters if each.location == "path"]
    if account is None or not names:
        return {}
    with account.lock:
        if operation.resource == CONNECTIONS:
            identifiers = list(islice(reversed(account.connections), MOST))
            return dict.fromkeys(names, identifiers) if identifiers else {}
        if operation.resource not in PARCELS:
            return {}
        parcels = list(account.newest_first()[:MOST])
    if not parcels:
        return {}
    return {name: list(dict.fromkeys(_value(api, name, each) for each in parcels)) for name in names}


def _value(api: Api, name: str, parcel: Parcel) -> str:
    if name == "slug":
        return parcel.slug
    if name == "tracking_number":
        return parcel.tracking_number
    return identify(parcel, api)
