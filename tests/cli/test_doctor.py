"""`aftership doctor signature`: each usual mistake is named, for requests and for webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.cli.conftest import Run

KEY = "asat_key_of_the_doctor"
SECRET = "asek_secret_of_the_doctor"
DATE = "Mon, 30 Nov 2026 12:00:00 GMT"
BODY = b'{"tracking_number":"RA123456789US","slug":"usps"}'
URL = "https://api.aftership.com/tracking/2026-07/trackings?limit=5&keyword=blue+mug&slug="
PATH = "/tracking/2026-07/trackings"
MD5 = hashlib.md5(BODY).hexdigest().upper()
RIGHT = ("POST", MD5, "application/json", DATE, f"as-api-key:{KEY}\nas-store-id:7")
TARGET = f"{PATH}?keyword=blue+mug&limit=5&slug="
HEADERS = {
    "as-api-key": KEY,
    "As-Store-Id": "7",
    "date": DATE,
    "content-type": "application/json",
}


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSHIP_API_KEY", KEY)
    monkeypatch.setenv("AFTERSHIP_API_SECRET", SECRET)


def sign(string: str, secret: bytes = SECRET.encode()) -> str:
    return base64.b64encode(hmac.digest(secret, string.encode(), "sha256")).decode()


def joined(*changes: tuple[int, str], target: str = TARGET) -> str:
    parts = [*RIGHT, target]
    for index, value in changes:
        parts[index] = value
    return "\n".join(parts)


Doctor = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def doctor(run: Run, tmp_path: Path) -> Doctor:
    """Returns the exit code and the findings."""

    def examine(
        signature: str | None,
        *,
        headers: dict[str, str] = HEADERS,
        body: bytes = BODY,
        at: str = DATE,
        name: str = "as-signature-hmac-sha256",
    ) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "body"
        file.write_bytes(body)
        found = {**headers} if signature is None else {**headers, name: signature}
        lines = [part for pair in found.items() for part in ("-H", ": ".join(pair))]
        result = run("doctor", "signature", "post", URL, "--input", file, "--at", at, "--json", *lines)
        assert SECRET not in result.output
        assert KEY not in result.output
        return result.exit_code, json.loads(result.stdout)

    return examine


def codes(found: dict[str, Any]) -> list[str]:
    return [each["code"] for each in found["findings"]]


def test_a_right_signature_has_no_findings(doctor: Doctor) -> None:
    code, found = doctor(sign(joined()))
    assert (code, found["valid"], found["findings"]) == (0, True, [])
    assert found["sign_string"].startswith(f"POST\n{MD5}\napplication/json\n{DATE}\nas-api-key:")


# What the program did -> the code of the finding, and a part of its text.
MISTAKES = {
    "query order": (
        sign(joined(target=f"{PATH}?{URL.partition('?')[2]}")),
        "signed-differently",
        "not sorted",
    ),
    "no query": (sign(joined(target=PATH)), "signed-differently", "the query is missing"),
    "empty values": (sign(joined(target=TARGET.removesuffix("&slug="))), "signed-differently", "empty value"),
    "decoded query": (sign(joined(target=TARGET.replace("+", " "))), "signed-differently", "decoded"),
    "whole URL": (
        sign(joined(target=f"https://api.aftership.com{TARGET}")),
        "signed-differently",
        "scheme and host",
    ),
    "md5 in lower case": (sign(joined((1, MD5.lower()))), "signed-differently", "lower case"),
    "md5 in base64": (
        sign(joined((1, base64.b64encode(hashlib.md5(BODY).digest()).decode()))),
        "signed-differently",
        "base64",
    ),
    "SHA-256 instead of MD5": (
        sign(joined((1, hashlib.sha256(BODY).hexdigest()))),
        "signed-differently",
        "it is SHA256; it has to be MD5",
    ),
    "another order": (
        sign("\n".join((RIGHT[0], RIGHT[2], RIGHT[1], *RIGHT[3:], TARGET))),
        "signed-differently",
        "in another order",
    ),
    "no md5": (sign(joined((1, ""))), "signed-differently", "empty although"),
    "no content type": (sign(joined((2, ""))), "signed-differently", "empty although"),
    "method in lower case": (sign(joined((0, "post"))), "signed-differently", "lower case"),
    "one header": (sign(joined((4, f"as-api-key:{KEY}"))), "signed-differently", "only as-api-key"),
    "header names": (sign(joined((4, f"As-Store-Id:7\nas-api-key:{KEY}"))), "header-case", "as they were"),
    "CRLF": (sign(joined().replace("\n", "\r\n")), "signed-differently", "CRLF"),
    "line end": (sign(joined() + "\n"), "signed-differently", "line feed at the end"),
    "body written again": (
        sign(joined((1, hashlib.md5(json.dumps(json.loads(BODY)).encode()).hexdigest().upper()))),
        "body-reserialised",
        "written again",
    ),
    "body with a line end": (
        sign(joined((1, hashlib.md5(BODY + b"\n").hexdigest().upper()))),
        "body-line-end",
        "line break at the end",
    ),
    "body with a mark": (
        sign(joined((1, hashlib.md5(b"\xef\xbb\xbf" + BODY).hexdigest().upper()))),
        "body-mark",
        "byte order mark",
    ),
    "secret with a line end": (sign(joined(), f"{SECRET}\n".encode()), "secret-has-spaces", ""),
    "hex": (base64.b64decode(sign(joined())).hex(), "signed-differently", "hex"),
    "another secret": (sign(joined(), b"another"), "wrong-secret", "no single known mistake"),
    "nothing": (None, "signature-missing", "missing"),
    "space after a colon": (
        sign(joined((4, f"as-api-key: {KEY}\nas-store-id: 7"))),
        "signed-differently",
        "space after the colon",
    ),
    "names in upper case": (
        sign(joined((4, f"AS-API-KEY:{KEY}\nAS-STORE-ID:7"))),
        "signed-differently",
        "upper case",
    ),
    "headers not sorted": (
        sign(joined((4, f"as-store-id:7\nas-api-key:{KEY}"))),
        "signed-differently",
        "not sorted by name",
    ),
    "a line end after headers": (
        sign(joined((4, f"{RIGHT[4]}\n"))),
        "signed-differently",
        "after the headers",
    ),
    "date among headers": (
        sign(joined((4, f"{RIGHT[4]}\ndate:{DATE}"))),
        "signed-differently",
        "date is among the headers",
    ),
    "no date": (sign(joined((3, ""))), "signed-differently", "date was not signed"),
    "another zone": (sign(joined((3, DATE.replace("GMT", "+0000")))), "signed-differently", "+0000"),
    "charset": (sign(joined((2, "application/json; charset=utf-8"))), "signed-differently", "charset"),
    "slash": (sign(joined(target=TARGET.replace("?", "/?"))), "signed-differently", "slash at its end"),
    "no prefix": (
        sign(joined(target=TARGET.removeprefix("/tracking/2026-07"))),
        "signed-differently",
        "beginning of the path",
    ),
    "no line feeds": (sign(joined().replace("\n", "")), "signed-differently", "without line feeds"),
    "escaped line feeds": (sign(joined().replace("\n", "\\n")), "signed-differently", "backslash"),
    "hexadecimal in base64": (
        base64.b64encode(base64.b64decode(sign(joined())).hex().encode()).decode(),
        "other-digest",
        "hexadecimal",
    ),
    "base64 twice": (base64.b64encode(sign(joined()).encode()).decode(), "other-digest", "twice"),
    "SHA-1": (
        base64.b64encode(hmac.digest(SECRET.encode(), joined().encode(), "sha1")).decode(),
        "other-digest",
        "SHA1",
    ),
    "a secret in quotes": (sign(joined(), f'"{SECRET}"'.encode()), "other-digest", "quotes"),
    "the key as the secret": (sign(joined(), KEY.encode()), "key-as-secret", "API key"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_named(doctor: Doctor, name: str) -> None:
    signature, code, part = MISTAKES[name]
    exit_code, found = doctor(signature)
    assert exit_code == 1
    assert found["valid"] is False
    assert codes(found) == [code]
    assert part in found["findings"][0]["text"]
    assert found["findings"][0]["cure"]


@pytest.mark.parametrize(
    ("headers", "at", "code"),
    [
        ({}, "Mon, 30 Nov 2026 12:03:01 GMT", "date"),
        ({}, "Mon, 30 Nov 2026 11:50:00 GMT", "date"),
        ({"date": ""}, DATE, "date"),
        ({"as-api-key": ""}, DATE, "key-missing"),
    ],
)
def test_date_and_key_are_checked_beside_the_signature(
    doctor: Doctor, headers: dict[str, str], at: str, code: str
) -> None:
    changed = {**HEADERS, **headers}
    signature = sign(joined((3, changed["date"]), (4, f"as-api-key:{changed['as-api-key']}\nas-store-id:7")))
    exit_code, found = doctor(signature, headers=changed, at=at)
    assert (exit_code, codes(found)) == (1, [code])
    assert "of the mock" not in json.dumps(found)


def test_another_key_is_only_a_likely_cause(doctor: Doctor) -> None:
    changed = {**HEADERS, "as-api-key": "asat_another_key"}
    exit_code, found = doctor(
        sign(joined((4, "as-api-key:asat_another_key\nas-store-id:7"))), headers=changed
    )
    assert (exit_code, codes(found)) == (0, ["other-key"])
    assert "asat_another_key" not in json.dumps(found)


def test_rsa(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    monkeypatch.setenv("AFTERSHIP_API_SECRET", pem)

    def sign_rsa(string: str, scheme: Any) -> str:
        return base64.b64encode(private.sign(string.encode(), scheme, hashes.SHA256())).decode()

    name = "as-signature-rsa-sha256"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    assert doctor(sign_rsa(joined(), pss), name=name)[0] == 0
    exit_code, found = doctor(sign_rsa(joined((0, "post")), pss), name=name)
    assert (exit_code, codes(found)) == (1, ["signed-differently"])
    exit_code, found = doctor(sign_rsa(joined(), padding.PKCS1v15()), name=name)
    assert "PKCS#1" in found["findings"][0]["text"]


def test_for_people(run: Run, tmp_path: Path) -> None:
    lines = [part for pair in HEADERS.items() for part in ("-H", ": ".join(pair))]
    file = tmp_path / "body"
    file.write_bytes(BODY)
    signature = f"as-signature-hmac-sha256: {sign(joined((0, 'post')))}"
    result = run("doctor", "signature", "POST", URL, "--input", file, "--at", DATE, *lines, "-H", signature)
    assert result.exit_code == 1
    assert f"  {MD5}\n" in result.stdout
    assert "The signature is refused." in result.stdout
    assert KEY not in result.output


def test_a_webhook_is_examined_as_by_the_other_doctor(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERSHIP_WEBHOOK_SECRET", SECRET)
    file = tmp_path / "body"
    file.write_bytes(b'{"a": 1}')
    right = base64.b64encode(hmac.digest(SECRET.encode(), b'{"a": 1}', "sha256")).decode()
    other = base64.b64encode(hmac.digest(SECRET.encode(), b'{"a":1}', "sha256")).decode()
    for signature, code in ((right, 0), (other, 1)):
        header = ("-H", f"aftership-hmac-sha256: {signature}")
        one = run("doctor", "signature", "--input", file, *header)
        two = run("webhook", "doctor", file, *header)
        assert (one.exit_code, one.stdout) == (two.exit_code, two.stdout)
        assert one.exit_code == code
    assert "parsed and written again" in one.stdout


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "of a webhook, its body"),
        (("POST",), "give METHOD and URL"),
        (("POST", PATH, "--computed", "x"), "for a webhook"),
        (("--input", "/dev/null", "--at", DATE), "for a request"),
        (("POST", PATH, "--at", "yesterday"), "as in HTTP"),
    ],
)
def test_wrong_arguments(run: Run, arguments: tuple[str, ...], part: str) -> None:
    result = run("doctor", "signature", *arguments)
    assert result.exit_code == 2
    assert part in result.stderr


def test_without_a_secret_it_says_where_to_put_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERSHIP_API_SECRET")
    result = run("doctor", "signature", "GET", PATH)
    assert result.exit_code == 3
    assert "AFTERSHIP_API_SECRET" in result.stderr


def test_lines_without_content_stay(run: Run) -> None:
    string = "\n".join(["GET", DATE, f"as-api-key:{KEY}", PATH])
    lines = ("-H", f"as-api-key: {KEY}", "-H", f"date: {DATE}")
    signature = ("-H", f"as-signature-hmac-sha256: {sign(string)}")
    result = run("doctor", "signature", "GET", PATH, "--at", DATE, "--json", *lines, *signature)
    assert "lines that are empty were left out" in result.stdout


def test_a_url_that_cannot_be_read_is_refused_and_any_bytes_in_it_are_not(run: Run) -> None:
    """Both ended in a traceback."""
    lines = (
        "-H",
        f"as-api-key: {KEY}",
        "-H",
        f"date: {DATE}",
        "-H",
        f"as-signature-hmac-sha256: {sign('x')}",
    )
    result = run("doctor", "signature", "GET", "http://[::1", "--at", DATE, *lines)
    assert result.exit_code == 2
    assert "is not a URL or a path" in result.stderr
    for url in (f"{PATH}?keyword=%ff", f"{PATH}?keyword=\udcff", f"{PATH}/\u00e9?%zz&&="):
        result = run("doctor", "signature", "GET", url, "--at", DATE, "--json", *lines)
        assert result.exit_code == 1, result.output
        assert codes(json.loads(result.stdout)) == ["wrong-secret"]


def test_the_cure_of_a_date_fits_what_is_wrong_with_it(doctor: Doctor) -> None:
    without = {name: value for name, value in HEADERS.items() if name != "date"}
    for headers in (without, {**HEADERS, "date": "2026-11-30T12:00:00Z"}):
        _, found = doctor(None, headers=headers)
        hint = next(each["cure"] for each in found["findings"] if each["code"] == "date")
        assert hint.startswith("Send the header date")
    _, found = doctor(None, at="Mon, 30 Nov 2026 13:00:00 GMT")
    hint = next(each["cure"] for each in found["findings"] if each["code"] == "date")
    assert hint.startswith("Set the clock")


def test_a_bare_call_says_what_both_uses_need(run: Run, tmp_path: Path) -> None:
    result = run("doctor", "signature")
    assert result.exit_code == 2
    assert "METHOD and URL" in result.output
    missing = run("doctor", "signature", "GET", PATH, "--input", tmp_path / "none")
    assert missing.exit_code == 2
    assert "body-file" not in missing.output
