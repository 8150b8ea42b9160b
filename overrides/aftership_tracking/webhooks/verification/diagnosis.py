"""Finds out why a delivery is refused. For developers only: never put the findings into a response.

`diagnose` looks for the usual mistakes with webhooks, and proves what it can: if the body or the secret,
changed in a known way, gives the signature of the delivery, then that change is the cause. No finding holds a
secret, a digest or a part of the body.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aftership_tracking.webhooks.errors import MalformedSignatureError, MissingSignatureError
from aftership_tracking.webhooks.incoming.headers import AnyHeaders, HeaderValues, read_headers
from aftership_tracking.webhooks.sending.retry_schedule import SPAN
from aftership_tracking.webhooks.signature import HEADER
from aftership_tracking.webhooks.verification import known_mistakes
from aftership_tracking.webhooks.verification.computed_digest import explain_computed
from aftership_tracking.webhooks.verification.verifier import Body, raw_body, read_signature

__all__ = ["Finding", "diagnose"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong with a delivery, or with the way it is verified."""

    code: str
    """A stable name, such as `body-reserialised`."""
    text: str
    """What is wrong, in one sentence."""
    hint: str
    """What to do about it."""
    is_certain: bool = True
    """Whether it is proved. If not, it is a likely cause."""


def diagnose(
    body: Body, headers: AnyHeaders, secrets: str | Sequence[str], *, computed: str | None = None
) -> tuple[Finding, ...]:
    """Return why a delivery is refused, the most certain cause first; empty if its signature is right.

    `computed` is the digest that a program of yours computed for it. Then the last finding says what that
    program does, also if the delivery is genuine; its code begins with `computed-`.

    `secrets` may be blank here: that is one of the findings. Raises UsageError for a body that is not raw,
    and for a value that is not headers.
    """
    raw, values = raw_body(body), read_headers(headers)
    listed = [secrets] if isinstance(secrets, str) else list(secrets)
    keys = [secret for secret in listed if secret.strip()]
    if not keys:
        return (_SECRET_BLANK,)
    found = tuple(_Case(raw, values, keys).findings())
    if computed is None:
        return found
    code, text, hint = explain_computed(computed, raw, values, keys)
    return (*found, Finding(code=code, text=text, hint=hint, is_certain=code != "computed-other-secret"))


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
                        code="signature-under-another-name",
                        text=f"the header {name} holds the right signature.",
                        hint=f"AfterShip sends it as {HEADER}: find what renames it on the way, "
                        "or what sends it.",
                    )
                    return
        for name, product in known_mistakes.PRODUCT_HEADERS.items():
            if name in self.headers:
                yield Finding(
                    code="other-product",
                    text=f"the {HEADER} header is missing, and {name} is present: {product}.",
                    hint="Enter this URL in the webhook settings of AfterShip Tracking, or verify that "
                    "product with its own rules.",
                )
                return
        for name in known_mistakes.OTHER_HEADERS:
            if name in self.headers:
                yield Finding(
                    code="wrong-header-name",
                    text=f"the {HEADER} header is missing, and {name} is present, which AfterShip does not "
                    "send.",
                    hint=f"Send or read {HEADER}.",
                )
                return
        yield Finding(
            code="signature-missing",
            text=f"the {HEADER} header is missing.",
            hint="Check whether the request is from AfterShip, and whether a proxy drops unknown headers.",
        )

    def _with_malformed_signature(self, problem: str) -> Iterator[Finding]:
        is_right = any(self._fits(value) for value in self.headers[HEADER])
        text, hint = known_mistakes.MALFORMED[problem]
        more = " Apart from that it is right." if is_right else ""
        yield Finding(code=f"signature-{problem.replace('_', '-')}", text=text + more, hint=hint)

    def _fits(self, value: str) -> bool:
        """Return whether a value is the right signature in some spelling."""
        digest = known_mistakes.read_any_spelling(value)
        return digest is not None and self._signs(self.raw, digest)

    def _certain_causes(self, given: bytes) -> Iterator[Finding]:
        for secret in self.secrets:
            for code, key in known_mistakes.secret_variants(secret):
                if _digest(key, self.raw) == given:
                    text, hint = known_mistakes.SECRET_CAUSES[code]
                    yield Finding(code=code, text=text, hint=hint)
                    return
        for code, body in known_mistakes.body_variants(self.raw):
            if self._signs(body, given):
                text, hint = known_mistakes.BODY_CAUSES[code]
                yield Finding(code=code, text=text, hint=hint)
                return

    def _likely_causes(self) -> Iterator[Finding]:
        """Find what is odd about the delivery. None of it is proved to be the cause."""
        announced = self.headers.get("content-length", ())
        if len(announced) == 1 and announced[0].strip() != str(len(self.raw)):
            yield Finding(
                code="content-length-differs",
                text=f"the body has {len(self.raw)} bytes, and Content-Length announces another number.",
                hint="Something changed the body between the network and here: use the raw bytes of the "
                "request.",
                is_certain=False,
            )
        for code, text, hint in known_mistakes.oddities(self.raw, self.headers):
            yield Finding(code=code, text=text, hint=hint, is_certain=False)
        for secret in self.secrets:
            if secret != secret.strip():
                yield Finding(
                    code="secret-has-spaces",
                    text="a secret has spaces or a line break around it.",
                    hint="Remove them, unless the secret in the settings has them too.",
                    is_certain=False,
                )
                return


_SECRET_BLANK = Finding(
    code="secret-blank",
    text="the secret to verify with is missing.",
    hint="Take it from the webhook settings of the AfterShip account, and check that the program really "
    "gets it.",
)
_WRONG_SECRET = Finding(
    code="wrong-secret",
    text="the signature matches neither this body nor any of the usual changes of it, with any of the "
    "secrets.",
    hint="Compare the secret with the one in the webhook settings. If it was changed recently, keep the old "
    f"one for {SPAN} s: retries use the settings of their first attempt.",
    is_certain=False,
)


def _digest(key: bytes, raw: bytes) -> bytes:
    return hmac.digest(key, raw, "sha256")
