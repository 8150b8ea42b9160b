"""Answers of the mock to every operation of every version: what the service's answers look like."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.runtime import registry
from contract_support import target
from contract_support.calls.api import Api
from contract_support.calls.prepared_call import PreparedCall, prepare
from contract_support.document.operations import Operation, operations

__all__ = ["Payload", "payloads"]

DAY = 86_400.0


class Payload(NamedTuple):
    """One successful answer, and the call that it answers."""

    version: str
    call: PreparedCall
    returns: str
    """Name of the model that reads it."""
    body: bytes

    @property
    def models(self) -> str:
        """Dotted name of the module of that model."""
        return registry.models(self.version)

    def __str__(self) -> str:
        return f"{self.version} {self.call.operation.identifier}"


@cache
def payloads(*versions: str) -> tuple[Payload, ...]:
    """Ask the mock for all of them; without names, of all versions."""
    return tuple(payload for version in versions or target.versions() for payload in _payloads_of(version))


def _payloads_of(version: str) -> Iterator[Payload]:
    document = target.document(version)
    for operation in operations(document):
        mock = target.fresh_mock()
        _fill(Api(document, mock), mock)
        call = prepare(document, operation, mock)
        query = {name: _text(value) for name, value in call.query.items()}
        answer = Api(document, mock).call(operation.identifier, call.path, query, call.wire_body())
        if 200 <= answer.status <= 299:
            yield Payload(version, call, _returns(version, operation), answer.body)


def _fill(api: Api, mock: Mock) -> None:
    """Make parcels that have been on their way for a while."""
    assert isinstance(mock.clock, ManualClock)
    for number in ("ITE010D-3-643642", "ITE004D-3-100001"):
        api.create(number, slug="testing-courier", title="Mug, blue", shipment_tags=["a", "b"])
    mock.clock.advance(14 * DAY)


def _returns(version: str, operation: Operation) -> str:
    declared = registry.twin(operation.identifier, version)
    assert declared is not None, operation.identifier
    return declared.returns


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
