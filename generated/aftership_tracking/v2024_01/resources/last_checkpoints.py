"""`last_checkpoints` of API version 2024-01: each operation, and its method for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.runtime.operation import Documented, Operation, Path, RateLimit, Retry
from aftership_tracking.runtime.resource import AsyncResource, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Unpack

    from aftership_tracking.runtime.options import CallOptions, Options

    from ..enums import LastCheckpointField, LegacyTranslationLanguage
    from ..models import LastCheckpoint


_LIMIT = RateLimit(requests=10, seconds=1.0, shared=True)
GET: Operation[LastCheckpoint] = Operation(
    "get-checkpoint-by-tracking-id", "GET", ("last_checkpoint", Path("tracking_id")),
    returns="LastCheckpointResponse", unwrap=("data",), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4015, 400, 401, 403, 404, 429, 500),
    query_names=("fields", "lang"),
    query_values=(("fields", "LastCheckpointField"), ("lang", "LegacyTranslationLanguage")),
)  # fmt: skip
GET_BY_NUMBER: Operation[LastCheckpoint] = Operation(
    "get-checkpoint-by-slug-tracking-number", "GET",
    ("last_checkpoint", Path("slug"), Path("tracking_number")), returns="LastCheckpointResponse",
    unwrap=("data",), retry=Retry.SAFE, limit=_LIMIT,
    errors=(4004, 4005, 4009, 4010, 400, 401, 403, 404, 429, 500),
    times=(("tracking_ship_date", "compact-date"),),
    query_names=("fields", "lang", "tracking_account_number", "tracking_key", "tracking_ship_date",
        "tracking_origin_country", "tracking_destination_country", "tracking_postal_code", "tracking_state"),
    query_values=(
        ("fields", "LastCheckpointField"), ("lang", "LegacyTranslationLanguage"),
        ("tracking_origin_country", "alpha-3"), ("tracking_destination_country", "alpha-3"),
        ("tracking_origin_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)", pattern="^[A-Z]{3}$")),
        ("tracking_destination_country", Documented("matching `^[A-Z]{3}$` (by the SDKs)",
            pattern="^[A-Z]{3}$")),),
)  # fmt: skip


class _Texts:
    """What the methods of both classes do. `help()`, `inspect.getdoc()` and editors show it for either."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Get the last checkpoint. Document: `get-checkpoint-by-tracking-id`.

        Args:
            tracking_id: The id of the tracking. Not empty.
            fields: Only these properties are returned.
            lang: Translate the messages of checkpoints. Only from Chinese, for china-ems and china-post.
        Returns: The newest checkpoint.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4015), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """

    def get_by_number(self, *args: Any, **kwargs: Any) -> Any:
        """Get the last checkpoint by courier and number. Document: `get-checkpoint-by-slug-tracking-number`.

        Args:
            slug: The courier's code. Not empty (inferred).
            tracking_number: The tracking number. On the wire, a slash in it is %2F. Not empty (inferred).
            fields: Only these properties are returned.
            lang: Translate the messages of checkpoints. Only from Chinese, for china-ems and china-post.
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
        Returns: The newest checkpoint.
        Raises: NotFoundError (404, 4004), ValidationError (400, 4005, 4009, 4010), AuthenticationError (401),
            PermissionDeniedError (403), RateLimitError (429), ServerError (500).
        """


class LastCheckpoints(Resource, _Texts):
    """The newest event of a shipment. For the sync client."""

    def get(self, tracking_id: str, *, fields: Sequence[LastCheckpointField | str] | None = None,
        lang: LegacyTranslationLanguage | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> LastCheckpoint:  # fmt: skip
        return self._send(GET, locals())

    def get_by_number(self, slug: str, tracking_number: str, *,
        fields: Sequence[LastCheckpointField | str] | None = None,
        lang: LegacyTranslationLanguage | str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> LastCheckpoint:  # fmt: skip
        return self._send(GET_BY_NUMBER, locals())


class AsyncLastCheckpoints(AsyncResource, _Texts):
    """The newest event of a shipment. For the async client."""

    async def get(self, tracking_id: str, *, fields: Sequence[LastCheckpointField | str] | None = None,
        lang: LegacyTranslationLanguage | str | None = None, options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> LastCheckpoint:  # fmt: skip
        return await self._send(GET, locals())

    async def get_by_number(self, slug: str, tracking_number: str, *,
        fields: Sequence[LastCheckpointField | str] | None = None,
        lang: LegacyTranslationLanguage | str | None = None, tracking_account_number: str | None = None,
        tracking_key: str | None = None, tracking_ship_date: str | None = None,
        tracking_origin_country: str | None = None, tracking_destination_country: str | None = None,
        tracking_postal_code: str | None = None, tracking_state: str | None = None,
        options: Options | None = None, **call: Unpack[CallOptions],
    ) -> LastCheckpoint:  # fmt: skip
        return await self._send(GET_BY_NUMBER, locals())
