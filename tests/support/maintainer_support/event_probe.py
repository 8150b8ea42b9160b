"""Asks the package whether it takes every event and status of a document; prints complaints as JSON.

Run as a script with the name of an API version, by the Python of the copy that has the version.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import jsonschema_rs

from aftership_tracking import documents
from aftership_tracking.mock import Mock
from aftership_tracking.testing import SECRET, signed_event, webhook_event
from aftership_tracking.webhooks import Router, Verifier

UPDATE = "tracking_update"


def complaints(version: str) -> list[str]:
    """What is refused, or does not fit the document."""
    document = documents.document(version)
    attempts: dict[str, Callable[[], Any]] = {}
    for code in document["webhooks"]:
        attempts[f"Router.on({code})"] = partial(_register, code)
        attempts[f"the mock sends {code}"] = partial(_subscribe, code)
        attempts[f"the body of {code}"] = partial(_check_body, document, code)
        attempts[f"the event {code}"] = partial(_read, version, code)
    for tag in document["components"]["schemas"]["DeliveryStatus"]["x-open-enum"]:
        attempts[f"Router.on_tag({tag})"] = partial(_register_tag, tag)
    found = []
    for what, attempt in attempts.items():
        try:
            attempt()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
            found.append(f"{what}: {type(error).__name__}: {error}")
    return found


def _register(code: str) -> None:
    Router(fallback=print).on(code)(print)


def _register_tag(tag: str) -> None:
    Router(fallback=print).on_tag(tag)(print)


def _subscribe(code: str) -> None:
    Mock().webhooks.add("http://127.0.0.1:9/", secret="s", events=[code])


def _check_body(document: Any, code: str) -> None:
    schema = document["webhooks"][code]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = webhook_event(version=document["info"]["version"], event=code)
    jsonschema_rs.validator_for({**document, **schema}).validate(body)


def _read(version: str, code: str) -> None:
    sent = signed_event(version=version, event=code)
    event = Verifier(SECRET).parse(sent.body, sent.headers)
    found = event.event, event.is_known_event, event.is_first_tag
    if found != (code, True, True if code == UPDATE else None):
        raise AssertionError(f"was read as {found}")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(complaints(sys.argv[1])))
