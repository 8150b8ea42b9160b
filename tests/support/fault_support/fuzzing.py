"""Decodes mutated answers and judges what comes of it.

The promise: nothing but DecodeError is ever raised. In tolerant mode, which is the default, nothing at all is
raised for a text that is JSON. What counts as JSON is decided here by the standard library, strictly: UTF-8,
no NaN, and not nested more deeply than any answer could be.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

from aftership_tracking.errors import AfterShipError, DecodeError
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models.codec import decode
from aftership_tracking.runtime.models.enums import OpenEnum, OpenIntEnum
from aftership_tracking.runtime.models.model import Model, field_names
from aftership_tracking.runtime.models.times import Time
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response
from contract_support.client.calls import perform
from fault_support.mutations import mutated
from fault_support.payloads import Payload

__all__ = ["Tally", "fuzz", "is_json"]

DEEPEST = 450
"""So deep may JSON be that must be read. The fuzzer nests up to four times 100 levels into a payload."""
A_CLIENT_EVERY = 10
"""One mutant in so many also goes through a whole client, which has more to say than the decoder."""


class Tally(NamedTuple):
    """What came of a run."""

    outcomes: Counter[str]
    findings: tuple[str, ...]


def fuzz(payloads: Sequence[Payload], count: int, seed: int) -> Tally:
    """Judge so many mutants. Equal seeds give equal mutants."""
    with _silence():
        return _fuzzed(payloads, count, Random(seed), seed)


@contextmanager
def _silence() -> Iterator[None]:
    """A line for every surprise would be most of the work."""
    logger = logging.getLogger("aftership_tracking")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _fuzzed(payloads: Sequence[Payload], count: int, random: Random, seed: int) -> Tally:
    outcomes: Counter[str] = Counter()
    findings: list[str] = []
    for number in range(count):
        payload = random.choice(payloads)
        body = mutated(payload.body, random)
        for name, judged in (("decoder", _decoded), ("client", _called)):
            if name == "client" and number % A_CLIENT_EVERY:
                continue
            outcome, finding = judged(payload, body)
            outcomes[f"{name}: {outcome}"] += 1
            if finding is not None:
                findings.append(f"{payload}, mutant {number} of seed {seed}: {finding}: {body[:200]!r}")
    return Tally(outcomes, tuple(findings))


def _decoded(payload: Payload, body: bytes) -> tuple[str, str | None]:
    valid = is_json(body)
    try:
        decoded = decode(body, payload.models, payload.returns)
        _touch(decoded.value)
    except DecodeError as error:
        return ("refused", f"JSON was refused: {error}") if valid else ("refused, and no JSON", None)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
        return "raised", f"{type(error).__name__} {error}"
    kind = "with surprises" if decoded.surprises else "as documented"
    return f"read {kind}{'' if valid else ', although no JSON'}", None


def _called(payload: Payload, body: bytes) -> tuple[str, str | None]:
    client = registry.package(payload.version).AfterShip(
        api_key="k" * 8, http_client=_Says(body), limiter=None, max_retries=0
    )
    try:
        value = perform(payload.call, client)
        _touch(getattr(value, "items", value))
    except AfterShipError as error:
        str(error)
        return type(error).__name__, None
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
        return "raised", f"the client raised {type(error).__name__} {error}"
    return "read", None


class _Says:
    """A transport that knows one answer."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def exchange(self, request: Request) -> Response:
        return Response(200, Headers((("content-type", "application/json"),)), self._body)


def _touch(value: Any) -> None:
    """Do with a value what users do: print it, compare it, ask its times and enums."""
    repr(value)
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Model):
            waiting += [getattr(found, name) for name in field_names(type(found))]
        elif isinstance(found, list):
            waiting += found
        elif isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, Time):
            _ = (found.datetime, found.date, found.time, found.is_zoned)
        elif isinstance(found, OpenEnum | OpenIntEnum):
            _ = (found.is_known, str(found), found == found.value)


def is_json(body: bytes) -> bool:
    """Tell whether a body is JSON in UTF-8, and not deeper than it may be."""
    if max(body.count(b"["), body.count(b"{")) > DEEPEST and _depth(body) > DEEPEST:
        return False
    try:
        json.loads(body.decode("utf-8"), parse_int=_number, parse_float=_number, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for byte in body:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest


def _number(text: str) -> str:
    # Python refuses numbers of more than 4300 digits; JSON does not.
    return text


def _refuse(name: str) -> None:
    raise ValueError(name)
