"""Requests that no property test thinks of: huge, deep, broken, oddly encoded.

Whatever is sent, the response must fit the document, and must never be a server fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract_support.calls.api import API_KEY
from contract_support.calls.asgi import Application, Request, Response, request, send_request
from contract_support.document.fitting import fit_body
from contract_support.document.operations import Operation, operation_named, server_prefix
from contract_support.document.schema_checker import checker_of

MEBIBYTE = 1024 * 1024
JSON = ((b"as-api-key", API_KEY.encode()), (b"content-type", b"application/json"))
KEY = JSON[:1]

CREATE = "create-tracking"
LIST = "get-trackings"
GET = "get-tracking-by-id"


@dataclass(frozen=True)
class OddRequest:
    """One odd request, the operation that it reaches, and the statuses that are correct for it."""

    name: str
    operation: str
    sent: Request
    statuses: frozenset[int]
    body: Callable[[], bytes] | None = None
    """Makes the body of `sent` when it is sent: some are large, and there are many."""

    def request(self) -> Request:
        return self.sent if self.body is None else replace(self.sent, body=self.body())


REFUSED = frozenset({400})
NOT_FOUND = frozenset({400, 404})
ACCEPTED_OR_REFUSED = frozenset({200, 201, 400})
UNAUTHORIZED = frozenset({401})


def odd_requests(document: Mapping[str, Any]) -> Iterator[OddRequest]:
    """Yield every odd request for one version."""
    prefix = server_prefix(document)
    yield from _odd_bodies(document)
    yield from _odd_paths(prefix)
    yield from _odd_queries(document)
    yield from _odd_headers(prefix)


def complaints(document: Mapping[str, Any], application: Application, odd: OddRequest) -> list[str]:
    """Send one odd request and return what is wrong with its response."""
    response = send_request(application, odd.request())
    operation = operation_named(document, odd.operation)
    found = [f"{odd.name}: {reason}" for reason in response_complaints(document, operation, response)]
    if response.status not in odd.statuses:
        found.append(f"{odd.name}: responded {response.status}, expected one of {sorted(odd.statuses)}")
    return found


def response_complaints(document: Mapping[str, Any], operation: Operation, response: Response) -> list[str]:
    return checker_of(document).response_complaints(
        operation, response.status, response.headers_by_name(), response.body
    )


def _odd_bodies(document: Mapping[str, Any]) -> Iterator[OddRequest]:
    prefix = server_prefix(document)
    operation = operation_named(document, CREATE)
    start, end = json.dumps(operation.wrap({"": 0})).encode().split(b'{"": 0}')

    def around(fields: bytes) -> bytes:
        """Put the JSON of an object where the body of this version has it."""
        return start + fields + end

    def create(name: str, body: bytes, statuses: frozenset[int], **changes: Any) -> OddRequest:
        sent = Request("POST", f"{prefix}/trackings".encode(), headers=JSON, body=body)
        return OddRequest(f"body: {name}", CREATE, replace(sent, **changes), statuses)

    def large(name: str, body: Callable[[], bytes], statuses: frozenset[int]) -> OddRequest:
        return replace(create(name, b"", statuses), body=body)

    shortest = fit_body(document, operation, {"tracking_number": "ODD0000000001", "slug": "usps"})

    def tracking(**fields: Any) -> bytes:
        return json.dumps(operation.wrap({**shortest, **fields})).encode()

    plain = tracking()
    for size in (3_000, 100_000, 5 * MEBIBYTE):
        yield large(
            f"title of {size} characters", lambda size=size: tracking(title="t" * size), ACCEPTED_OR_REFUSED
        )
    yield large("number of 5 MiB", lambda: tracking(tracking_number="9" * 5 * MEBIBYTE), REFUSED)
    yield large(
        "50,000 unknown fields",
        lambda: tracking(**{f"f{n}": n for n in range(50_000)}),
        ACCEPTED_OR_REFUSED,
    )
    yield large(
        "200,000 receivers",
        lambda: tracking(emails=["a@example.com"] * 200_000, customers=[{"name": "A"}] * 200_000),
        REFUSED,
    )
    yield large("lists 100,000 deep", lambda: b"[" * 100_000 + b"]" * 100_000, REFUSED)
    yield large(
        "objects 100,000 deep inside a field",
        lambda: around(
            b'{"tracking_number": "ODD0000000001", "x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
        ),
        ACCEPTED_OR_REFUSED,
    )
    yield create("an integer of 5,000 digits", around(b"9" * 5_000), REFUSED)
    yield create("NaN", around(b'{"tracking_number": NaN}'), REFUSED)
    yield create("Infinity", around(b'{"tracking_number": "ODD0000000001", "x": -Infinity}'), REFUSED)
    yield create("a float beyond the range", around(b'{"tracking_number": 1e999}'), REFUSED)
    yield create("lone surrogate as number", around(b'{"tracking_number": "\\ud800ABCDE"}'), REFUSED)
    yield create("lone surrogate as title", tracking(title="\ud800"), ACCEPTED_OR_REFUSED)
    yield create("lone surrogate as key", tracking(**{"\udfff": 1}), ACCEPTED_OR_REFUSED)
    yield create("the same key twice", b'{"tracking": {}, "tracking": {}}', REFUSED)
    yield create("zero byte in a title", tracking(title="a\0b"), ACCEPTED_OR_REFUSED)
    yield create(
        "every kind of script",
        tracking(title="parcel \u202e \u05d0\u0301 \U0001f69a \u4e2d"),
        ACCEPTED_OR_REFUSED,
    )
    yield create("byte order mark", b"\xef\xbb\xbf" + plain, ACCEPTED_OR_REFUSED)
    yield create("UTF-16", plain.decode().encode("utf-16"), ACCEPTED_OR_REFUSED)
    yield create("Latin-1", around('{"tracking_number": "é"}'.encode("latin-1")), REFUSED)
    yield create("cut UTF-8", around(b'{"title": "\xe2\x82"}'), REFUSED)
    yield create("nothing", b"", REFUSED)
    yield create("spaces", b" \n\t ", REFUSED)
    for value in (b"null", b"3", b'"text"', b"[]", b"{}", b'{"tracking": null}', b'{"tracking": []}'):
        yield create(value.decode(), value, REFUSED)
    yield create("cut off", plain[:-1], REFUSED)
    yield create("something after the end", plain + b"}", REFUSED)
    yield create("single quotes", around(b"{'tracking_number': 'ODD0000000001'}"), REFUSED)
    pieces = tuple(plain[n : n + 1] for n in range(len(plain)))
    yield create("byte by byte", plain, frozenset({201}), chunks=pieces)
    pieces = (b"", plain[:9], b"", plain[9:], b"")
    yield create("empty chunks between", plain, frozenset({201}), chunks=pieces)
    get = Request("GET", f"{prefix}/trackings".encode(), headers=JSON, body=b"\xff" * 1000)
    yield OddRequest("body: on a GET", LIST, get, frozenset({200}))


def _odd_paths(prefix: str) -> Iterator[OddRequest]:
    segments = {
        "zero byte": b"%00",
        "not UTF-8": b"%ff%fe",
        "cut UTF-8": b"%e2%82",
        "escaped slash": b"a%2Fb",
        "escaped dots": b"%2e%2e",
        "escaped twice": b"%2525",
        "broken escape": b"%zz",
        "lone percent": b"a%",
        "escaped emoji": b"%F0%9F%9A%9A",
        "escaped line break": b"a%0d%0ab",
        "10,000 characters": b"a" * 10_000,
        "question mark and hash": b"%3F%23",
        "a space and a plus": b"%20+",
    }
    for name, segment in segments.items():
        path = f"{prefix}/trackings/".encode() + segment
        yield OddRequest(f"path: {name}", GET, Request("GET", path, headers=KEY), NOT_FOUND)


def _odd_queries(document: Mapping[str, Any]) -> Iterator[OddRequest]:
    prefix = server_prefix(document)
    paging = operation_named(document, LIST).paging
    assert paging is not None

    def listing(name: str, query: bytes, statuses: frozenset[int]) -> OddRequest:
        sent = Request("GET", f"{prefix}/trackings".encode(), query=query, headers=KEY)
        return OddRequest(f"query: {name}", LIST, sent, statuses)

    both = frozenset({200, 400})
    yield listing("keyword of 50,000 characters", b"keyword=" + b"k" * 50_000, both)
    yield listing("5,000 parameters", b"&".join(b"p%d=1" % n for n in range(5_000)), both)
    yield listing("not UTF-8", b"keyword=%ff%fe", both)
    yield listing("raw bytes", b"keyword=\xff\xfe", both)
    yield listing("zero byte", b"keyword=%00", both)
    yield listing("broken escape", b"keyword=%zz", both)
    yield listing("only separators", b"&&&&", frozenset({200}))
    yield listing("no name", b"=1", both)
    yield listing("no value", b"keyword", both)
    numbers = {"limit": paging["limit"]}
    if paging["kind"] == "page":
        numbers["page"] = paging["page"]
    for what, name in ((what, name.encode()) for what, name in numbers.items()):
        yield listing(f"a {what} of 400 digits", name + b"=" + b"9" * 400, both)
        yield listing(f"a {what} of 5,000 digits", name + b"=" + b"9" * 5_000, both)
        yield listing(f"a {what} in other digits", name + b"=%D9%A1", REFUSED)
        yield listing(f"a {what} with a space", name + b"=%201", REFUSED)
        yield listing(f"a {what} with an underscore", name + b"=1_0", REFUSED)
        yield listing(f"a {what} below one", name + b"=0", REFUSED if what == "limit" else both)
        yield listing(f"a {what} given twice", name + b"=1&" + name + b"=2", REFUSED)
    above = b"%d" % (paging["max-limit"] + 1)
    yield listing("a limit above the largest", paging["limit"].encode() + b"=" + above, REFUSED)
    if paging["kind"] == "cursor":
        cursors = {
            "50,000 characters": b"A" * 50_000,
            "bytes that are not UTF-8": b"%ff%fe",
            "a zero byte": b"%00",
            "other digits": b"%D9%A1",
            "a broken escape": b"%zz",
            "half a cursor": b"AAAAAAAAAAE",
        }
        for what, cursor in cursors.items():
            yield listing(f"a cursor of {what}", paging["cursor"].encode() + b"=" + cursor, REFUSED)
    numbers = b"tracking_numbers=" + b",".join(b"ODD%010d" % n for n in range(51))
    yield listing("51 numbers", numbers, REFUSED)
    yield listing("50 numbers", numbers.rpartition(b",")[0], frozenset({200}))


def _odd_headers(prefix: str) -> Iterator[OddRequest]:
    path = f"{prefix}/trackings".encode()
    keys = {
        "no key": (),
        "an empty key": ((b"as-api-key", b""),),
        "a key that is not ASCII": ((b"as-api-key", b"\xff\xfe"),),
        "a key of 50,000 characters": ((b"as-api-key", b"k" * 50_000),),
        "the key under the old name": ((b"aftership-api-key", API_KEY.encode()),),
        "the key with something after it": ((b"as-api-key", API_KEY.encode() + b"x"),),
    }
    for name, headers in keys.items():
        yield OddRequest(f"header: {name}", LIST, Request("GET", path, headers=headers), UNAUTHORIZED)
    ordinary = request("GET", path.decode(), key=API_KEY)
    many = replace(ordinary, headers=(*ordinary.headers, *((b"x-%d" % n, b"v") for n in range(2_000))))
    yield OddRequest("header: 2,000 more", LIST, many, frozenset({200}))
