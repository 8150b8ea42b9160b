"""The verifier refuses every wrong delivery with an error of its own kind, and shows no secret."""

from __future__ import annotations

import base64
import hashlib
import io
import pickle
import traceback
import warnings
from pathlib import Path

import pytest

from aftership_tracking.errors import AfterShipError, LikelyMistakeWarning, UsageError
from aftership_tracking.webhooks import (
    HEADER,
    BodyTooLargeError,
    InvalidEnvelopeError,
    InvalidJsonError,
    MalformedSignatureError,
    MissingSignatureError,
    SignatureMismatchError,
    StaleEventError,
    VerificationError,
    Verifier,
    WebhookError,
    errors,
    sign,
)

SECRET = "a-secret-that-must-not-be-seen"
OLD = "an-older-secret-that-must-not-be-seen"
BODY = b'{"event":"tracking_update","event_id":"e-1","msg":{"id":"t1","tag":"InTransit"},"ts":1700000000}'
GOOD = sign(BODY, SECRET)
# The first number whose signature has both of the characters that base64 for URLs replaces.
ODD_BODY = next(
    body for body in (b"%d" % number for number in range(10_000)) if {"+", "/"} <= set(sign(body, SECRET))
)
ODD = sign(ODD_BODY, SECRET)


def refused(value, body=BODY) -> MalformedSignatureError:
    with pytest.raises(MalformedSignatureError) as caught:
        Verifier(SECRET).verify(body, {HEADER: value})
    return caught.value


def test_a_right_delivery_passes():
    assert Verifier(SECRET).verify(BODY, {HEADER: GOOD}).secret_index == 0
    assert Verifier(SECRET).parse(BODY, {HEADER: GOOD}).event_id == "e-1"


MALFORMED = {
    "hex": (base64.b64decode(GOOD).hex(), "hex"),
    "hex in capitals": (base64.b64decode(GOOD).hex().upper(), "hex"),
    "without padding": (GOOD.rstrip("="), "length"),
    "more padding": (GOOD + "=", "length"),
    "junk after it": (GOOD + "AAAA", "length"),
    "junk inside": (GOOD[:10] + "!" + GOOD[11:], "not_base64"),
    "padding inside": ("====" + GOOD[4:], "not_base64"),
    "33 bytes": (base64.b64encode(base64.b64decode(GOOD) + b"x").decode(), "not_base64"),
    "31 bytes": (base64.b64encode(base64.b64decode(GOOD)[:31]).decode(), "not_base64"),
    "space before": (f" {GOOD}", "spaces"),
    "line break after": (f"{GOOD}\n", "spaces"),
    "line break inside": (f"{GOOD[:20]}\n{GOOD[20:]}", "length"),
    "empty": ("", "empty"),
    "blank": ("  ", "empty"),
    "not ASCII": (GOOD[:43] + "é", "not_ascii"),
    "full-width digits": ("\uff11" * 44, "not_ascii"),
    "half of a surrogate pair": (GOOD[:43] + "\udc80", "not_ascii"),
    "twice in one": (f"{GOOD}, {GOOD}", "doubled"),
    "twice without a space": (f"{GOOD},{GOOD}", "doubled"),
    "a wrong one beside it": (f"x,{GOOD}", "doubled"),
    "twice": ([GOOD, GOOD], "doubled"),
    "two": ([GOOD, "x"], "doubled"),
    "prefix": (f"hmac-sha256={GOOD}", "prefix"),
    "other prefix": (f"sha256={GOOD}", "prefix"),
    "SHA-1": ("qvTGHdzF6KLavt4PO0gs2a6pQ00=", "length"),
    "very long": ("A" * 1_000_000, "length"),
}


