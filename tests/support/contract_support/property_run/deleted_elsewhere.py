"""Knows that a tracking has two addresses: its id, and its courier with its number.

A chain that deletes a tracking by one address and reads it by the other gets 404, which is right. The check
of schemathesis for resources that are gone compares only paths, and would report that as a fault of the
server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contract_support.document.operations import Operation

ADDRESSES = ("id", "legacy_id", "slug", "tracking_number")


def was_deleted_elsewhere(recorder: Any, identifier: str, operations: Mapping[str, Operation]) -> bool:
    """Whether an earlier request of the same chain deleted, by any address, what this request names.

    Args:
        operations: the operations of the document by their labels.
    """
    wanted = {str(value) for value in (recorder.cases[identifier].value.path_parameters or {}).values()}
    for earlier, interaction in recorder.interactions.items():
        if earlier == identifier:
            return False
        response = interaction.response
        if interaction.request.method == "DELETE" and response is not None and response.status_code == 200:
            deletion = operations[recorder.cases[earlier].value.operation.label]
            deleted = deletion.unwrap(json.loads(response.content))
            if wanted and wanted <= {deleted.get(name) for name in ADDRESSES}:
                return True
    return False
