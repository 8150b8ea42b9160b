"""Finds out why the signature of a request is refused.

The mock knows the mistakes in what is signed; what may have happened to the body and to the secret are the
mistakes that receivers of webhooks make too.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from aftership_tracking.cli.doctor.known_mistakes import other_digests, other_strings
from aftership_tracking.mock import MockKey, MockRequest
from aftership_tracking.mock.accounts.sign_string import SIGNATURE_HEADERS, sign_string
from aftership_tracking.mock.accounts.signatures import Signatures, check_date
from aftership_tracking.webhooks import Finding
from aftership_tracking.webhooks.verification.known_mistakes import (
    BODY_CAUSES,
    SECRET_CAUSES,
    body_variants,
    secret_variants,
)

__all__ = ["SignedRequest", "diagnose_request"]

Pairs = Sequence[tuple[str, str]]

_SIGN_BYTES = "Sign the very bytes that are sent, after everything that changes them."
_RULES = "Compare it with what has to be signed, above: aftership sign prints it for any request."
_FORM = "Send the header date, as HTTP writes it: 'Mon, 30 Nov 2026 12:00:00 GMT'. It is signed too."
_CLOCK = "Set the clock of the machine, and sign anew for each attempt: a signature is valid for 3 minutes."


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedRequest:
    """A request as a program sent it."""

    method: str
    url: str
    """A whole URL, or a path with its query, as it was sent."""
    headers: Pairs
    """With their names as they were written."""
    body: bytes = field(default=b"", repr=False)

    def as_received(self) -> MockRequest:
        """Return it as a service sees it. Raises ValueError if the URL is none."""
        parts = urlsplit(self.url)
        found = {"host": parts.netloc} if parts.netloc else {}
        found |= {name.lower(): value for name, value in self.headers}
        path, query = (
            parts.path.encode("utf-8", "surrogateescape"),
            parts.query.encode("utf-8", "surrogateescape"),
        )
        return MockRequest(self.method.upper(), path, query, found, self.body)


def diagnose_request(
    sent: SignedRequest, key: str, secret: str, *, public_key: str | None, now: datetime
) -> tuple[Finding, ...]:
    """Return why a signature is refused, the certain causes first; empty if it is right.

    `key` and `secret` are those of the account. `public_key`: PEM, for a request that is signed with RSA;
    then the secret is not used.
    """
    return tuple(_Case(sent, key, secret, public_key).findings(now))


class _Case:
    def __init__(self, sent: SignedRequest, key: str, secret: str, public_key: str | None) -> None:
        self.sent = sent
        self.request = sent.as_received()
        self.key = key
        self.secret = secret
        self.is_rsa = public_key is not None
        kind = MockKey("rsa", None, public_key) if self.is_rsa else MockKey("aes", secret)
        self.check = Signatures(kind)

    def findings(self, now: datetime) -> Iterator[Finding]:
        yield from self._about_key()
        date = check_date(self.request.headers.get("date"), now, "the clock of this machine")
        if date is not None:
            is_off = date.endswith("are allowed")
            yield Finding(code="date", text=f"{date}.", hint=_CLOCK if is_off else _FORM)
        given = self.request.headers.get(self.check.header, "").strip()
        if not given:
            yield self._missing()
            return
        wrong = self.check.check_made(self.request, given)
        if wrong is None:
            return
        signature = _decode(given)
        known = None if signature is None else next(self._causes(signature), None)
        if known is not None:
            yield known
        elif "another secret" in wrong.reason:
            yield Finding(
                code="wrong-secret",
                text=f"{wrong.reason}: no single known mistake gives this signature.",
                hint="Compare the secret of the settings with that of the program, then the string that the "
                "program signs with the one above. Two mistakes at once are not found.",
                is_certain=False,
            )
        else:
            yield Finding(code="signed-differently", text=f"{wrong.reason}.", hint=wrong.advice or _RULES)

    def _about_key(self) -> Iterator[Finding]:
        sent = self.request.headers.get("as-api-key", "").strip()
        if not sent:
            yield Finding(
                code="key-missing",
                text="the header as-api-key is missing or empty.",
                hint="Send the API key.",
            )
        elif sent != self.key:
            yield Finding(
                code="other-key",
                text="the header as-api-key holds another key than the settings.",
                hint="A secret belongs to one key: take both from one line of the settings of the account.",
                is_certain=False,
            )

    def _missing(self) -> Finding:
        others = [name for name in SIGNATURE_HEADERS.values() if name != self.check.header]
        there = [name for name in others if name in self.request.headers]
        more = f", and {there[0]} is there" if there else ""
        return Finding(
            code="signature-missing",
            text=f"the header {self.check.header} is missing or empty{more}.",
            hint="The kind of the key decides which header it has to be.",
        )

    def _causes(self, signature: bytes) -> Iterator[Finding]:
        """What proves to be the cause: changed so, the request or the secret gives this signature."""
        if not self.is_rsa:
            string = str(sign_string(self.request)).encode()
            for code, key in secret_variants(self.secret):
                if hmac.compare_digest(hmac.digest(key, string, "sha256"), signature):
                    text, hint = SECRET_CAUSES[code]
                    yield Finding(code=code, text=text, hint=hint)
        yield from self._about_digest(signature)
        proves = self._prover(signature)
        for what, wrong in other_strings(sign_string(self.request)):
            if proves(wrong):
                yield Finding(code="signed-differently", text=what, hint=_RULES)
        if proves(self._with_written_names()):
            yield Finding(
                code="header-case",
                text="names of headers were signed as they were written, not in lower case.",
                hint="Sign the names in lower case, sorted; the values stay as they are.",
            )
        if self.request.body:
            for code, body in body_variants(self.request.body):
                if proves(str(sign_string(replace(self.request, body=body)))):
                    yield Finding(code=code, text=BODY_CAUSES[code][0], hint=_SIGN_BYTES)

    def _about_digest(self, signature: bytes) -> Iterator[Finding]:
        """The right string and secret, made into another signature; or the key instead of the secret."""
        if self.is_rsa:
            return
        string = str(sign_string(self.request)).encode()
        for what, other in other_digests(self.secret.encode(), string):
            if hmac.compare_digest(other, signature):
                yield Finding(
                    code="other-digest", text=what, hint="Send the base64 of HMAC-SHA256, of its bytes."
                )
        sent_key = self.request.headers.get("as-api-key", "").strip()
        for each in (self.key, sent_key):
            if hmac.compare_digest(hmac.digest(each.encode(), string, "sha256"), signature):
                yield Finding(
                    code="key-as-secret",
                    text="it was made with the API key instead of the secret.",
                    hint="Sign with the API secret, which belongs to the key.",
                )
                return

    def _prover(self, signature: bytes) -> Callable[[str], bool]:
        return lambda string: self.check.proves(signature, string)

    def _with_written_names(self) -> str:
        right = sign_string(self.request)
        names = {name.lower(): name for name, _ in self.sent.headers}
        lines = [line.partition(":") for line in right.canonicalized_headers.split("\n")]
        written = sorted(f"{names.get(name, name)}:{value}" for name, _, value in lines)
        return str(right._replace(canonicalized_headers="\n".join(written)))


def _decode(given: str) -> bytes | None:
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return None
