"""An unofficial client for the AfterShip Tracking API.

`AfterShip` and `AsyncAfterShip` are the clients of the newest API version in the package. An older version is
imported by name, as in `from aftership_tracking.v2024_01 import AfterShip`. Everything here is imported on
first use, version packages too: after `import aftership_tracking` there is `aftership_tracking.v2024_01`.

`from aftership_tracking import *` leaves `TimeoutError` out, because it would replace the one of Python.
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
    from aftership_tracking.errors import ApiDeprecationWarning as ApiDeprecationWarning
    from aftership_tracking.errors import ApiError as ApiError
    from aftership_tracking.errors import AuthenticationError as AuthenticationError
    from aftership_tracking.errors import CallError as CallError
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
    from aftership_tracking.errors import StorageError as StorageError
    from aftership_tracking.errors import TimeoutError as TimeoutError  # noqa: A004
    from aftership_tracking.errors import TransportError as TransportError
    from aftership_tracking.errors import UsageError as UsageError
    from aftership_tracking.errors import ValidationError as ValidationError
    from aftership_tracking.errors import VersionWarning as VersionWarning
    from aftership_tracking.explanation import Explanation as Explanation
    from aftership_tracking.explanation import explain as explain
    from aftership_tracking.limits import MemoryLimiter as MemoryLimiter
    from aftership_tracking.limits import RedisLimiter as RedisLimiter
    from aftership_tracking.limits import SqliteLimiter as SqliteLimiter
    from aftership_tracking.migration import Migrated as Migrated
    from aftership_tracking.migration import migrate as migrate
    from aftership_tracking.newest import *  # noqa: F403
    from aftership_tracking.recipes.bulk import Progress as Progress
    from aftership_tracking.recipes.bulk import RowResult as RowResult
    from aftership_tracking.recipes.create_or_get import Upserted as Upserted
    from aftership_tracking.recipes.wait_until import FinalStateError as FinalStateError
    from aftership_tracking.recipes.wait_until import WaitTimeoutError as WaitTimeoutError
    from aftership_tracking.runtime.auth.oauth import OAuthApp as OAuthApp
    from aftership_tracking.runtime.auth.oauth import OAuthToken as OAuthToken
    from aftership_tracking.runtime.auth.oauth import RedirectError as RedirectError
    from aftership_tracking.runtime.auth.oauth import Tokens as Tokens
    from aftership_tracking.runtime.call_result import CallResult as CallResult
    from aftership_tracking.runtime.call_result import Exchange as Exchange
    from aftership_tracking.runtime.models.model import Model as Model
    from aftership_tracking.runtime.models.times import Date as Date
    from aftership_tracking.runtime.models.times import Time as Time
    from aftership_tracking.runtime.models.times import Timestamp as Timestamp
    from aftership_tracking.runtime.models.unset import UNSET as UNSET
    from aftership_tracking.runtime.models.unset import UnsetType as UnsetType
    from aftership_tracking.runtime.models.unset import was_sent as was_sent
    from aftership_tracking.runtime.options import CallOptions as CallOptions
    from aftership_tracking.runtime.options import Options as Options
    from aftership_tracking.runtime.options import Timeout as Timeout
    from aftership_tracking.runtime.page import AsyncPage as AsyncPage
    from aftership_tracking.runtime.page import AsyncPages as AsyncPages
    from aftership_tracking.runtime.page import Page as Page
    from aftership_tracking.runtime.surprise import Surprise as Surprise

    __version__: str
    """The version of this package, such as "1.0.0"."""

_NAMES_BY_MODULE = {
    "aftership_tracking.errors": (
        "AfterShipError",
        "AlreadyExistsError",
        "ApiDeprecationWarning",
        "ApiError",
        "AuthenticationError",
        "CallError",
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
        "StorageError",
        "TimeoutError",
        "TransportError",
        "UsageError",
        "ValidationError",
        "VersionWarning",
    ),
    "aftership_tracking.explanation": ("Explanation", "explain"),
    "aftership_tracking.limits": ("MemoryLimiter", "RedisLimiter", "SqliteLimiter"),
    "aftership_tracking.migration": ("Migrated", "migrate"),
    "aftership_tracking.recipes.bulk": ("Progress", "RowResult"),
    "aftership_tracking.recipes.create_or_get": ("Upserted",),
    "aftership_tracking.recipes.wait_until": ("FinalStateError", "WaitTimeoutError"),
    "aftership_tracking.runtime.call_result": ("CallResult", "Exchange"),
    "aftership_tracking.runtime.auth.oauth": ("OAuthApp", "OAuthToken", "RedirectError", "Tokens"),
    "aftership_tracking.runtime.options": ("CallOptions", "Options", "Timeout"),
    "aftership_tracking.runtime.page": ("AsyncPage", "AsyncPages", "Page"),
    "aftership_tracking.runtime.surprise": ("Surprise",),
    "aftership_tracking.runtime.models.model": ("Model",),
    "aftership_tracking.runtime.models.times": ("Date", "Time", "Timestamp"),
    "aftership_tracking.runtime.models.unset": ("UNSET", "UnsetType", "was_sent"),
}
_MODULE_BY_NAME = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}


# `import *` must not replace what Python itself calls so.
_NAMES_OF_PYTHON = {"TimeoutError"}


def __getattr__(name: str) -> object:
    found = _find(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def _find(name: str) -> object | None:
    from aftership_tracking.runtime.lazy_imports import load

    module = _MODULE_BY_NAME.get(name)
    if module is not None:
        found: object = getattr(load(module), name)
        return found
    if name == "__version__":
        from aftership_tracking.runtime.wire.headers import package_version

        return package_version()
    if name.startswith("_") and name != "__all__":
        return None
    from aftership_tracking.runtime import registry

    newest = registry.newest()
    names = () if newest is None else registry.package(newest).__all__
    if name == "__all__":
        return sorted({*_MODULE_BY_NAME, *names} - _NAMES_OF_PYTHON)
    if newest is not None and name in names:
        found = getattr(registry.package(newest), name)
    else:
        version = next((one for one in registry.versions() if name == registry.package_name(one)), None)
        found = None if version is None else registry.package(version)
    return found


def __dir__() -> list[str]:
    from aftership_tracking.runtime import registry

    versions = map(registry.package_name, registry.versions())
    return sorted({*__getattr__("__all__"), *_NAMES_OF_PYTHON, *versions, "__version__"})  # type: ignore[misc]
