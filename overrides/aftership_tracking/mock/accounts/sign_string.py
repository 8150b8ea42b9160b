"""The string that a signature is made of, by the documented rules, and by the usual mistakes in them.

It is written from the documentation alone and shares nothing with the client that it checks.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote_plus, unquote_to_bytes

from aftership_tracking.mock.wire.message import MockRequest

JSON = "application/json"
SIGNATURE_HEADERS = {"aes": "as-signature-hmac-sha256", "rsa": "as-signature-rsa-sha256"}
"""The header of a signature, by the kind of its key."""
_UNSORTED = "the query is not sorted by key"
_NO_EMPTY = "pairs with an empty value are missing"
_ENCODED = "the query is encoded differently than it was sent"
# What JavaScript's encodeURIComponent leaves unescaped, besides letters and digits.
_PLAIN_IN_JAVASCRIPT = "-._~!*'()"


class SignString(NamedTuple):
    """The six parts. What is signed is the parts joined by line feeds."""

    method: str
    content_md5: str
    content_type: str
    date: str
    canonicalized_headers: str
    canonicalized_resource: str

    def __str__(self) -> str:
        return "\n".join(self)


class Mistake(NamedTuple):
    """A wrong string, the part in which it differs from the right one, and how."""

    string: str
    part: str
    what: str


def sign_string(request: MockRequest) -> SignString:
    """Return what a caller has to sign for this request, the query as it was received."""
    return SignString(
        request.method.upper(),
        hashlib.md5(request.body, usedforsecurity=False).hexdigest().upper() if request.body else "",
        request.headers.get("content-type", "") if request.body else "",
        request.headers.get("date", ""),
        _headers(request, "as-"),
        _resource(request, _sort(_pairs(request))),
    )


def re_encode_query(request: MockRequest) -> Iterator[SignString]:
    """Yield the same for a service that decodes the query and encodes it again, spaces as `+` or as `%20`."""
    right = sign_string(request)
    decoded = [tuple(map(_decode, pair.partition("=")[::2])) for pair in _pairs(request)]
    for encode in (_encode_as_form, _encode_as_javascript):
        pairs = [f"{encode(name)}={encode(value)}" for name, value in decoded]
        yield right._replace(canonicalized_resource=_resource(request, _sort(pairs)))


def tolerable(request: MockRequest) -> Iterator[Mistake]:
    """Yield how official clients sign a query, where nothing says whether the service accepts it.

    Those for Python before 10.0.1 do not sort it, those from 4.0.0 on leave out what has no value, and all of
    them sign only the first value of a repeated key.
    """
    right = sign_string(request)
    pairs = _pairs(request)
    first = list({pair.partition("=")[0]: pair for pair in reversed(pairs)}.values())[::-1]
    variants: list[tuple[list[str], str]] = [
        (pairs, _UNSORTED),
        (_with_value(pairs), _NO_EMPTY),
        (_sort(_with_value(pairs)), _NO_EMPTY),
        (first, _UNSORTED),
        (_with_value(first), _NO_EMPTY),
    ]
    for chosen, what in variants:
        resource = _resource(request, chosen)
        if resource != right.canonicalized_resource:
            string = str(right._replace(canonicalized_resource=resource))
            yield Mistake(string, "canonicalized_resource", what)
    for other in re_encode_query(request):
        if other != right:
            yield Mistake(str(other), "canonicalized_resource", _ENCODED)


def _with_value(pairs: list[str]) -> list[str]:
    return [pair for pair in pairs if pair.partition("=")[2]]


def mistakes(request: MockRequest) -> Iterator[Mistake]:
    """Yield what callers are known to sign by mistake, each wrong in one part."""
    right = sign_string(request)
    for part, value, what in _wrong_parts(request, right):
        if value != getattr(right, part):
            yield Mistake(str(right._replace(**{part: value})), part, what)
    yield Mistake(str(right).replace("\n", "\r\n"), "line ends", "the parts are joined by CRLF")
    yield Mistake(f"{right}\n", "line ends", "there is a line feed at the end")


def _wrong_parts(request: MockRequest, right: SignString) -> Iterator[tuple[str, str, str]]:
    yield "method", request.method.lower(), "it is in lower case"
    digest = hashlib.md5(request.body, usedforsecurity=False)
    yield "content_md5", digest.hexdigest(), "it is in lower case"
    yield "content_md5", digest.hexdigest().upper(), "an empty body is hashed; the part has to be empty"
    yield "content_md5", digest.hexdigest().upper().lstrip("0"), "its leading zeros are missing"
    yield "content_md5", b64encode(digest.digest()).decode(), "it is base64; it has to be hex"
    for name in ("sha256", "sha1"):
        other = hashlib.new(name, request.body, usedforsecurity=False)
        for text in (other.hexdigest(), other.hexdigest().upper(), b64encode(other.digest()).decode()):
            yield "content_md5", text, f"it is {name.upper()}; it has to be MD5"
    yield "content_md5", "", "it is empty although there is a body"
    yield "content_type", JSON, f"it is {JSON}, whatever the request says"
    yield "content_type", "", "it is empty although there is a body"
    yield (
        "canonicalized_headers",
        _headers(request, "as"),
        "headers that begin with as and no hyphen are in it",
    )
    own = f"as-api-key:{request.headers.get('as-api-key', '').strip()}"
    yield "canonicalized_headers", own, "only as-api-key is in it; each header that begins with as- has to be"
    yield "canonicalized_headers", "", "it is empty"
    pairs = _pairs(request)
    resource = "canonicalized_resource"
    yield resource, _resource(request, []), "the query is missing"
    yield resource, f"{_resource(request, [])}?", "there is a question mark without a query"
    first = {pair.partition("=")[0]: pair for pair in reversed(pairs)}
    yield (
        resource,
        _resource(request, _sort(list(first.values()))),
        "only the first value of a repeated key is in it",
    )
    decoded = [_decode(pair) for pair in _sort(pairs)]
    yield resource, _resource(request, decoded), "the query is decoded; it has to be as it was sent"
    plain = unquote_to_bytes(_path(request)).decode("utf-8", "replace")
    yield resource, _with_query(plain, _sort(pairs)), "the path is decoded; it has to be as it was sent"
    bare = request.path.decode("latin-1")
    yield resource, _with_query(bare, _sort(pairs)), "the prefix that the mock lives under is missing"
    host = request.headers.get("host", "")
    for scheme in ("https", "http"):
        yield resource, f"{scheme}://{host}{right[-1]}", "scheme and host are in it"


def _headers(request: MockRequest, prefix: str) -> str:
    names = sorted(name for name in request.headers if name.startswith(prefix))
    return "\n".join(
        f"{name}:{request.headers[name].strip()}" for name in names if name not in SIGNATURE_HEADERS.values()
    )


def _path(request: MockRequest) -> str:
    return (request.mount + request.path).decode("latin-1")


def _pairs(request: MockRequest) -> list[str]:
    query = request.query.decode("latin-1")
    return query.split("&") if query else []


def _sort(pairs: list[str]) -> list[str]:
    # Only by the key: values of one key stay in their order.
    return sorted(pairs, key=lambda pair: pair.partition("=")[0])


def _resource(request: MockRequest, pairs: list[str]) -> str:
    return _with_query(_path(request), pairs)


def _with_query(path: str, pairs: list[str]) -> str:
    return f"{path}?{'&'.join(pairs)}" if pairs else path


def _decode(text: str) -> str:
    return unquote_plus(text, errors="surrogateescape")


def _encode_as_form(text: str) -> str:
    return quote_plus(text, errors="surrogateescape")


def _encode_as_javascript(text: str) -> str:
    return quote(text, safe=_PLAIN_IN_JAVASCRIPT, errors="surrogateescape")
