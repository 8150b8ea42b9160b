"""Turns a final response into what a method returns, or into the error that it stands for."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from aftership_tracking.errors import CallError, DecodeError, UsageError, VersionWarning
from aftership_tracking.runtime.call_result import SEEN, Exchange
from aftership_tracking.runtime.calls import flow
from aftership_tracking.runtime.calls.log import log_surprises
from aftership_tracking.runtime.calls.response_errors import BODY_BYTES_ON_ERROR, mask_secrets, read_error
from aftership_tracking.runtime.operation import Operation
from aftership_tracking.runtime.page import Found
from aftership_tracking.runtime.settings import ClientSetup

if TYPE_CHECKING:
    from aftership_tracking.runtime.models.model import Model

__all__ = ["ResponseReader"]

T = TypeVar("T")


class DecodedResponse(NamedTuple):
    """A response as models, and the operation as the version declares it that responded."""

    envelope: Any
    operation: Operation[Any]

    def __repr__(self) -> str:
        return f"<DecodedResponse of {self.operation.id}>"


class ResponseReader:
    """Reads the responses of one client. It holds the client's setup and never changes."""

    __slots__ = ("_setup",)

    def __init__(self, setup: ClientSetup) -> None:
        self._setup = setup

    def value(self, operation: Operation[T], plan: flow.CallPlan, done: flow.Done) -> T:
        """Return what a method returns. Raises ApiError or DecodeError."""
        decoded = self._read(operation, plan, done)
        try:
            found: T = follow(decoded.envelope, decoded.operation.unwrap)
        except DecodeError as error:
            raise self._described(error, plan, done) from None
        return found

    def page(
        self, operation: Operation[Any], query: Mapping[str, object], plan: flow.CallPlan, done: flow.Done
    ) -> Found:
        """Return one page of a list. Raises ApiError or DecodeError."""
        decoded = self._read(operation, plan, done)
        pagination = decoded.operation.pagination
        if pagination is None:
            raise UsageError(f"{operation.id} is not a list that has pages")
        try:
            data = follow(decoded.envelope, decoded.operation.unwrap)
            items = follow(decoded.envelope, pagination.items)
        except DecodeError as error:
            raise self._described(error, plan, done) from None
        wrong = pagination.check(query, decoded.envelope)
        if wrong is not None or not isinstance(items, list):
            message = wrong or f"{'.'.join(pagination.items)} of the answer is not a list"
            raise self._described(DecodeError(message), plan, done)
        following = pagination.next_query(query, decoded.envelope, len(items))
        asked = pagination.bookmark(query)
        if following is None:
            return Found(items, data, asked)
        return Found(
            items, data, asked, following, pagination.bookmark(following), pagination.position(following)
        )

    def _read(self, operation: Operation[Any], plan: flow.CallPlan, done: flow.Done) -> DecodedResponse:
        from aftership_tracking.runtime.models.codec import decode

        response, settings = done.response, self._setup.settings
        seen = SEEN.get()
        if seen is not None:
            seen.append(
                Exchange(operation.id, response.status, response.headers, response.body, done.history)
            )
        if not 200 <= response.status <= 299:
            raise self._failed(plan, done)
        models, spoken = self._spoken(operation, response.headers.get("as-api-version"))
        thorough = settings.strict or settings.on_surprise is not None
        try:
            result = decode(response.body, models, spoken.returns, thorough=thorough, operation=operation.id)
        except DecodeError as error:
            raise self._described(error, plan, done) from None
        code = getattr(getattr(result.value, "meta", None), "code", None)
        if isinstance(code, int) and code >= 300:
            # An error that came with the status of a success.
            raise self._failed(plan, done)
        if result.surprises:
            if settings.strict:
                from aftership_tracking.runtime.surprise import describe

                message = f"the answer differs from the document: {describe(result.surprises)}"
                raise self._described(DecodeError(message, surprises=result.surprises), plan, done)
            if settings.on_surprise is None:
                log_surprises(operation.id, result.surprises)
            else:
                for surprise in result.surprises:
                    settings.on_surprise(surprise)
        return DecodedResponse(result.value, spoken)

    def _spoken(self, operation: Operation[Any], served: str | None) -> tuple[str, Operation[Any]]:
        """Return the models and the declaration of the version that answered, if they are there."""
        if served is None or served == self._setup.version or not _VERSION.fullmatch(served):
            return self._setup.models, operation
        if served not in self._setup.warned:
            self._setup.warned.add(served)
            warnings.warn(
                f"this client speaks version {self._setup.version} of the API and {served} answered; "
                f"{self._setup.version} may no longer be supported",
                VersionWarning,
                stacklevel=2,
            )
        from aftership_tracking.runtime import registry

        twin = registry.twin(operation, served)
        return (self._setup.models, operation) if twin is None else (registry.models(served), twin)

    def _failed(self, plan: flow.CallPlan, done: flow.Done) -> CallError:
        error = read_error(
            mask_secrets(done.response, self._setup.credentials.erase), self._setup.clocks.clock()
        )
        return flow.describe_call(error, plan, done.history)

    def _described(self, error: DecodeError, plan: flow.CallPlan, done: flow.Done) -> CallError:
        response = mask_secrets(done.response, self._setup.credentials.erase)
        error.status = response.status
        error.trace_id = response.headers.get("as-trace-id")
        error.body = response.body[:BODY_BYTES_ON_ERROR]
        # The frames where it was found hold the answer itself.
        return flow.describe_call(error.with_traceback(None), plan, done.history)


_VERSION = re.compile(r"\d{4}-\d{2}")


def follow(envelope: object, steps: tuple[str, ...]) -> Any:
    """Follow a path inside an answer. Raises DecodeError if there is nothing of the documented kind at its
    end.

    A value of another kind is refused here, although reading tolerates it elsewhere: the method's return type
    would be a lie.
    """
    Model, expected_kinds = _of_models()  # noqa: N806 - it is a class
    value: Any = envelope
    wanted: tuple[type, ...] = (Model, list)
    for step in steps:
        wanted = expected_kinds(type(value), step)
        value = getattr(value, step, None) if isinstance(value, Model) else None
    if not isinstance(value, wanted):
        raise DecodeError(f"the answer has no usable {'.'.join(steps) or 'content'}")
    return value


@cache
def _of_models() -> tuple[type[Model], Callable[[type, str], tuple[type, ...]]]:
    # Late, because a client that has not sent anything yet has no models.
    from aftership_tracking.runtime.models.model import Model
    from aftership_tracking.runtime.models.structure import expected_kinds

    return Model, expected_kinds
