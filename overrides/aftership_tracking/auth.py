"""Signing requests in another way: what an object for `auth=` must do, and the types of such arguments."""

from __future__ import annotations

from aftership_tracking.runtime.auth.authenticator import Authenticator, RenewableAuthenticator, StoreWork
from aftership_tracking.runtime.auth.credentials import AuthInput, AuthKind
from aftership_tracking.runtime.auth.secret_sources import SecretInput

__all__ = ["AuthInput", "AuthKind", "Authenticator", "RenewableAuthenticator", "SecretInput", "StoreWork"]
