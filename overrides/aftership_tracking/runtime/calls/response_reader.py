"""Turns the final response of a call into the value that a method returns, or into an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from aftership_tracking.errors import CallError, DecodeError, UsageError
from aftership_tracking.runtime.call_result import RECORDED_EXCHANGES, CallResult, Exchange
from aftership_tracking.runtime.calls import flow
from aftership_tracking.runtime.calls.log import log_surprises
from aftership_tracking.runtime.calls.response_errors import BODY_BYTES_ON_ERROR, mask_secrets, read_error
from aftership_tracking.runtime.calls.version_warnings import warn_of_other_version
from aftership_tracking.runtime.lazy_imports import load, loading
from aftership_tracking.runtime.operation import Operation, Path
from aftership_tracking.runtime.page import PageContent
from aftership_tracking.runtime.settings import ClientSetup

if TYPE_CHECKING:
    from aftership_tracking.runtime.models.struct import ModelStruct

__all__ = ["ResponseReader"]

T = TypeVar("T")


class DecodedResponse(NamedTuple):
    """A response as models, and the operation as the responding version declares it."""

    envelope: Any
    operation: Operation[Any]

    def __repr__(self) -> str:
        return f"<DecodedResponse of {self.operation.id}>"


class ResponseReader:
    """Reads the responses of one client. It never changes: a copy of a client has one of its own."""

    __slots__ = ("_credentials", "_models", "_now", "_settings", "_version", "_warned")

    def __init__(self, setup: ClientSetup) -> None:
        self._version = setup.version
        self._models = setup.models
        self._settings = setup.settings
        self._credentials = setup.credentials
        self._now = setup.clocks.clock
        self._warned = setup.warned

    def read_value(self, operation: Operation[T], plan: flow.CallPlan, completed: flow.CompletedCall) -> T:
        """Return the value of a method. Raises ApiError or DecodeError."""
        decoded = self._read(operation, plan, completed)
        if decoded.operation.response is not None:
            return cast(T, decoded.envelope)
        try:
            value: T = follow(decoded.envelope, decoded.operation.unwrap)
        except DecodeError as error:
            raise self._complete_error(error, plan, completed) from None
        return value

    def read_page(
        self,
        operation: Operation[Any],
        query: Mapping[str, object],
        plan: flow.CallPlan,
        completed: flow.CompletedCall,
    ) -> PageContent:
        """Return one page of a list. Raises ApiError or DecodeError."""
        decoded = self._read(operation, plan, completed)
        pagination = decoded.operation.pagination
        if pagination is None:
            raise UsageError(f"{operation.id} is not a list that has pages")
        try:
            data = follow(decoded.envelope, decoded.operation.unwrap)
            items = follow(decoded.envelope, pagination.items)
        except DecodeError as error:
            raise self._complete_error(error, plan, completed) from None
        problem = pagination.check(query, decoded.envelope)
        if problem is not None or not isinstance(items, list):
            message = problem or f"{'.'.join(pagination.items)} of the response is not a list"
            raise self._complete_error(DecodeError(message), plan, completed)
        next_query = pagination.next_query(query, decoded.envelope, len(items))
        requested_cursor = pagination.bookmark(query)
        if next_query is None:
            return PageContent(items, data, requested_cursor)
        return PageContent(
            items,
            data,
            requested_cursor,
            next_query,
            pagination.bookmark(next_query),
            pagination.position(next_query),
        )

    def read_json(
        self, operation: Operation[Any], plan: flow.CallPlan, completed: flow.CompletedCall
    ) -> CallResult[Any]:
        """Return the JSON of a response that no model describes. Raises ApiError or DecodeError."""
        from aftership_tracking.runtime.models.codec import read_json
        from aftership_tracking.runtime.surprise import Report

        response, exchange = completed.response, _record(operation, completed)
        recorded = RECORDED_EXCHANGES.get()
        if recorded is not None:
            recorded.append(exchange)
        if not 200 <= response.status <= 299:
            raise self._make_error(operation, plan, completed)
        self._choose_declaration(operation, response.headers.get("as-api-version"))
        value: Any = None
        if response.body.strip():
            try:
                value = read_json(response.body, Report(operation.id))
            except DecodeError as error:
                raise self._complete_error(error, plan, completed) from None
        meta = value.get("meta") if isinstance(value, dict) else None
        code = meta.get("code") if isinstance(meta, dict) else None
        if isinstance(code, int) and code >= 300:
            # An error that was sent with the status of a success.
            raise self._make_error(operation, plan, completed)
        return CallResult(value=value, exchanges=(exchange,))

    def _read(
        self, operation: Operation[Any], plan: flow.CallPlan, completed: flow.CompletedCall
    ) -> DecodedResponse:
        response, settings = completed.response, self._settings
        recorded = RECORDED_EXCHANGES.get()
        if recorded is not None:
            recorded.append(_record(operation, completed))
        if completed.was_deleted and (operation.response is None or operation.response.kind == "empty"):
            return self._describe_deleted(operation, plan)
        if not 200 <= response.status <= 299:
            raise self._make_error(operation, plan, completed)
        models, declared = self._choose_declaration(operation, response.headers.get("as-api-version"))
        thorough = settings.strict or settings.on_surprise is not None
        try:
            if declared.response is None:
                result = _import_codec().decode(
                    response.body,
                    models,
                    declared.returns,
                    thorough=thorough,
                    partial=thorough and _SELECTS_FIELDS.search(plan.request.url) is not None,
                    operation=operation.id,
                )
            else:
                # Imported lazily: few operations have such responses.
                with loading:
                    from aftership_tracking.runtime.calls.other_responses import hides_error, read_other

                if hides_error(response):
                    raise self._make_error(operation, plan, completed)
                result = read_other(
                    response, models, declared, declared.response, thorough=thorough, operation=operation.id
                )
        except DecodeError as error:
            raise self._complete_error(error, plan, completed) from None
        code = getattr(getattr(result.value, "meta", None), "code", None)
        if isinstance(code, int) and code >= 300:
            # An error that was sent with the status of a success.
            raise self._make_error(operation, plan, completed)
        if result.surprises:
            if settings.strict:
                from aftership_tracking.runtime.surprise import describe

                message = f"the response differs from the document: {describe(result.surprises)}"
                raise self._complete_error(DecodeError(message, surprises=result.surprises), plan, completed)
            if settings.on_surprise is None:
                log_surprises(operation.id, result.surprises, trace_id=response.headers.get("as-trace-id"))
            else:
                for surprise in result.surprises:
                    settings.on_surprise(surprise)
        return DecodedResponse(result.value, declared)

    def _describe_deleted(self, operation: Operation[Any], plan: flow.CallPlan) -> DecodedResponse:
        """Return what is known of an object whose deletion was confirmed by a 404: the values that identify
        it, as in the path. Everything else was not sent.
        """
        if operation.response is not None:
            return DecodedResponse(None, operation)
        import json

        from aftership_tracking.runtime.models.codec import decode
        from aftership_tracking.runtime.wire.path_segments import read_segment

        values = plan.request.path.split("/")[-len(operation.path) :]
        content: object = {
            segment.name: read_segment(segment, value)
            for segment, value in zip(operation.path, values, strict=True)
            if isinstance(segment, Path)
        }
        for step in reversed(operation.unwrap):
            content = {step: content}
        body = json.dumps({"meta": {"code": 200}, **cast("dict[str, object]", content)}).encode()
        result = decode(body, self._models, operation.returns, thorough=False, operation=operation.id)
        return DecodedResponse(result.value, operation)

    def _choose_declaration(
        self, operation: Operation[Any], served: str | None
    ) -> tuple[str, Operation[Any]]:
        """Return the models and the declaration of the responding version if it is installed, else the
        client's.
        """
        if served is None or served == self._version or not _VERSION.fullmatch(served):
            return self._models, operation
        if served not in self._warned:
            self._warned.add(served)
            warn_of_other_version(self._version, served)
        from aftership_tracking.runtime import registry

        counterpart = registry.counterpart(operation, served)
        if counterpart is None:
            return self._models, operation
        models = registry.models(served)
        # The decoder imports them too, but without the lock that a fork waits for.
        load(models)
        return models, counterpart

    def _make_error(
        self, operation: Operation[Any], plan: flow.CallPlan, completed: flow.CompletedCall
    ) -> CallError:
        error = read_error(mask_secrets(completed.response, self._credentials.erase), self._now())
        from aftership_tracking.runtime.calls.error_hints import choose_better_hint

        error.hint = choose_better_hint(error, operation, plan.request.path, self._credentials.authenticator)
        if completed.after_lost_response and plan.request.method != "GET" and 400 <= error.status <= 499:
            error.hint = f"{error.hint or ''} {_MAYBE_ITS_OWN_EFFECT}".strip()
        return flow.describe_call(error, plan, completed.attempts)

    def _complete_error(
        self, error: DecodeError, plan: flow.CallPlan, completed: flow.CompletedCall
    ) -> CallError:
        response = mask_secrets(completed.response, self._credentials.erase)
        error.status = response.status
        error.trace_id = response.headers.get("as-trace-id")
        error.body = response.body[:BODY_BYTES_ON_ERROR]
        # The traceback is dropped, because its frames hold the response itself.
        return flow.describe_call(error.with_traceback(None), plan, completed.attempts)


# The parameter that leaves fields out of a response.
_SELECTS_FIELDS = re.compile(r"[?&]fields=")
_MAYBE_ITS_OWN_EFFECT = (
    "An earlier attempt of this call may have been carried out, and this may be its effect."
)


def _record(operation: Operation[Any], completed: flow.CompletedCall) -> Exchange:
    response = completed.response
    return Exchange(
        operation=operation.id,
        status=response.status,
        headers=response.headers,
        body=response.body,
        attempts=completed.attempts,
    )


_VERSION = re.compile(r"\d{4}-\d{2}")


def follow(envelope: object, steps: tuple[str, ...]) -> Any:
    """Follow a path inside a response. Raises DecodeError if there is no value of the documented kind at its
    end.

    A value of another kind is refused here, although reading tolerates it elsewhere: otherwise the method
    would not return the type that it declares.
    """
    struct, expected_kinds = _import_models()
    value: Any = envelope
    wanted: tuple[type, ...] = (struct, list)
    for step in steps:
        wanted = expected_kinds(type(value), step)
        value = getattr(value, step, None) if isinstance(value, struct) else None
    if not isinstance(value, wanted):
        raise DecodeError(f"the response has no usable {'.'.join(steps) or 'content'}")
    return value


@cache
def _import_codec() -> ModuleType:
    # Cached, because an import statement takes longer than this call, and every call needs it.
    from aftership_tracking.runtime.models import codec

    return codec


@cache
def _import_models() -> tuple[type[ModelStruct], Callable[[type, str], tuple[type, ...]]]:
    # Imported lazily: a client that has not sent anything yet needs no models.
    from aftership_tracking.runtime.models.annotations import expected_kinds
    from aftership_tracking.runtime.models.struct import ModelStruct

    return ModelStruct, expected_kinds
