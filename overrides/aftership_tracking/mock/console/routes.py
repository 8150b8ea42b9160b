"""The pages of the console, by their paths below `/_mock/`."""

from __future__ import annotations

from aftership_tracking.mock.console import clock, faults, new_parcels, parcel, parcels, requests, webhooks
from aftership_tracking.mock.console.page import Routes

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
