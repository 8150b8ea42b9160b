"""What can happen to deliveries, as functions: sent again, in another order, forged, written in odd ways."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import aftership_tracking.documents as installed_documents
from aftership_tracking.testing.events import NEWEST, future_version
from aftership_tracking.testing.requests import SECRET, SignedRequest, signed_event, signed_request
from aftership_tracking.webhooks.sending.body_styles import STYLES
from aftership_tracking.webhooks.sending.headers import SPELLINGS, SPOILS, respell_signature, spoil_signature
from aftership_tracking.webhooks.sending.retry_schedule import MOST_ATTEMPTS, OFFSETS

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Redelivery:
    """One attempt of a delivery."""

    attempt: int
    """Counts from 1."""
    after: int
    """Seconds since the first attempt."""
    request: SignedRequest


def redeliver(request: SignedRequest, attempts: int = MOST_ATTEMPTS) -> Iterator[Redelivery]:
    """Yield the attempts for an event that is never accepted, by the documented table: 14 in 68 hours.

    Every attempt sends the same bytes.
    """
    for attempt, after in enumerate(OFFSETS[:attempts], start=1):
        yield Redelivery(attempt=attempt, after=after, request=request)


def duplicate(requests: Iterable[T], times: int = 2) -> Iterator[T]:
    """Yield each delivery of `requests` so many `times`, one after the other."""
    for request in requests:
        for _ in range(times):
            yield request


def reorder(requests: Iterable[T], seed: int = 1) -> list[T]:
    """Return `requests`, which are deliveries, in another order. The same seed gives the same order.

    If there are several different deliveries, the order always changes.
    """
    given = list(requests)
    shuffled = list(given)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - this needs no secrecy
    return [*given[1:], *given[:1]] if shuffled == given else shuffled


def bad_signature(request: SignedRequest, how: str = "changed") -> SignedRequest:
    """Return a delivery that has to be refused. `how` is one of `SPOILS`, such as "cut" or "missing"."""
    return replace(request, pairs=spoil_signature(request.pairs, how))


def bad_signatures(request: SignedRequest) -> Iterator[tuple[str, SignedRequest]]:
    """Yield a delivery with every kind of bad signature, and with another body than the signed one.

    A receiver has to refuse all of them.
    """
    for how in SPOILS:
        yield how, bad_signature(request, how)
    yield "other-body", tampered(request)


def other_spelling(request: SignedRequest, how: str) -> SignedRequest:
    """Return a delivery with the right digest in another spelling. `how` is one of `SPELLINGS`, such as
    "hex".
    """
    return replace(request, pairs=respell_signature(request.pairs, how))


def other_spellings(request: SignedRequest) -> Iterator[tuple[str, SignedRequest]]:
    """Yield a delivery with the right digest in every other spelling.

    They are not documented. A receiver may refuse them, as `Verifier` does; one that accepts them accepts no
    forgery.
    """
    for how in SPELLINGS:
        yield how, other_spelling(request, how)


def tampered(request: SignedRequest) -> SignedRequest:
    """Return a delivery whose body was changed on the way: a space was added, and it is still JSON."""
    return replace(request, body=request.body + b" ")


def odd_bodies(
    event: Mapping[str, Any], secret: str = SECRET, *, version: str | None = NEWEST
) -> Iterator[tuple[str, SignedRequest]]:
    """Yield one event in every style of writing, with the right signature.

    A receiver that checks JSON that it wrote again, instead of the raw bytes, refuses all but `plain`.

    Args:
        event: the body, as `webhook_event` makes it.
        secret: the webhook secret.
        version: the value of the version header; None leaves the header out.
    """
    for style in STYLES:
        yield style, signed_request(event, secret, version=version, style=style)


def every_version(secret: str = SECRET, **options: Any) -> Iterator[tuple[str | None, SignedRequest]]:
    """Yield an event in every installed version, without a version (None), and in a future version.

    `secret`: the webhook secret.
    `options`: the other arguments of `webhook_event`.
    """
    for version in (None, *installed_documents.versions(), future_version()):
        yield version, signed_event(secret, version=version, **options)
