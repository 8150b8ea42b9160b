"""`notifications` of API version 2024-04: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.operation import Documented, Operation, Path, RateLimit, Retry
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Unpack

    from aftership_tracking.runtime.options import CallOptions, Options

    from ..models import Notification


_LIMIT = RateLimit(requests=10, seconds=1.0, shared=True)
GET: Operation[Notification] = Operation(
    "get-notification-by-tracking-id", "GET", ("notifications", Path("tracking_id")),
    returns="NotificationResponse", unwrap=("data", "notification"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4015, 400, 401, 403, 404, 429, 500),
)  # fmt: skip
ADD: Operation[Notification] = Operation(
    "add-notification-by-tracking-id", "POST", ("notifications", Path("tracking_id"), "add"),
    returns="NotificationResponse", unwrap=("data", "notification"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 4004, 4014, 4015, 400, 401, 403, 404, 429, 500), body_wrapper="notification",
    body_names=("emails", "smses"),
    body_values=(
        ("smses", Documented('as a list each matching `^\\+` (by the SDKs); as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs)',
            pattern='^(\\+[^,]*(, *\\+[^,]*)*)?$',
            items=Documented('matching `^\\+` (by the SDKs)', pattern='^\\+'))),),
)  # fmt: skip
REMOVE: Operation[Notification] = Operation(
    "delete-notification-by-tracking-id", "POST", ("notifications", Path("tracking_id"), "remove"),
    returns="NotificationResponse", unwrap=("data", "notification"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 4004, 4014, 4015, 400, 401, 403, 404, 429, 500), body_wrapper="notification",
    body_names=("emails", "smses"),
    body_values=(
        ("smses", Documented('as a list each matching `^\\+` (by the SDKs); as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs)',
            pattern='^(\\+[^,]*(, *\\+[^,]*)*)?$',
            items=Documented('matching `^\\+` (by the SDKs)', pattern='^\\+'))),),
)  # fmt: skip
GET_BY_NUMBER: Operation[Notification] = Operation(
    "get-notification-by-slug-tracking-number", "GET",
    ("notifications", Path("slug"), Path("tracking_number")), returns="NotificationResponse",
    unwrap=("data", "notification"), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4005, 4009, 4010, 400, 401, 403, 404, 429, 500),
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country",
        "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    query_values=(
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip
ADD_BY_NUMBER: Operation[Notification] = Operation(
    "add-notification-by-slug-tracking-number", "POST",
    ("notifications", Path("slug"), Path("tracking_number"), "add"), returns="NotificationResponse",
    unwrap=("data", "notification"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 4004, 4005, 4009, 4010, 4014, 400, 401, 403, 404, 429, 500), body_wrapper="notification",
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country",
        "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    body_names=("emails", "smses"),
    query_values=(
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
    body_values=(
        ("smses", Documented('as a list each matching `^\\+` (by the SDKs); as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs)',
            pattern='^(\\+[^,]*(, *\\+[^,]*)*)?$',
            items=Documented('matching `^\\+` (by the SDKs)', pattern='^\\+'))),),
)  # fmt: skip
REMOVE_BY_NUMBER: Operation[Notification] = Operation(
    "delete-notification-by-slug-tracking-number", "POST",
    ("notifications", Path("slug"), Path("tracking_number"), "remove"), returns="NotificationResponse",
    unwrap=("data", "notification"), retry=Retry.NEVER, limit=_LIMIT,
    errors=(4001, 4004, 4005, 4009, 4010, 4014, 400, 401, 403, 404, 429, 500), body_wrapper="notification",
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country",
        "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    body_names=("emails", "smses"),
    query_values=(
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
    body_values=(
        ("smses", Documented('as a list each matching `^\\+` (by the SDKs); as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs)',
            pattern='^(\\+[^,]*(, *\\+[^,]*)*)?$',
            items=Documented('matching `^\\+` (by the SDKs)', pattern='^\\+'))),),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Get the receivers of a tracking. Document: `get-notification-by-tracking-id`.

        Args:
            tracking_id: The id of the tracking. Not empty.
        Returns: The receivers.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4015), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Add receivers to a tracking. Document: `add-notification-by-tracking-id`.

        Args:
            tracking_id: The id of the tracking. Not empty.
            emails: E-mail addresses.
            smses: Phone numbers, each with + and country code. As a list each matching `^\\+` (by the SDKs);
                as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs).
        Returns: The receivers, with the new ones.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4014, 4015), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def remove(self, *args: Any, **kwargs: Any) -> Any:
        """Remove receivers from a tracking. Document: `delete-notification-by-tracking-id`.

        Args:
            tracking_id: The id of the tracking. Not empty.
            emails: E-mail addresses.
            smses: Phone numbers, each with + and country code. As a list each matching `^\\+` (by the SDKs);
                as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs).
        Returns: The receivers that remain.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4014, 4015), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def get_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Get the receivers of a tracking by courier and number.
        Document: `get-notification-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
        Returns: The receivers.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4005, 4009, 4010), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def add_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Add receivers to a tracking by courier and number.
        Document: `add-notification-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
            emails: E-mail addresses.
            smses: Phone numbers, each with + and country code. As a list each matching `^\\+` (by the SDKs);
                as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs).
        Returns: The receivers, with the new ones.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4005, 4009, 4010, 4014),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def remove_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Remove receivers from a tracking by courier and number.
        Document: `delete-notification-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            tracking_account_number: The shipper's account number at the courier. Repeat it when the tracking
                was made with it.
            tracking_key: A credential or key that the courier asks for. Repeat it when the tracking was made
                with it.
            tracking_ship_date: The day of dispatch, as YYYYMMDD. Repeat it when the tracking was made with
                it. Form: a day as `20240206`.
            tracking_origin_country: The country of origin (ISO alpha-3). Repeat it when the tracking was made
                with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_destination_country: The country of destination (ISO alpha-3). Repeat it when the
                tracking was made with it. Matching `^[A-Z]{3}$` (by the SDKs).
            tracking_postal_code: The recipient's postal code. Repeat it when the tracking was made with it.
            tracking_state: The recipient's state or province. Repeat it when the tracking was made with it.
            emails: E-mail addresses.
            smses: Phone numbers, each with + and country code. As a list each matching `^\\+` (by the SDKs);
                as a string matching `^(\\+[^,]*(, *\\+[^,]*)*)?$` (by the SDKs).
        Returns: The receivers that remain.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4001, 4005, 4009, 4010, 4014),
            AuthenticationError (401), PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class Notifications(Resource, _Texts):
    """Who is notified about a shipment. For the sync client."""

    def get(self, tracking_id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return self._send(GET, locals())

    def add(self, tracking_id: str, *, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return self._send(ADD, locals())

    def remove(self, tracking_id: str, *, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return self._send(REMOVE, locals())

    def get_by_number(self, slug: str, tracking_number: str, *, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return self._send(GET_BY_NUMBER, locals())

    def add_by_number(self, slug: str, tracking_number: str, *, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        emails: Sequence[str] | str | None = None, smses: Sequence[str] | str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return self._send(ADD_BY_NUMBER, locals())

    def remove_by_number(self, slug: str, tracking_number: str, *, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        emails: Sequence[str] | str | None = None, smses: Sequence[str] | str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return self._send(REMOVE_BY_NUMBER, locals())


class AsyncNotifications(AsyncResource, _Texts):
    """Who is notified about a shipment. For the async client."""

    async def get(self, tracking_id: str, *, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return await self._send(GET, locals())

    async def add(self, tracking_id: str, *, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return await self._send(ADD, locals())

    async def remove(self, tracking_id: str, *, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return await self._send(REMOVE, locals())

    async def get_by_number(self, slug: str, tracking_number: str, *,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return await self._send(GET_BY_NUMBER, locals())

    async def add_by_number(self, slug: str, tracking_number: str, *,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return await self._send(ADD_BY_NUMBER, locals())

    async def remove_by_number(self, slug: str, tracking_number: str, *,
        tracking_account_number: str | None = None, tracking_key: str | None = None,
        tracking_ship_date: str | None = None, tracking_origin_country: str | None = None,
        tracking_destination_country: str | None = None, tracking_postal_code: str | None = None,
        tracking_state: str | None = None, emails: Sequence[str] | str | None = None,
        smses: Sequence[str] | str | None = None, options: Options | None = None, **call: Unpack[CallOptions],
    ) -> Notification:  # fmt: skip
        return await self._send(REMOVE_BY_NUMBER, locals())
