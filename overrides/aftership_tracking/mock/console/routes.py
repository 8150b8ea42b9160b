"""The pages of the console, by their paths below `/_mock/`."""

from __future__ import annotations

from aftership_tracking.mock.console import (
    authorize,
    clock,
    faults,
    new_parcels,
    oauth_apps,
    parcel,
    parcels,
    requests,
    webhooks,
)
from aftership_tracking.mock.console.page import Routes
from aftership_tracking.mock.wire.browser_visits import AUTHORIZE_PAGE

ROUTES: Routes = {
    "": {"GET": parcels.show, "POST": parcels.act},
    "console/parcels": {"GET": parcels.show, "POST": parcels.act},
    "console/parcels/new": {"GET": new_parcels.show, "POST": new_parcels.act},
    "console/parcels/{account}/{id}": {"GET": parcel.show, "POST": parcel.act},
    "console/requests": {"GET": requests.show},
    "console/requests/{number}": {"GET": requests.show_one},
    "console/requests.har": {"GET": requests.har},
    "console/webhooks": {"GET": webhooks.show, "POST": webhooks.act},
    "console/webhooks/{event}/{number}": {"GET": webhooks.show_delivery, "POST": webhooks.replay},
    "console/faults": {"GET": faults.show, "POST": faults.act},
    "console/clock": {"GET": clock.show, "POST": clock.act},
}

OAUTH_ROUTES: Routes = {
    "console/oauth": {"GET": oauth_apps.show, "POST": oauth_apps.act},
    AUTHORIZE_PAGE: {"GET": authorize.show, "POST": authorize.act},
}
"""Those of a mock with partner apps."""
