"""OAuth for partner apps: an app, the tokens of merchants, and clients that act for them.

`OAuthApp` connects merchants, `HmacRecipe` says how their requests are signed, `scopes_of` says which scopes
calls need. `MemoryTokenStore`, `SqliteTokenStore` and `RedisTokenStore` store tokens; `TokenStore` is what a
store of your own must do. `Tenants` makes a client for each merchant. `OAuthToken` is for a single one whose
tokens you store yourself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.auth.oauth import OAuthToken
from aftership_tracking.runtime.auth.oauth_app import OAuthApp, RedirectError, Tokens

if TYPE_CHECKING:
    from aftership_tracking.oauth_scopes import Scope as Scope
    from aftership_tracking.oauth_scopes import ScopeName as ScopeName
    from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe as HmacRecipe
    from aftership_tracking.runtime.auth.redirects import HmacCheck as HmacCheck
    from aftership_tracking.runtime.auth.redirects import InstallRequest as InstallRequest
    from aftership_tracking.runtime.auth.renewal import MissingScopeError as MissingScopeError
    from aftership_tracking.runtime.auth.scopes import ScopesNeeded as ScopesNeeded
    from aftership_tracking.runtime.auth.scopes import scopes_of as scopes_of
    from aftership_tracking.runtime.auth.tenants import Tenants as Tenants
    from aftership_tracking.runtime.auth.token_stores.memory import MemoryTokenStore as MemoryTokenStore
    from aftership_tracking.runtime.auth.token_stores.protocol import TokenLease as TokenLease
    from aftership_tracking.runtime.auth.token_stores.protocol import TokenStore as TokenStore
    from aftership_tracking.runtime.auth.token_stores.redis import RedisTokenStore as RedisTokenStore
    from aftership_tracking.runtime.auth.token_stores.sqlite import SqliteTokenStore as SqliteTokenStore

__all__ = [
    "HmacCheck",
    "HmacRecipe",
    "InstallRequest",
    "MemoryTokenStore",
    "MissingScopeError",
    "OAuthApp",
    "OAuthToken",
    "RedirectError",
    "RedisTokenStore",
    "Scope",
    "ScopeName",
    "ScopesNeeded",
    "SqliteTokenStore",
    "Tenants",
    "TokenLease",
    "TokenStore",
    "Tokens",
    "scopes_of",
]

_AUTH = "aftership_tracking.runtime.auth"
_MODULES_OF_LAZY_NAMES = {
    "HmacCheck": f"{_AUTH}.redirects",
    "HmacRecipe": f"{_AUTH}.hmac_recipe",
    "InstallRequest": f"{_AUTH}.redirects",
    "MemoryTokenStore": f"{_AUTH}.token_stores.memory",
    "MissingScopeError": f"{_AUTH}.renewal",
    "RedisTokenStore": f"{_AUTH}.token_stores.redis",
    "Scope": "aftership_tracking.oauth_scopes",
    "ScopeName": "aftership_tracking.oauth_scopes",
    "ScopesNeeded": f"{_AUTH}.scopes",
    "SqliteTokenStore": f"{_AUTH}.token_stores.sqlite",
    "Tenants": f"{_AUTH}.tenants",
    "TokenLease": f"{_AUTH}.token_stores.protocol",
    "TokenStore": f"{_AUTH}.token_stores.protocol",
    "scopes_of": f"{_AUTH}.scopes",
}


def __getattr__(name: str) -> object:
    # Imported lazily: a client with one token needs none of them.
    module = _MODULES_OF_LAZY_NAMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aftership_tracking.runtime.lazy_imports import load

    value: object = getattr(load(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