@pytest.mark.parametrize(("value", "problem"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_signatures(value, problem):
    error = refused(value)
    assert error.problem == problem
    assert error.status == 401
    assert GOOD[:20] not in str(error)
    assert len(str(error)) < 200


def test_the_base64_of_urls_is_refused():
    assert Verifier(SECRET).verify(ODD_BODY, {HEADER: ODD})
    assert refused(ODD.replace("+", "-").replace("/", "_"), ODD_BODY).problem == "url_safe"
    assert refused(ODD.replace("+", "-").replace("/", "_").rstrip("="), ODD_BODY).problem == "url_safe"


def test_a_spelling_that_decodes_to_the_same_bytes_is_refused():
    # The last character before the padding has two bits that decoders drop.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = GOOD[:42] + alphabet[alphabet.index(GOOD[42]) ^ 1] + "="
    assert base64.b64decode(other) == base64.b64decode(GOOD)
    assert refused(other).problem == "not_base64"


@pytest.mark.parametrize(
    "headers", [{}, [], {"x": GOOD}, {f"x-{HEADER}": GOOD}, {HEADER: []}, {HEADER: None}]
)
def test_a_missing_header_is_an_error(headers):
    for call in (Verifier(SECRET).verify, Verifier(SECRET).parse):
        with pytest.raises(MissingSignatureError):
            call(BODY, headers)


def test_a_wrong_signature_is_an_error():
    with pytest.raises(SignatureMismatchError):
        Verifier(SECRET).verify(BODY, {HEADER: sign(BODY, OLD)})
    with pytest.raises(SignatureMismatchError):
        Verifier(SECRET).parse(BODY + b" ", {HEADER: GOOD})


@pytest.mark.parametrize("secrets", ["", "  ", "\n", [], (), [""], [SECRET, ""], [SECRET, " "]])
def test_a_blank_secret_is_refused_at_once(secrets):
    with pytest.raises(UsageError) as caught:
        Verifier(secrets)
    assert SECRET not in full_traceback(caught.value)


@pytest.mark.parametrize("secrets", [None, 5, b"bytes", [b"bytes"], [None], {"a": "b"}, {"set"}, "\ud800"])
def test_a_secret_is_a_string(secrets):
    with pytest.raises(UsageError):
        Verifier(secrets)


def test_every_secret_is_tried_and_the_one_that_matched_is_reported():
    verifier = Verifier([SECRET, OLD, "third"])
    for index, secret in enumerate((SECRET, OLD, "third")):
        assert verifier.verify(BODY, {HEADER: sign(BODY, secret)}).secret_index == index
    assert Verifier([OLD, OLD]).verify(BODY, {HEADER: sign(BODY, OLD)}).secret_index == 0
    with pytest.raises(SignatureMismatchError):
        verifier.verify(BODY, {HEADER: sign(BODY, "fourth")})


def test_all_secrets_are_compared_also_after_a_match(monkeypatch):
    import hmac

    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *pair: compared.append(pair) or real(*pair))
    Verifier([SECRET, OLD, "third"]).verify(BODY, {HEADER: GOOD})
    assert len(compared) == 3
    assert all(type(side) is bytes for pair in compared for side in pair)


def test_a_function_of_secrets_is_called_for_each_delivery():
    current = [SECRET]
    verifier = Verifier(lambda: current)
    verifier.verify(BODY, {HEADER: GOOD})
    current[:] = [OLD]
    with pytest.raises(SignatureMismatchError):
        verifier.verify(BODY, {HEADER: GOOD})
    assert verifier.verify(BODY, {HEADER: sign(BODY, OLD)}).secret_index == 0
    for nothing in ([], [""]):
        current[:] = nothing
        with pytest.raises(UsageError):
            verifier.verify(BODY, {HEADER: sign(BODY, "x")})
    assert OLD not in repr(verifier)


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda body: body.decode()])
def test_bodies_of_every_raw_kind(make):
    event = Verifier(SECRET).parse(make(BODY), {HEADER: GOOD})
    assert event.raw == BODY
    assert type(event.raw) is bytes


@pytest.mark.parametrize("body", [{"event": "x"}, [1], None, 5, io.BytesIO(BODY)])
def test_parsed_bodies_are_a_mistake_of_the_program(body):
    for call in (Verifier(SECRET).verify, Verifier(SECRET).parse):
        with pytest.raises(UsageError, match="raw bytes"):
            call(body, {HEADER: GOOD})


def test_a_string_that_was_decoded_with_losses_does_not_pass():
    raw = b'{"a":"\xff"}'
    with pytest.raises(SignatureMismatchError):
        Verifier(SECRET).verify(raw.decode("utf-8", "surrogateescape"), {HEADER: sign(raw, SECRET)})
    # It does not pass as a body with another character there, either.
    with pytest.raises(SignatureMismatchError):
        Verifier(SECRET).verify('{"a":"\udcff"}', {HEADER: sign(b'{"a":"?"}', SECRET)})


def test_too_large_a_body_is_refused_before_anything_is_computed():
    verifier = Verifier(SECRET, max_body=len(BODY))
    verifier.verify(BODY, {HEADER: GOOD})
    for call in (verifier.verify, verifier.parse):
        with pytest.raises(BodyTooLargeError) as caught:
            call(BODY + b" ", {})
    assert caught.value.status == 413
    assert verifier.max_body == len(BODY)
    with pytest.raises(UsageError):
        Verifier(SECRET, max_body=0)


