"""Codes and tokens that a mock has issued, and what each stands for. Hold the lock of `MockOAuth`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import msgspec

Kind = Literal["code", "access", "refresh"]


@dataclass(frozen=True, slots=True)
class MockToken:
    """What a token gives access to.

    Args:
        scopes: what its holder may do.
        expires_at: aware; None is never.
        account: tokens of one account see the same trackings; by default each token has its own.
    """

    scopes: Collection[str] = ()
    expires_at: datetime | None = None
    account: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """What a code, an access token or a refresh token stands for.

    Attributes:
        scopes: what its holder may do.
        account: whose trackings it opens; None is one of its own.
        expires_at: None is never.
        client_id: the app that it was issued to; None for any.
        merchant: who consented; None if nobody did.
        family: all that came of one consent has the same.
        granted_at: when the merchant consented.
        redirect_uri: of a code: what the authorize request named; None for nothing.
        challenge, challenge_method: of a code: what a `code_verifier` has to match (PKCE).
        ended: why it is not good any more, as the end of a sentence; None while it is good.
    """

    scopes: tuple[str, ...] = ()
    account: str | None = None
    expires_at: datetime | None = None
    client_id: str | None = None
    merchant: str | None = None
    family: str = ""
    granted_at: datetime | None = None
    redirect_uri: str | None = None
    challenge: str | None = None
    challenge_method: str | None = None
    ended: str | None = None

    def why_not(self, now: datetime) -> str | None:
        """Why it is not good at a time, as the end of a sentence; None if it is."""
        if self.ended is not None:
            return self.ended
        return "has expired" if self.expires_at is not None and now >= self.expires_at else None


Given = Mapping[str, Collection[str] | MockToken] | None


class IssuedTokens:
    """The codes and tokens of a mock, by kind.

    Args:
        codes, access, refresh: what is good from the start, each with its scopes or a `MockToken`.
    """

    def __init__(self, *, codes: Given = None, access: Given = None, refresh: Given = None) -> None:
        given: dict[Kind, Given] = {"access": access, "refresh": refresh, "code": codes}
        self._given: dict[Kind, dict[str, Issued]] = {
            kind: _read(kind, tokens) for kind, tokens in given.items()
        }
        self.clear()

    def clear(self) -> None:
        """Forget what was issued and used up."""
        self._held: dict[Kind, dict[str, Issued]] = {kind: {**each} for kind, each in self._given.items()}
        self._count = 0

    def state(self) -> dict[str, Any]:
        """All of it as JSON, for a snapshot."""
        return {
            "access": msgspec.to_builtins(self._held["access"]),
            "refresh": msgspec.to_builtins(self._held["refresh"]),
            "codes": msgspec.to_builtins(self._held["code"]),
            "issued": self._count,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` returned.

        Raises:
            ValueError, KeyError: it is something else.
        """
        names: dict[Kind, str] = {"access": "access", "refresh": "refresh", "code": "codes"}
        held: dict[Kind, dict[str, Issued]] = {
            kind: msgspec.convert(state[name], dict[str, Issued]) for kind, name in names.items()
        }
        self._count, self._held = msgspec.convert(state["issued"], int), held

    def get(self, kind: Kind, token: str) -> Issued | None:
        return self._held[kind].get(token)

    def add(self, kind: Kind, token: str, issued: Issued) -> None:
        self._held[kind][token] = issued

    def end(self, kind: Kind, token: str, why: str) -> None:
        """Make a token useless. It stays known, so that a hint can say why."""
        self._held[kind][token] = replace(self._held[kind][token], ended=why)

    def end_all(self, is_meant: Callable[[Issued], bool], why: str) -> int:
        """End all that is meant and has not ended, and return how many that were."""
        meant = [each for each in self if each[2].ended is None and is_meant(each[2])]
        for kind, token, _ in meant:
            self.end(kind, token, why)
        return len(meant)

    def __iter__(self) -> Iterator[tuple[Kind, str, Issued]]:
        for kind, tokens in self._held.items():
            for token, issued in list(tokens.items()):
                yield kind, token, issued

    def new_number(self) -> int:
        """The number of the next code, or of the next access token with its refresh token."""
        self._count += 1
        return self._count

    @staticmethod
    def name(kind: Kind, number: int) -> str:
        # Not secret: whoever has the mock has everything. Tests get the same tokens in each run.
        digest = hashlib.sha256(f"{kind} {number}".encode()).hexdigest()
        return f"mock-{kind}-{number}-{digest[:24]}"


def _read(kind: Kind, given: Given) -> dict[str, Issued]:
    return {
        token: Issued(
            scopes=tuple(sorted(found.scopes if isinstance(found, MockToken) else found)),
            account=found.account if isinstance(found, MockToken) else None,
            expires_at=found.expires_at if isinstance(found, MockToken) else None,
            family=f"start-{kind}-{number}",
        )
        for number, (token, found) in enumerate((given or {}).items(), 1)
    }
