"""Client of the AfterShip Tracking API, version 2031-05.

Everything here loads on first use, so that importing the package stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AfterShip, AsyncAfterShip
    from .enums import (
        Certainty,
        ParcelField,
        Status,
        Unit,
    )
    from .models import (
        Base,
        Depot,
        DepotList,
        DepotListResponse,
        Empty,
        EmptyResponse,
        ErrorResponse,
        Meta,
        Odd,
        Parcel,
        ParcelCreate,
        ParcelCreateRequest,
        ParcelData,
        ParcelList,
        ParcelListResponse,
        ParcelResponse,
        ParcelUpdate,
        ParcelUpdateRequest,
        Size,
    )

API_VERSION = "2031-05"

__all__ = [
    "API_VERSION",
    "AfterShip",
    "AsyncAfterShip",
    "Base",
    "Certainty",
    "Depot",
    "DepotList",
    "DepotListResponse",
    "Empty",
    "EmptyResponse",
    "ErrorResponse",
    "Meta",
    "Odd",
    "Parcel",
    "ParcelCreate",
    "ParcelCreateRequest",
    "ParcelData",
    "ParcelField",
    "ParcelList",
    "ParcelListResponse",
    "ParcelResponse",
    "ParcelUpdate",
    "ParcelUpdateRequest",
    "Size",
    "Status",
    "Unit",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a client, an enum or a model on its first use."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from aftership_tracking.runtime.lazy_imports import load

        for module in ("client",) if name in ("AfterShip", "AsyncAfterShip") else ("enums", "models"):
            found = vars(load(f"{__name__}.{module}"))
            if name in found:
                return globals().setdefault(name, found[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
