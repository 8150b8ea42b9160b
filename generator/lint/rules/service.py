"""Rules about the service: its address, how a request proves who sends it, the version, and webhooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.document import pointer as pointers
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node

ADDRESS = "https://api.aftership.com/tracking"
"""Where the client sends requests, before the version. A test compares it with the settings of the client."""

KEY_HEADER = "as-api-key"
SIGNATURE_HEADERS = frozenset({"as-signature-hmac-sha256", "as-signature-rsa-sha256"})
_FLOWS = frozenset({"authorizationCode", "clientCredentials"})
ENVELOPE = "WebhookEvent"
"""The model that the client reads every webhook with, and the properties that it cannot do without."""
ENVELOPE_PROPERTIES = ("event", "event_id", "msg", "ts")
_VERSION = re.compile(r"(?a)20\d\d-(0[1-9]|1[0-2])\Z")


@rule("server-address", "The client sends requests and the key to one address, whatever the document says.")
def server_address(view: View) -> Hits:
    expected = f"{ADDRESS}/{view.document.version}"
    servers: Sequence[Any] = view.raw.get("servers", ())
    for index, server in enumerate(servers):
        url = str(server.get("url", "")).rstrip("/")
        if url.endswith(f"/{view.document.version}") and url != expected:  # else another rule reports it
            yield (
                f"/servers/{index}/url",
                f"The client sends requests to {expected}, not here. Write that address, or "
                "change it in the settings of the client and in generator/lint/rules/service.py first.",
            )
    if len(servers) > 1:
        yield "/servers/1", "The client knows one server. Remove all but the first."


@rule("security-kind", "A scheme that the client cannot do leaves the operation without what it demands.")
def security_kind(view: View) -> Hits:
    for node in view.all("security-scheme"):
        problem = _scheme_problem(node.value)
        if problem is not None:
            yield node.pointer, problem


def _scheme_problem(scheme: Mapping[str, Any]) -> str | None:
    kind = scheme.get("type")
    if kind == "apiKey":
        name, known = str(scheme.get("name")).lower(), {KEY_HEADER, *SIGNATURE_HEADERS}
        if scheme.get("in") != "header" or name not in known:
            return (
                f'The client cannot send the key "{scheme.get("name")}" in {scheme.get("in")}. '
                f"It sends the headers {', '.join(sorted(known))}; use one of them."
            )
    elif kind == "http":
        if str(scheme.get("scheme")).lower() != "bearer":
            return f'The client cannot do the HTTP scheme "{scheme.get("scheme")}". Use bearer.'
    elif kind == "oauth2":
        others = sorted(scheme.get("flows", {}).keys() - _FLOWS)
        if others:
            return f"The client cannot do the flow {others[0]}. Use {' or '.join(sorted(_FLOWS))}."
    else:
        return f'The client cannot do security of type "{kind}". Use apiKey, http bearer or oauth2.'
    return None


@rule("security-combination", "A client proves itself in one way; a demand for two can never be met.")
def security_combination(view: View) -> Hits:
    schemes = view.raw.get("components", {}).get("securitySchemes", {})
    owners: list[tuple[str, Any]] = [("", view.raw.get("security"))]
    owners += [(node.pointer, node.value.get("security")) for node in view.operations]
    for pointer, requirements in owners:
        for index, requirement in enumerate(requirements or ()):
            kinds = sorted(_kind(view, schemes[name]) for name in requirement if name in schemes)
            if kinds not in ([], ["key"], ["key", "signature"], ["token"]):
                yield (
                    pointers.child(pointer, "security", index),
                    f"The client cannot do {' and '.join(sorted(requirement))} together. "
                    "Demand the key, the key with one signature, or one token.",
                )


def _kind(view: View, scheme: Any) -> str:
    found, _ = view.follow(scheme, "")
    if found.get("type") != "apiKey":
        return "token"
    return "signature" if str(found.get("name")).lower() in SIGNATURE_HEADERS else "key"


@rule("version-name", "A response that names another version than the document has was not changed with it.")
def version_name(view: View) -> Hits:
    for node in view.nodes:
        if node.kind not in ("schema", "header", "parameter") or not isinstance(node.value, dict):
            continue
        for value, pointer in _fixed_values(node):
            if isinstance(value, str) and _VERSION.match(value) and value != view.document.version:
                # Its own location is an older file. What is missing belongs into that of this version.
                yield (
                    "/info/version",
                    f"#{pointer} still names the version {value}. "
                    f'Add an action with update: "{view.document.version}" for it, as `generator new` does.',
                )


def _fixed_values(node: Node) -> Iterator[tuple[Any, str]]:
    """The constants of an object, and its examples where the name says that they are versions."""
    keys = ["const", "default", "enum"]
    owner = node if node.kind != "schema" or node.parent is None else node.parent
    if (
        "version"
        in f"{owner.name} {owner.value.get('name', '') if isinstance(owner.value, dict) else ''}".lower()
    ):
        keys += ["example", "examples"]
    for key in keys:
        found = node.value.get(key)
        values = found.values() if isinstance(found, dict) else found if isinstance(found, list) else [found]
        for value in values:
            inner = value.get("value") if isinstance(value, dict) else value
            yield inner, pointers.child(node.pointer, key)


@rule("support-dates", "A version whose support ends before its release warns every user at once.")
def support_dates(view: View) -> Hits:
    released, until = (view.raw["info"].get(key) for key in ("x-released", "x-supported-until"))
    if isinstance(released, str) and isinstance(until, str) and until <= released:
        yield (
            "/info/x-supported-until",
            f"The support ends on {until}, and the release is on {released}. Correct one of the two.",
        )


@rule("webhook-body", "The client reads every webhook with one model; fields of another would not arrive.")
def webhook_body(view: View) -> Hits:
    expected = pointers.child("/components/schemas", ENVELOPE)
    for node in view.all("operation"):
        if not node.in_webhooks:
            continue
        found = view.body_schema(node)
        if found is None or found[1] != expected:
            at = f"{node.pointer}/requestBody" if "requestBody" in node.value else node.pointer
            yield (
                at,
                f"The client reads the body of every webhook as {ENVELOPE}. Refer to it as the schema of the "
                f"JSON body, and add fields of this event to {ENVELOPE} with x-sent: sometimes.",
            )
            continue
        for name in ENVELOPE_PROPERTIES:
            if view.property(*found, name) is None:
                yield expected, f'The client reads "{name}" of every webhook. Add it again under this name.'
