"""Knows that one tracking has two addresses: its id, and its courier with its number.

A chain that deletes a tracking by one address and asks for it by the other gets 404, as it should. The check
for resources that vanish compares paths only, and would call that a fault of the server.
"""

from __future__ import annotations

import json
from typing import Any


def was_deleted_elsewhere(recorder: Any, identifier: str) -> bool:
    """Whether an earlier request of the same chain deleted, by any address, what this request asks for."""
    wanted = {str(value) for value in (recorder.cases[identifier].value.path_parameters or {}).values()}
    for earlier, interaction in recorder.interactions.items():
        if earlier == identifier:
            return False
        response = interaction.response
        if interaction.request.method == "DELETE" and response is not None and response.status_code == 200:
            tracking = json.loads(response.content)["data"]["tracking"]
            if wanted and wanted <= {tracking["id"], tracking["slug"], tracking["tracking_number"]}:
                return True
    return False
