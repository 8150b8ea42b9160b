"""`depots` of API version 2031-05: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.operation import Operation, RateLimit, Retry
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    import builtins
    from typing import Any, Unpack

    from aftership_tracking.runtime.options import CallOptions, Options

    from ..models import Depot


LIST: Operation[builtins.list[Depot]] = Operation(
    "list-depots", "GET", ("depots",), returns="DepotListResponse", unwrap=("data", "depots"),
    retry=Retry.SAFE, limit=RateLimit(requests=10, seconds=1.0, shared=True),
    errors=(401, 403, 404, 429, 500),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def list(self, *args: Any, **kwargs: Any) -> Any:
        """List depots. Document: `list-depots`.

        Returns: All depots.
        Raises: NotFoundError (404), AuthenticationError (401), PermissionDeniedError (403),
            RateLimitError (429), ServerError (500).
        """


class Depots(Resource, _Texts):
    """Where parcels rest. For the sync client."""

    def list(self, *, options: Options | None = None, **call: Unpack[CallOptions]) -> builtins.list[Depot]:
        return self._send(LIST, locals())


class AsyncDepots(AsyncResource, _Texts):
    """Where parcels rest. For the async client."""

    async def list(self, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> builtins.list[Depot]:  # fmt: skip
        return await self._send(LIST, locals())
