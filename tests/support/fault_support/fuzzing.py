"""Decodes mutated responses and checks the result.

The promise: nothing but DecodeError is ever raised. In tolerant mode, which is the default, nothing at all is
raised for a body that is JSON. The standard library decides here what counts as JSON, strictly: UTF-8, no
NaN, and not nested more deeply than a real response could be.
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
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.struct import field_names
from aftership_tracking.runtime.models.times import Time
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response
from contract_support.client.calls import perform
from fault_support.mutations import mutate
from fault_support.payloads import Payload

__all__ = ["Tally", "fuzz", "is_json"]

DEEPEST = 450
"""JSON up to this depth must be read. The fuzzer nests up to four times 100 levels into a payload."""
CLIENT_EVERY = 10
"""One mutant in this many also goes through a whole client, which checks more than the decoder."""


class Tally(NamedTuple):
    """The result of a run."""

    outcomes: Counter[str]
    findings: tuple[str, ...]


def fuzz(payloads: Sequence[Payload], count: int, seed: int) -> Tally:
    """Check `count` mutants. Equal seeds give equal mutants."""
    with _without_log():
        return _fuzz(payloads, count, Random(seed), seed)


@contextmanager
def _without_log() -> Iterator[None]:
    """Turn logging off: a line for every surprise would be most of the work."""
    logger = logging.getLogger("aftership_tracking")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _fuzz(payloads: Sequence[Payload], count: int, random: Random, seed: int) -> Tally:
    outcomes: Counter[str] = Counter()
    findings: list[str] = []
    for number in range(count):
        payload = random.choice(payloads)
        body = mutate(payload.body, random)
        for name, check in (("decoder", _check_decoder), ("client", _check_client)):
            if name == "client" and number % CLIENT_EVERY:
                continue
            outcome, finding = check(payload, body)
            outcomes[f"{name}: {outcome}"] += 1
            if finding is not None:
                findings.append(f"{payload}, mutant {number} of seed {seed}: {finding}: {body[:200]!r}")
    return Tally(outcomes, tuple(findings))


def _check_decoder(payload: Payload, body: bytes) -> tuple[str, str | None]:
    valid = is_json(body)
    try:
        decoded = decode(body, payload.models, payload.returns)
        _touch(decoded.value)
    except DecodeError as error:
        return ("refused", f"JSON was refused: {error}") if valid else ("refused, and not JSON", None)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
        return "raised", f"{type(error).__name__} {error}"
    kind = "with surprises" if decoded.surprises else "as documented"
    return f"read {kind}{'' if valid else ', although not JSON'}", None


def _check_client(payload: Payload, body: bytes) -> tuple[str, str | None]:
    client = registry.package(payload.version).AfterShip(
        api_key="k" * 8, http_client=_OneResponse(body), limiter=None, max_retries=0
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


class _OneResponse:
    """A transport that returns the same response to every request."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def exchange(self, request: Request) -> Response:
        return Response(200, Headers((("content-type", "application/json"),)), self._body)


def _touch(value: Any) -> None:
    """Use a value as users do: print it, compare it, read its times and enums."""
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
    """Whether a body is JSON in UTF-8, and not nested too deeply."""
    if max(body.count(b"["), body.count(b"{")) > DEEPEST and _depth(body) > DEEPEST:
        return False
    try:
        json.loads(
            body.decode("utf-8"),
            parse_int=_keep_digits,
            parse_float=_keep_digits,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        return False
    return True


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for byte in body:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest


def _keep_digits(text: str) -> str:
    # Python refuses numbers of more than 4300 digits; JSON does not.
    return text


def _refuse(name: str) -> None:
    raise ValueError(name)
