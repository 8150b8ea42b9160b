"""OAuth for partner apps: an app, the tokens of a merchant, and an `auth=` that renews them."""

from __future__ import annotations

from aftership_tracking.runtime.auth.oauth import OAuthToken
from aftership_tracking.runtime.auth.oauth_app import OAuthApp, RedirectError, Tokens

__all__ = ["OAuthApp", "OAuthToken", "RedirectError", "Tokens"]
