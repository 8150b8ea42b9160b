"""What each scope allows, in the words of the document."""

from __future__ import annotations

from collections.abc import Mapping

from aftership_tracking.mock.control.sandbox import Sandbox


def read_scope_texts(mock: Sandbox) -> Mapping[str, str]:
    """Return the scopes of the newest served version, with a sentence each."""
    return declared_scopes(mock.document(mock.versions[-1], constraints="all"))


def declared_scopes(document: Mapping[str, object]) -> Mapping[str, str]:
    """Return the scopes that a document declares, with a sentence each; empty if it declares none."""
    found: object = document
    for name in ("components", "securitySchemes", "OAuth2", "flows", "authorizationCode", "scopes"):
        found = found.get(name, {}) if isinstance(found, Mapping) else {}
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, Mapping) else {}
