"""`courier_connections` of API version 2026-07: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.operation import Documented, Operation, Path, RateLimit, Retry
from aftership_tracking.runtime.paging import Cursor
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Unpack

    from aftership_tracking.runtime.options import CallOptions, Options
    from aftership_tracking.runtime.page import AsyncPages, Page

    from ..models import CourierConnection


_LIMIT = RateLimit(requests=5, seconds=1.0, shared=False)
LIST: Operation[CourierConnection] = Operation(
    "get-courier-connections", "GET", ("courier-connections",), returns="CourierConnectionListResponse",
    unwrap=("data",), retry=Retry.SAFE, limit=_LIMIT, errors=(400, 401, 403, 404, 429, 500),
    scopes=("aftership:carrier_connection:read",),
    pagination=Cursor(
        ("data", "courier_connections"), "cursor", ("data", "pagination", "next_cursor"),
        ("data", "pagination", "has_next_page"), "limit", 100, 200,
    ),
    query_names=("courier_slug", "limit"),
    query_values=(("limit", Documented("1 to 200 (inferred), default 100", minimum=1, maximum=200)),),
)  # fmt: skip
CREATE: Operation[CourierConnection] = Operation(
    "post-courier-connections", "POST", ("courier-connections",), returns="CourierConnectionResponse",
    unwrap=("data",), retry=Retry.NEVER, limit=_LIMIT, errors=(4001, 400, 401, 403, 404, 429, 500),
    required=("courier_slug", "credentials"), scopes=("aftership:carrier_connection:write",),
    body_names=("courier_slug", "credentials"),
)  # fmt: skip
GET: Operation[CourierConnection] = Operation(
    "get-courier-connections-by-id", "GET", ("courier-connections", Path("id")),
    returns="CourierConnectionResponse", unwrap=("data",), retry=Retry.SAFE, limit=_LIMIT,
    errors=(400, 401, 403, 404, 429, 500), scopes=("aftership:carrier_connection:read",),
)  # fmt: skip
UPDATE: Operation[CourierConnection] = Operation(
    "put-courier-connections-by-id", "PATCH", ("courier-connections", Path("id")),
    returns="CourierConnectionResponse", unwrap=("data",), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 400, 401, 403, 404, 429, 500), required=("credentials",),
    scopes=("aftership:carrier_connection:write",),
    body_names=("credentials",),
)  # fmt: skip
DELETE: Operation[CourierConnection] = Operation(
    "delete-courier-connections-by-id", "DELETE", ("courier-connections", Path("id")),
    returns="CourierConnectionResponse", unwrap=("data",), retry=Retry.SAFE, limit=_LIMIT,
    errors=(400, 401, 403, 404, 429, 500), scopes=("aftership:carrier_connection:write",),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def list(self, *args: Any, **kwargs: Any) -> Any:
        """List courier connections. Document: `get-courier-connections`.

        Args:
            courier_slug: Only connections to this courier.
            limit: The size of a page. The service declares a string, which is the same in a query. 1 to 200
                (inferred), default 100.
            cursor: The `cursor` of a page or of an error: continue from there, with the same other arguments.
        Returns: A page. Iterating over it gives the items of all pages.
        Raises: NotFoundError (404), ValidationError (400), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def create(self, *args: Any, **kwargs: Any) -> Any:
        """Connect a courier. Document: `post-courier-connections`.

        Args:
            courier_slug: The courier's code.
            credentials: The account data that this courier asks for.
        Returns: The connection that was created.
        Raises: NotFoundError (404), ValidationError (400, 4001), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Get a courier connection. Document: `get-courier-connections-by-id`.

        Args:
            id: The id of the connection. Not empty (inferred).
        Returns: The connection.
        Raises: NotFoundError (404), ValidationError (400), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def update(self, *args: Any, **kwargs: Any) -> Any:
        """Change a courier connection. Document: `put-courier-connections-by-id`.

        Args:
            id: The id of the connection. Not empty (inferred).
            credentials: The account data that this courier asks for.
        Returns: The connection after the change.
        Raises: NotFoundError (404), ValidationError (400, 4001), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a courier connection. Document: `delete-courier-connections-by-id`.

        Args:
            id: The id of the connection. Not empty (inferred).
        Returns: The connection that was deleted.
        Raises: NotFoundError (404), ValidationError (400), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class CourierConnections(Resource, _Texts):
    """Accounts at couriers that the service may use. For the sync client."""

    def list(self, *, courier_slug: str | None = None, limit: int | None = None, cursor: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Page[CourierConnection]:  # fmt: skip
        return self._pages(LIST, locals())

    def create(self, *, courier_slug: str, credentials: Mapping[str, str], options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return self._send(CREATE, locals())

    def get(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return self._send(GET, locals())

    def update(self, id: str, *, credentials: Mapping[str, str], options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return self._send(UPDATE, locals())

    def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return self._send(DELETE, locals())


class AsyncCourierConnections(AsyncResource, _Texts):
    """Accounts at couriers that the service may use. For the async client."""

    def list(self, *, courier_slug: str | None = None, limit: int | None = None, cursor: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> AsyncPages[CourierConnection]:  # fmt: skip
        return self._pages(LIST, locals())

    async def create(self, *, courier_slug: str, credentials: Mapping[str, str],
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return await self._send(CREATE, locals())

    async def get(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return await self._send(GET, locals())

    async def update(self, id: str, *, credentials: Mapping[str, str], options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return await self._send(UPDATE, locals())

    async def delete(self, id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> CourierConnection:  # fmt: skip
        return await self._send(DELETE, locals())
