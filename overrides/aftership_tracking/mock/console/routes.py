"""The pages of the console, by their paths below `/_mock/`."""

from __future__ import annotations

from aftership_tracking.mock.console import parcels
from aftership_tracking.mock.console.page import Routes

ROUTES: Routes = {
    "": {"GET": parcels.show},
}