def test_parse_trusted_checks_no_signature():
    verifier = Verifier(SECRET, max_body=1)
    assert verifier.parse_trusted(BODY).event_id == "e-1"
    assert verifier.parse_trusted(BODY, {"as-webhook-version": "2026-07"}).version == "2026-07"
    with pytest.raises(InvalidJsonError):
        verifier.parse_trusted(b"{")


def signed(body: bytes):
    return body, {HEADER: sign(body, SECRET)}


class TestAge:
    """`max_age` uses the time in the body, for parse and for verify."""

    SPAN = 245_730

    def verifier(self, now: float, **more) -> Verifier:
        return Verifier(SECRET, max_age=self.SPAN, clock=lambda: now, **more)

    def test_it_is_off_by_default(self):
        Verifier(SECRET, clock=lambda: 9e9).parse(BODY, {HEADER: GOOD})
        Verifier(SECRET, clock=lambda: 0.0).parse(BODY, {HEADER: GOOD})

    @pytest.mark.parametrize("call", ["verify", "parse"])
    def test_too_old(self, call):
        getattr(self.verifier(1_700_000_000 + self.SPAN), call)(BODY, {HEADER: GOOD})
        with pytest.raises(StaleEventError):
            getattr(self.verifier(1_700_000_001 + self.SPAN), call)(BODY, {HEADER: GOOD})

    @pytest.mark.parametrize("call", ["verify", "parse"])
    def test_too_new(self, call):
        getattr(self.verifier(1_700_000_000 - 300), call)(BODY, {HEADER: GOOD})
        with pytest.raises(StaleEventError, match="future"):
            getattr(self.verifier(1_700_000_000 - 301), call)(BODY, {HEADER: GOOD})
        getattr(self.verifier(1_700_000_000 - 301, max_skew=400), call)(BODY, {HEADER: GOOD})

    def test_the_signature_comes_first(self):
        with pytest.raises(SignatureMismatchError):
            self.verifier(9e9).verify(BODY, {HEADER: sign(BODY, OLD)})

    def test_trusted_bodies_have_no_age(self):
        assert self.verifier(9e9).parse_trusted(BODY).ts == 1_700_000_000

    def test_less_than_the_span_of_the_retries_gives_a_warning(self):
        with pytest.warns(UserWarning, match="245730"):
            Verifier(SECRET, max_age=245_729)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            Verifier(SECRET, max_age=245_730)

    @pytest.mark.parametrize("max_age", [0, -1, float("nan"), float("inf")])
    def test_an_impossible_age_is_refused(self, max_age):
        with pytest.raises(UsageError):
            Verifier(SECRET, max_age=max_age)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", InvalidJsonError),
        (b"{", InvalidJsonError),
        (b"\xff\xfe", InvalidJsonError),
        (b"[" * 100_000, InvalidJsonError),
        (b"[]", InvalidEnvelopeError),
        (b"null", InvalidEnvelopeError),
        (b'"text"', InvalidEnvelopeError),
        (b"{}", InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":1}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":1,"msg":null}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":1,"msg":[]}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":true,"msg":{}}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":-1,"msg":{}}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":1700000000000000,"msg":{}}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":"2023-11-14T22:13:20","msg":{}}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":"soon","msg":{}}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":null,"msg":{}}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","ts":1e300,"msg":{}}', InvalidEnvelopeError),
        (b'{"event":"x","event_id":"e","msg":{}}', InvalidEnvelopeError),
        (b'{"event":"","event_id":"e","ts":1,"msg":{}}', InvalidEnvelopeError),
        (b'{"event":5,"event_id":"e","ts":1,"msg":{}}', InvalidEnvelopeError),
    ],
)
def test_genuine_bodies_that_are_not_events(body, error):
    with pytest.raises(error) as caught:
        Verifier(SECRET).parse(*signed(body))
    assert caught.value.status == 400
    assert not isinstance(caught.value, VerificationError)


