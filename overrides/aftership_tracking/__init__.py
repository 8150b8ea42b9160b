"""An unofficial client for the AfterShip Tracking API.

`AfterShip` and `AsyncAfterShip` are the clients of the newest API version in the package. An older version is
imported by name, as in `from aftership_tracking.v2024_01 import AfterShip`. Everything here is imported on
first use.
"""

from __future__ import annotations

from pkgutil import extend_path

# The package has two roots: the code written by hand and the code written by the generator.
__path__ = extend_path(__path__, __name__)

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only type checkers read this. At run time the newest version is found by name.
    from aftership_tracking.errors import AfterShipError as AfterShipError
    from aftership_tracking.errors import AlreadyExistsError as AlreadyExistsError
    from aftership_tracking.errors import ApiError as ApiError
    from aftership_tracking.errors import AuthenticationError as AuthenticationError
    from aftership_tracking.errors import ConnectError as ConnectError
    from aftership_tracking.errors import DecodeError as DecodeError
    from aftership_tracking.errors import ErrorCode as ErrorCode
    from aftership_tracking.errors import LikelyMistakeWarning as LikelyMistakeWarning
    from aftership_tracking.errors import LimiterError as LimiterError
    from aftership_tracking.errors import LimiterWarning as LimiterWarning
    from aftership_tracking.errors import NotFoundError as NotFoundError
    from aftership_tracking.errors import PermissionDeniedError as PermissionDeniedError
    from aftership_tracking.errors import RateLimitError as RateLimitError
    from aftership_tracking.errors import ServerError as ServerError
    from aftership_tracking.errors import StaleStateWarning as StaleStateWarning
    from aftership_tracking.errors import TimeoutError as TimeoutError  # noqa: A004
    from aftership_tracking.errors import TransportError as TransportError
    from aftership_tracking.errors import UsageError as UsageError
    from aftership_tracking.errors import ValidationError as ValidationError
    from aftership_tracking.errors import VersionWarning as VersionWarning
    from aftership_tracking.explanation import Explanation as Explanation
    from aftership_tracking.explanation import explain as explain
    from aftership_tracking.migration import Migrated as Migrated
    from aftership_tracking.migration import migrate as migrate
    from aftership_tracking.newest import *  # noqa: F403
    from aftership_tracking.recipes.bulk import Progress as Progress
    from aftership_tracking.recipes.bulk import RowOutcome as RowOutcome
    from aftership_tracking.recipes.create_or_get import Upserted as Upserted
    from aftership_tracking.recipes.wait_until import WaitTimeoutError as WaitTimeoutError
    from aftership_tracking.runtime.auth.oauth import OAuthApp as OAuthApp
    from aftership_tracking.runtime.auth.oauth import OAuthToken as OAuthToken
    from aftership_tracking.runtime.auth.oauth import RedirectError as RedirectError
    from aftership_tracking.runtime.auth.oauth import Tokens as Tokens
    from aftership_tracking.runtime.call_result import CallResult as CallResult
    from aftership_tracking.runtime.call_result import Exchange as Exchange
    from aftership_tracking.runtime.models.times import Date as Date
    from aftership_tracking.runtime.models.times import Time as Time
    from aftership_tracking.runtime.models.times import Timestamp as Timestamp
    from aftership_tracking.runtime.models.unset import UNSET as UNSET
    from aftership_tracking.runtime.models.unset import UnsetType as UnsetType
    from aftership_tracking.runtime.options import Options as Options
    from aftership_tracking.runtime.options import Timeout as Timeout
    from aftership_tracking.runtime.page import AsyncPage as AsyncPage
    from aftership_tracking.runtime.page import AsyncPages as AsyncPages
    from aftership_tracking.runtime.page import Page as Page
    from aftership_tracking.runtime.surprise import Surprise as Surprise

_NAMES_BY_MODULE = {
    "aftership_tracking.errors": (
        "AfterShipError",
        "AlreadyExistsError",
        "ApiError",
        "AuthenticationError",
        "ConnectError",
        "DecodeError",
        "ErrorCode",
        "LikelyMistakeWarning",
        "LimiterError",
        "LimiterWarning",
        "NotFoundError",
        "PermissionDeniedError",
        "RateLimitError",
        "ServerError",
        "StaleStateWarning",
        "TimeoutError",
        "TransportError",
        "UsageError",
        "ValidationError",
        "VersionWarning",
    ),
    "aftership_tracking.explanation": ("Explanation", "explain"),
    "aftership_tracking.migration": ("Migrated", "migrate"),
    "aftership_tracking.recipes.bulk": ("Progress", "RowOutcome"),
    "aftership_tracking.recipes.create_or_get": ("Upserted",),
    "aftership_tracking.recipes.wait_until": ("WaitTimeoutError",),
    "aftership_tracking.runtime.call_result": ("CallResult", "Exchange"),
    "aftership_tracking.runtime.auth.oauth": ("OAuthApp", "OAuthToken", "RedirectError", "Tokens"),
    "aftership_tracking.runtime.options": ("Options", "Timeout"),
    "aftership_tracking.runtime.page": ("AsyncPage", "AsyncPages", "Page"),
    "aftership_tracking.runtime.surprise": ("Surprise",),
    "aftership_tracking.runtime.models.times": ("Date", "Time", "Timestamp"),
    "aftership_tracking.runtime.models.unset": ("UNSET", "UnsetType"),
}
_MODULE_BY_NAME = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = _MODULE_BY_NAME.get(name)
    if module is None:
        from aftership_tracking.runtime import registry

        newest = registry.newest()
        if newest is None or name not in getattr(registry.package(newest), "__all__", ()):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found: object = getattr(registry.package(newest), name)
    else:
        found = getattr(import_module(module), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    from aftership_tracking.runtime import registry

    newest = registry.newest()
    return sorted({*_MODULE_BY_NAME, *(() if newest is None else registry.package(newest).__all__)})
