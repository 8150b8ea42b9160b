"""Checks the signature of a request: its date, its form, and whether it was made for this request."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from aftership_tracking.mock.accounts.keys import MockKey
from aftership_tracking.mock.accounts.sign_string import (
    SIGNATURE_HEADERS,
    Mistake,
    SignString,
    mistakes,
    sign_string,
    tolerable,
)
from aftership_tracking.mock.wire.message import MockRequest

WINDOW = 180
"""A signature is valid for so many seconds before and after its date; we assume that the last one counts."""

_TOLERATE = (
    "What the service does with it is not known: official clients for Python before 10.0.1 sign like this for"
    " some lists. tolerant_signatures (--tolerant-signatures) accepts it"
)
Proof = Callable[[bytes, bytes], bool]
"""Whether a signature (first) was made for some bytes (second)."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    rf"({'|'.join(_DAYS)}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII
)


class Wrong(NamedTuple):
    """Why a signature is refused. `expected` is what had to be signed, where that is the question."""

    reason: str
    expected: SignString | None = None
    advice: str = ""


class Signatures:
    """The check for one key.

    Args:
        key: the key, of a kind that signs.
        tolerant: accept a query that was decoded and encoded again before it was signed, that was not sorted,
            or whose pairs without a value are missing, as official clients sign it.

    Raises:
        ValueError: the public key is not an RSA public key.
        ImportError: the key is of the kind "rsa" and the package `cryptography` is missing.
    """

    def __init__(self, key: MockKey, *, tolerant: bool = False) -> None:
        self.header = SIGNATURE_HEADERS[key.kind]
        """The header that holds the signature."""
        self._others = tuple(name for name in SIGNATURE_HEADERS.values() if name != self.header)
        self._tolerant = tolerant
        self._is_rsa = key.kind == "rsa"
        self._proves = _rsa_proof(key.public_key or "") if self._is_rsa else _hmac_proof(key.secret or "")

    def check(self, request: MockRequest, now: datetime) -> Wrong | None:
        """What is wrong with the signature; None if nothing is."""
        given = request.headers.get(self.header, "").strip()
        if not given:
            also = " (there is one of the other kind)" if any(map(request.headers.get, self._others)) else ""
            return Wrong(f"header {self.header}: missing, and this key signs its requests{also}")
        stale = check_date(request.headers.get("date"), now)
        return self.check_made(request, given) if stale is None else Wrong(stale)

    def check_made(self, request: MockRequest, given: str) -> Wrong | None:
        """What is wrong with a signature that is there, whatever its date; None if nothing is."""
        expected = sign_string(request)
        try:
            signature = base64.b64decode(given, validate=True)
        except binascii.Error:
            return Wrong(f"header {self.header}: not base64", expected)
        if self._proves(signature, _encode(str(expected))) or self._tolerated_by(request, signature):
            return None
        reason, advice = self._mistake(request, given, signature)
        return Wrong(f"header {self.header}: {reason}", expected, advice)

    def proves(self, signature: bytes, string: str) -> bool:
        """Whether a signature was made for this string, with this key."""
        return self._proves(signature, _encode(string))

    def tolerated(self, request: MockRequest) -> str | None:
        """What is unusual about a signature that was accepted; None if it is exactly as documented."""
        if not self._tolerant:
            return None
        signature = base64.b64decode(request.headers.get(self.header, ""))
        if self._proves(signature, _encode(str(sign_string(request)))):
            return None
        found = self._tolerated_by(request, signature)
        return None if found is None else found.what

    def _tolerated_by(self, request: MockRequest, signature: bytes) -> Mistake | None:
        if not self._tolerant:
            return None
        return next((each for each in tolerable(request) if self._fits(each, signature)), None)

    def _mistake(self, request: MockRequest, given: str, signature: bytes) -> tuple[str, str]:
        """Return what is wrong, and what to do about it."""
        right = _encode(str(sign_string(request)))
        if not self._is_rsa and _is_hex(given) and self._proves(bytes.fromhex(given), right):
            return "it is hex; it has to be base64", ""
        found = next((each for each in tolerable(request) if self._fits(each, signature)), None)
        if found is not None:
            return f"{found.part} was signed differently: {found.what}", _TOLERATE
        found = next((each for each in mistakes(request) if self._fits(each, signature)), None)
        if found is not None:
            return f"{found.part} was signed differently: {found.what}", ""
        return "it was made with another secret or for another request" + (
            "; it has to be RSASSA-PSS with SHA-256, and not PKCS#1 v1.5" if self._is_rsa else ""
        ), ""

    def _fits(self, mistake: Mistake, signature: bytes) -> bool:
        return self.proves(signature, mistake.string)


def _encode(text: str) -> bytes:
    # A header value is Latin-1; what was decoded from a query may hold any bytes.
    return text.encode("utf-8", "surrogateescape")


def _is_hex(text: str) -> bool:
    return re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text) is not None


def _hmac_proof(secret: str) -> Proof:
    key = secret.encode()
    return lambda signature, content: hmac.compare_digest(
        signature, hmac.new(key, content, hashlib.sha256).digest()
    )


def _rsa_proof(pem: str) -> Proof:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError as error:
        raise ImportError(
            "a key of the kind 'rsa' needs one more package: "
            "python -m pip install 'aftership-tracking-client[rsa]'"
        ) from error
    found: object = None
    with suppress(Exception):
        found = load_pem_public_key(pem.encode())
    if not isinstance(found, RSAPublicKey):
        raise ValueError(  # noqa: TRY004 - its type is not what is wrong
            "the public_key of a key of the kind 'rsa' is not an RSA public key as PEM"
        )
    public_key = found
    # Official clients do not agree on the length of the salt.
    scheme = PSS(MGF1(hashes.SHA256()), PSS.AUTO)

    def proves(signature: bytes, content: bytes) -> bool:
        try:
            public_key.verify(signature, content, scheme, hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    return proves


def check_date(date: str | None, now: datetime, clock: str = "the clock of the mock") -> str | None:
    """Return what is wrong with the date of a signature; None if nothing is.

    `clock`: what it is compared with, in words.
    """
    if date is None:
        return "header date: missing, and a signature needs it"
    found = _DATE.fullmatch(date)
    if found is None:
        return "header date: not of the form Sun, 06 Nov 1994 08:49:37 GMT"
    day, month = found[1], _MONTHS.index(found[3]) + 1
    of_month, year, hour, minute, second = (int(found[group]) for group in (2, 4, 5, 6, 7))
    try:
        at = datetime(year, month, of_month, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return "header date: no such day or time"
    if _DAYS[at.weekday()] != day:
        return "header date: the day of the week is another one"
    off = round((at - now).total_seconds())
    if abs(off) > WINDOW:
        direction = "behind" if off < 0 else "ahead of"
        return f"header date: {abs(off)} s {direction} {clock}, and {WINDOW} s are allowed"
    return None