@pytest.mark.parametrize(
    ("event_id", "ts", "read_id", "read_ts"),
    [
        (b'"e"', b'"1700000000"', "e", 1_700_000_000),
        (b'"e"', b"1700000000000", "e", 1_700_000_000),
        (b'"e"', b'"1700000000123"', "e", 1_700_000_000),
        (b'"e"', b"1700000000.75", "e", 1_700_000_000),
        (b'"e"', b'"2023-11-14T22:13:20Z"', "e", 1_700_000_000),
        (b'"e"', b'"2023-11-15T00:13:20+02:00"', "e", 1_700_000_000),
        (b"7", b"1700000000", "7", 1_700_000_000),
        (b"null", b"1700000000", None, 1_700_000_000),
        (b'""', b"1700000000", None, 1_700_000_000),
        (b'"\\ud800"', b"1700000000", None, 1_700_000_000),
        (b'"a\\u0000"', b"1700000000", None, 1_700_000_000),
        (b'"%s"' % (b"e" * 201), b"1700000000", None, 1_700_000_000),
        (b"{}", b"1700000000", None, 1_700_000_000),
    ],
)
def test_what_a_genuine_event_means_is_read(event_id, ts, read_id, read_ts):
    body = b'{"event":"x","event_id":%s,"ts":%s,"msg":{"tag":"InTransit"}}' % (event_id, ts)
    event = Verifier(SECRET).parse(*signed(body))
    expected = read_id or f"sha256-{hashlib.sha256(body).hexdigest()}"
    assert (event.event_id, event.ts, event.tag) == (expected, read_ts, "InTransit")
    assert event.surprises
    assert event.key() == expected
    for other in (event.as_version("2024-01"), pickle.loads(pickle.dumps(event))):
        assert (other.event_id, other.ts) == (event.event_id, event.ts)
    raw, headers = signed(body)
    with pytest.raises(InvalidEnvelopeError):
        Verifier(SECRET, strict=True).parse(raw, {**headers, "as-webhook-version": "2026-07"})


def test_an_event_without_an_id_has_the_digest_of_its_body():
    body = b'{"event":"x","ts":1700000000,"msg":{}}'
    event = Verifier(SECRET).parse(*signed(body))
    assert event.key("shop") == f"shop/sha256-{hashlib.sha256(body).hexdigest()}"


def full_traceback(error: BaseException) -> str:
    """The traceback as crash reporters show it: with the locals of every frame of this package."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    while shown.stack and "test_" in shown.stack[0].filename:
        shown.stack.pop(0)
    assert shown.stack
    return "".join(shown.format()) + "".join(str(frame.locals) for frame in shown.stack)


@pytest.mark.parametrize("source", [[SECRET, OLD], lambda: [SECRET, OLD]], ids=["given", "function"])
@pytest.mark.parametrize(
    ("body", "headers"),
    [(BODY, {}), (BODY, {HEADER: "x"}), (BODY, {HEADER: sign(BODY, "y")}), signed(b"{"), signed(b"{}")],
    ids=["missing", "malformed", "mismatch", "json", "envelope"],
)
def test_no_secret_in_any_message_or_traceback(source, body, headers):
    verifier = Verifier(source)
    with pytest.raises(WebhookError) as caught:
        verifier.parse(body, headers)
    expected = sign(body, SECRET)
    for text in (str(caught.value), repr(caught.value)):
        assert SECRET not in text
        assert expected not in text
        assert "InTransit" not in text
    shown = full_traceback(caught.value)
    assert SECRET not in shown
    assert OLD not in shown
    assert SECRET not in repr(verifier)
    assert SECRET not in str(
        {name: getattr(verifier, name) for name in Verifier.__slots__ if name != "_source"}
    )
    assert caught.value.__cause__ is None


def test_the_right_digest_is_in_no_traceback():
    with pytest.raises(SignatureMismatchError) as caught:
        Verifier(SECRET).verify(BODY, {HEADER: sign(BODY, "y")})
    assert GOOD not in full_traceback(caught.value)


def test_every_error_has_a_status_and_a_code():
    classes = [getattr(errors, name) for name in errors.__all__]
    assert all(issubclass(one, WebhookError) and issubclass(one, AfterShipError) for one in classes)
    assert len({one.code for one in classes}) == len(classes)
    assert {one.__name__: one.status for one in classes if one.status not in (400, 401)} == {
        "AddressError": 403,
        "BodyTimeoutError": 408,
        "BodyTooLargeError": 413,
    }


def test_errors_can_be_pickled():
    error = refused("x")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.problem) == (type(error), str(error), error.problem)


@pytest.mark.parametrize("padded", ["s3cret\n", "s3cret\r\n", " s3cret", "s3cret\t"])
def test_a_secret_with_blanks_at_an_end_is_said(padded: str) -> None:
    body = b"{}"
    for secrets in (padded, ["other", padded], lambda: [padded]):
        with pytest.warns(LikelyMistakeWarning, match="line break") as said:
            # It is used as it is written, because the settings may have it too.
            Verifier(secrets).verify(body, {HEADER: sign(body, padded)})
        assert callable(secrets) or Path(said[0].filename).name == "test_verifier.py"
        assert "s3cret" not in str(said[0].message)


def test_a_secret_with_blanks_inside_is_not_a_mistake() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Verifier(["a secret of words", "line\nbreak"])
