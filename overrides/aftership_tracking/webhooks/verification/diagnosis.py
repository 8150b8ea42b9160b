"""Finds out why a delivery is refused. For developers only: never put the findings into a response.

`diagnose` looks for the usual mistakes with webhooks, and proves what it can: if the body or the secret,
changed in a known way, gives the signature of the delivery, then that change is the cause. No finding holds a
secret, a digest or a part of the body.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aftership_tracking.webhooks.errors import MalformedSignatureError, MissingSignatureError
from aftership_tracking.webhooks.incoming.headers import AnyHeaders, HeaderValues, read_headers
from aftership_tracking.webhooks.sending.retry_schedule import SPAN
from aftership_tracking.webhooks.signature import HEADER
from aftership_tracking.webhooks.verification import known_mistakes
from aftership_tracking.webhooks.verification.verifier import Body, raw_body, read_signature

__all__ = ["Finding", "diagnose"]


class Finding(NamedTuple):
    """One thing that is wrong with a delivery, or with the way it is verified."""

    code: str
    """A stable name, such as `body-reserialised`."""
    text: str
    """What is wrong, in one sentence."""
    hint: str
    """What to do about it."""
    is_certain: bool = True
    """Whether it is proved. If not, it is a likely cause."""


def diagnose(body: Body, headers: AnyHeaders, secrets: str | Sequence[str]) -> tuple[Finding, ...]:
    """Return why a delivery is refused, the most certain cause first; empty if its signature is right.

    `secrets` may be blank here: that is one of the findings. Raises UsageError for a body that is not raw,
    and for a value that is not headers.
    """
    raw, values = raw_body(body), read_headers(headers)
    listed = [secrets] if isinstance(secrets, str) else list(secrets)
    keys = [secret for secret in listed if secret.strip()]
    if not keys:
        return (_SECRET_BLANK,)
    return tuple(_Case(raw, values, keys).findings())


class _Case:
    """One delivery, and the secrets to verify it with."""

    def __init__(self, raw: bytes, headers: HeaderValues, secrets: list[str]) -> None:
        self.raw = raw
        self.headers = headers
        self.secrets = secrets

    def __repr__(self) -> str:
        return f"<_Case with {len(self.raw)} bytes>"

    def findings(self) -> Iterator[Finding]:
        try:
            given = read_signature(self.headers.get(HEADER, ()))
        except MissingSignatureError:
            yield from self._without_signature()
            return
        except MalformedSignatureError as error:
            yield from self._with_malformed_signature(error.problem)
            return
        if self._signs(self.raw, given):
            return
        certain = list(self._certain_causes(given))
        yield from certain
        yield from self._likely_causes()
        if not certain:
            yield _WRONG_SECRET

    def _signs(self, raw: bytes, given: bytes) -> bool:
        return any(_digest(secret.encode("utf-8", "surrogatepass"), raw) == given for secret in self.secrets)

    def _without_signature(self) -> Iterator[Finding]:
        for name in known_mistakes.OTHER_HEADERS:
            for value in self.headers.get(name, ()):
                if self._fits(value):
                    yield Finding(
                        "signature-under-another-name",
                        f"the header {name} holds the right signature.",
                        f"AfterShip sends it as {HEADER}: find what renames it on the way, or what sends it.",
                    )
                    return
        for name, product in known_mistakes.PRODUCT_HEADERS.items():
            if name in self.headers:
                yield Finding(
                    "other-product",
                    f"the {HEADER} header is missing, and {name} is present: {product}.",
                    "Enter this URL in the webhook settings of AfterShip Tracking, or verify that product "
                    "with its own rules.",
                )
                return
        for name in known_mistakes.OTHER_HEADERS:
            if name in self.headers:
                yield Finding(
                    "wrong-header-name",
                    f"the {HEADER} header is missing, and {name} is present, which AfterShip does not send.",
                    f"Send or read {HEADER}.",
                )
                return
        yield Finding(
            "signature-missing",
            f"the {HEADER} header is missing.",
            "Check whether the request is from AfterShip, and whether a proxy drops unknown headers.",
        )

    def _with_malformed_signature(self, problem: str) -> Iterator[Finding]:
        is_right = any(self._fits(value) for value in self.headers[HEADER])
        text, hint = known_mistakes.MALFORMED[problem]
        more = " Apart from that it is right." if is_right else ""
        yield Finding(f"signature-{problem.replace('_', '-')}", text + more, hint)

    def _fits(self, value: str) -> bool:
        """Return whether a value is the right signature in some spelling."""
        digest = known_mistakes.read_any_spelling(value)
        return digest is not None and self._signs(self.raw, digest)

    def _certain_causes(self, given: bytes) -> Iterator[Finding]:
        for secret in self.secrets:
            for code, key in known_mistakes.secret_variants(secret):
                if _digest(key, self.raw) == given:
                    text, hint = known_mistakes.SECRET_CAUSES[code]
                    yield Finding(code, text, hint)
                    return
        for code, body in known_mistakes.body_variants(self.raw):
            if self._signs(body, given):
                text, hint = known_mistakes.BODY_CAUSES[code]
                yield Finding(code, text, hint)
                return

    def _likely_causes(self) -> Iterator[Finding]:
        """Find what is odd about the delivery. None of it is proved to be the cause."""
        announced = self.headers.get("content-length", ())
        if len(announced) == 1 and announced[0].strip() != str(len(self.raw)):
            yield Finding(
                "content-length-differs",
                f"the body has {len(self.raw)} bytes, and Content-Length announces another number.",
                "Something changed the body between the network and here: use the raw bytes of the request.",
                is_certain=False,
            )
        for code, text, hint in known_mistakes.oddities(self.raw, self.headers):
            yield Finding(code, text, hint, is_certain=False)
        for secret in self.secrets:
            if secret != secret.strip():
                yield Finding(
                    "secret-has-spaces",
                    "a secret has spaces or a line break around it.",
                    "Remove them, unless the secret in the settings has them too.",
                    is_certain=False,
                )
                return


_SECRET_BLANK = Finding(
    "secret-blank",
    "the secret to verify with is missing.",
    "Take it from the webhook settings of the AfterShip account, and check that the program really gets it.",
)
_WRONG_SECRET = Finding(
    "wrong-secret",
    "the signature matches neither this body nor any of the usual changes of it, with any of the secrets.",
    "Compare the secret with the one in the webhook settings. If it was changed recently, keep the old one "
    f"for {SPAN} s: retries use the settings of their first attempt.",
    is_certain=False,
)


def _digest(key: bytes, raw: bytes) -> bytes:
    return hmac.digest(key, raw, "sha256")
