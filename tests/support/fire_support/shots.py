"""Requests that no good client sends, each made up from a seed and its number alone."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from contract_support.document.installed import ReadOnce
from contract_support.document.operations import Operation, operations

VERSIONS = ReadOnce.versions()
OPERATIONS: dict[str, tuple[Operation, ...]] = {
    version: tuple(operations(ReadOnce.document(version))) for version in VERSIONS
}
# Few, so that the state of the mock stays small: growth of its memory is then a fault.
KEYS = tuple(f"fire-key-{index:04d}" for index in range(4))
NUMBERS = tuple(f"FIRE{index:06d}" for index in range(30))
SLUGS = ("usps", "fedex", "ups", "testing-courier", "nobody", "")
BIG_BODY = 10 * 1024 * 1024
ODD_TEXTS = (
    *("", " ", "\x00", "é", "\u202e", "a" * 5000, "%", "%00", "%zz", "../..", "' OR 1=1 --", "<script>"),
    *("null", "true", "1e999", "-0", "9" * 400, "2024-02-06T10:15:30+00:00", "24:00", "*", "{}", "[]", ","),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, "", "x", "\x00", "\ud83d\ude00", "a" * 3000, [], {}, [[]], [None]),
    *({"1": 1}, {"01": [], "": {}}, {"a": {"b": {"c": 1}}}, ["a", 1, None], {"": ""}, {"~1": 0, "a/b": 0}),
)
KNOWN_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
ODD_METHODS = ("BREW", "get", "PROPFIND", "PURGE", "LINK", "M-SEARCH", "QUERY", "X" * 40, "CONNECT", "G\x00T")


@dataclass(frozen=True)
class Shot:
    """What is sent on one connection.

    `requests` are the methods and paths that need a response each, in order; None where a server may refuse
    before it knows them. `stops`: the caller sends no more and waits, with a request that is not complete.
    """

    number: int
    kind: str
    raw: bytes
    requests: tuple[tuple[str, str], ...] | None
    stops: bool = False


def shot(seed: int, number: int) -> Shot:
    """Return the shot of a number; the same for the same seed."""
    chance = random.Random(f"{seed}/{number}")
    if number % 1000 == 999:
        return Shot(number, "10 MB", *_big(chance))
    if number % 500 == 100:
        # Early, so that nobody has to wait for them at the end.
        return Shot(number, "slow", *_slow(chance), stops=True)
    make = chance.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    raw, requests = make(chance)
    return Shot(number, make.__name__.strip("_"), raw, requests)


Made = tuple[bytes, tuple[tuple[str, str], ...] | None]


def _operation(chance: random.Random) -> tuple[str, Operation]:
    version = chance.choice(VERSIONS)
    return version, chance.choice(OPERATIONS[version])


def _path(chance: random.Random, version: str, operation: Operation, *, odd: float = 0.1) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            usual = {"slug": SLUGS[0], "tracking_number": chance.choice(NUMBERS)}
            value = usual.get(parameter.name, _identifier(chance))
            if chance.random() < odd:
                value = chance.choice(ODD_TEXTS)
            path = path.replace(f"{{{parameter.name}}}", quote(value, safe=""))
    return f"/tracking/{version}{path}"


def _identifier(chance: random.Random) -> str:
    """Ids that callers may choose, so that some are there."""
    return f"fire{chance.randrange(30):028d}"


def _query(chance: random.Random, operation: Operation) -> str:
    names = [each.name for each in operation.parameters if each.location == "query"]
    pairs = []
    for _ in range(chance.choice((0, 0, 1, 2, 5))):
        name = (
            chance.choice(names) if names and chance.random() < 0.8 else chance.choice(("x", "a[b]", "", "%"))
        )
        pairs.append(
            f"{name}={quote(chance.choice((*ODD_TEXTS, '2', '200', 'InTransit', 'usps')), safe='%,')}"
        )
    return "?" + "&".join(pairs) if pairs else ""


def _fields(chance: random.Random, operation: Operation) -> Any:
    """A body that is mostly good."""
    fields: dict[str, Any] = {}
    body = operation.definition.get("requestBody")
    if body is None:
        return fields
    fields = {"tracking_number": chance.choice(NUMBERS), "slug": chance.choice(SLUGS[:4])}
    if chance.random() < 0.5:
        fields["id"] = _identifier(chance)
    for _ in range(chance.choice((0, 1, 1, 3))):
        name = chance.choice(_NAMES)
        fields[name] = chance.choice(ODD_VALUES)
    return operation.wrap(fields)


_NAMES = (
    *(
        "title",
        "custom_fields",
        "emails",
        "customers",
        "smses",
        "note",
        "order_id",
        "tracking_number",
        "slug",
    ),
    *(
        "shipment_tags",
        "last_mile",
        "language",
        "reason",
        "tracking",
        "notification",
        "credentials",
        "x",
        "1",
    ),
    *("order_promised_delivery_date", "origin_country_region", "delivery_type", "", "\x00", "tracking_key"),
)


def _write(
    method: str, target: str, body: bytes = b"", headers: tuple[bytes, ...] = (), *, key: str = KEYS[0]
) -> bytes:
    head = [f"{method} {target} HTTP/1.1".encode("latin-1"), b"host: mock", f"as-api-key: {key}".encode()]
    head += headers
    if body or method in ("POST", "PUT", "PATCH"):
        head.append(b"content-length: %d" % len(body))
    return b"\r\n".join([*head, b"", body])


def _plain(chance: random.Random) -> Made:
    """A request that is mostly good."""
    version, operation = _operation(chance)
    path = _path(chance, version, operation, odd=0.02)
    body = b""
    if operation.definition.get("requestBody"):
        body = json.dumps(_fields(chance, operation)).encode()
    raw = _write(
        operation.method,
        path + _query(chance, operation),
        body,
        (b"content-type: application/json",),
        key=chance.choice(KEYS),
    )
    return raw, ((operation.method, path),)


def _odd_body(chance: random.Random) -> Made:
    version, operation = _operation(chance)
    path = _path(chance, version, operation)
    body = _broken_json(chance, json.dumps(_fields(chance, operation)).encode())
    return _write(operation.method, path, body), ((operation.method, path),)


def _broken_json(chance: random.Random, good: bytes) -> bytes:
    at = chance.randrange(len(good) + 1)
    return chance.choice(
        (
            good[:at],
            good[:at] + bytes(chance.randrange(256) for _ in range(4)) + good[at:],
            good.replace(b":", b": NaN,", 1),
            good + good,
            b"\xef\xbb\xbf" + good,
            good.decode().encode("utf-16"),
            b"[" * chance.choice((10, 70, 1000, 100_000)),
            b'{"a":' * 500 + b"1" + b"}" * 500,
            b'"\\ud800"',
            b'{"tracking": ' + b"9" * 5000 + b"}",
            b"\x00" * 64,
            good.replace(b'"', b'"\\u0000', 3),
            json.dumps({"custom_fields": {str(index): index for index in range(300)}}).encode(),
            json.dumps({"emails": list(range(300)), "tracking_number": "FIRE000001"}).encode(),
        )
    )


def _odd_content(chance: random.Random) -> Made:
    """gzip, wrong content types, and bodies where none belongs."""
    version, operation = _operation(chance)
    path = _path(chance, version, operation)
    body = json.dumps(_fields(chance, operation)).encode()
    if chance.random() < 0.4:
        body = gzip.compress(body, mtime=0)
    types = (
        b"text/xml",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"\xff",
        b"",
    )
    headers = (b"content-type: " + chance.choice(types), chance.choice((b"content-encoding: gzip", b"x: y")))
    return _write(operation.method, path, body, headers), ((operation.method, path),)


def _odd_path(chance: random.Random) -> Made:
    version, operation = _operation(chance)
    path = chance.choice(
        (
            _path(chance, version, operation, odd=1.0),
            f"/tracking/{version}",
            f"/tracking/{version}/",
            "/tracking",
            "/",
            "//",
            f"/tracking/{version}//trackings/",
            f"/tracking/{version}/trackings/../../x",
            "/tracking/2023-10/trackings",
            "/tracking/9999-99/trackings",
            "/v4/trackings",
            f"/tracking/{version}/" + "/".join("a" * chance.randrange(1, 40)),
            f"/tracking/{version}/trackings/%ff%fe",
            f"/tracking/%32024-01/trackings/{'%41' * 200}",
            f"/tracking/{version}/trackings/" + "b" * chance.choice((100, 9000, 60_000)),
        )
    )
    method = chance.choice(KNOWN_METHODS)
    return _write(method, path + _query(chance, operation)), ((method, path),)


def _odd_method(chance: random.Random) -> Made:
    version, operation = _operation(chance)
    method = chance.choice(ODD_METHODS + KNOWN_METHODS)
    path = _path(chance, version, operation)
    return _write(method, path), ((method, path),) if method in KNOWN_METHODS else None


def _odd_headers(chance: random.Random) -> Made:
    version, operation = _operation(chance)
    path = _path(chance, version, operation)
    raw = chance.choice(
        (
            b"x: " + b"a" * chance.choice((10_000, 70_000, 300_000)),
            b"\r\n".join(b"x-%d: y" % index for index in range(chance.choice((50, 2000, 20_000)))),
            b"x: \xff\xfe",
            b"x: a\x00b",
            b"x y: z",
            b"no colon",
            b": empty",
            b"x: a\r\n folded",
            b"as-api-key: other\r\nas-api-key: \xe2\x82\xac",
            b"aftership-api-key: old",
            b"expect: 100-continue",
            b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AA",
            b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: a\r\nsec-websocket-version: 13",
            b"date: \t\x7f",
            b"as-signature-hmac-sha256: x",
            b"authorization: Bearer \xff",
            b"host: other\r\nhost: another",
        )
    )
    return _write(operation.method, path, b"", (raw,)), None


def _odd_framing(chance: random.Random) -> Made:
    version, operation = _operation(chance)
    path = _path(chance, version, operation)
    body = json.dumps(_fields(chance, operation)).encode()
    start = f"{operation.method} {path} HTTP/1.1\r\nhost: mock\r\nas-api-key: {KEYS[1]}\r\n".encode()
    chunked = start + b"transfer-encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in _parts(chance, body))
    good = chunked + chunks + b"0\r\n\r\n"
    return chance.choice(
        (
            (good, ((operation.method, path),)),
            (chunked + chunks + b"zz\r\n", None),
            (chunked + chunks[:-3], None),
            (chunked + b"ffffffffffffffffff\r\nx", None),
            (start + b"content-length: 5\r\ncontent-length: 6\r\n\r\n{}", None),
            (start + b"content-length: -1\r\n\r\n{}", None),
            (start + b"content-length: 99999999999999999999\r\n\r\n{}", None),
            (start + b"content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", None),
            (start + b"content-length: 50\r\n\r\n{}", None),
            (start.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n", ((operation.method, path),)),
            (start.replace(b"HTTP/1.1", b"HTTP/3.7") + b"\r\n", None),
            (start.replace(b" HTTP/1.1", b"") + b"\r\n", None),
        )
    )


def _parts(chance: random.Random, body: bytes) -> list[bytes]:
    size = chance.choice((1, 7, 64))
    return [body[start : start + size] for start in range(0, min(len(body), 200 * size), size)]


def _pipelined(chance: random.Random) -> Made:
    made = [_plain(chance) for _ in range(chance.randrange(2, 9))]
    requests = tuple(request for _, each in made for request in each or ())
    tail, is_known = chance.choice(
        ((b"", True), (b"", True), (b"\x00\x01\r\n\r\n", False), (b"GET /x HT", False))
    )
    raw = b"".join(each for each, _ in made) + tail
    return raw, requests if is_known else None


def _garbage(chance: random.Random) -> Made:
    size = chance.choice((1, 30, 3000))
    raw = chance.choice(
        (
            bytes(chance.randrange(256) for _ in range(size)),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET http://\r\n\r\n",
            b"OPTIONS * HTTP/1.1\r\n\r\n",
            "GET /tracking/2024-04/trackings/é HTTP/1.1\r\n\r\n".encode(),
            b"\r\n" * size,
        )
    )
    return raw, None


def _slow(chance: random.Random) -> Made:
    """A part of a good request."""
    raw, _ = _odd_framing(chance) if chance.random() < 0.3 else _plain(chance)
    return raw[: chance.randrange(1, len(raw))], None


def _big(chance: random.Random) -> Made:
    version, operation = _operation(chance)
    path = _path(chance, version, operation)
    body = b'{"tracking": "' + b"a" * (BIG_BODY - 16) + b'"}'
    return _write("POST", path, body), (("POST", path),)


_KINDS: tuple[tuple[Callable[[random.Random], Made], float], ...] = (
    (_plain, 30),
    (_odd_body, 20),
    (_odd_content, 8),
    (_odd_path, 12),
    (_odd_method, 8),
    (_odd_headers, 8),
    (_odd_framing, 8),
    (_pipelined, 3),
    (_garbage, 3),
)
