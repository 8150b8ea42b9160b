"""What programs do wrong when they sign, besides what the mock knows: in the string, and in the digest."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from itertools import islice, permutations

from aftership_tracking.mock.accounts.sign_string import SignString

__all__ = ["other_digests", "other_strings"]


def other_strings(right: SignString) -> Iterator[tuple[str, str]]:
    """Yield what may have been signed instead, and what is wrong with it, each with one mistake."""
    lines = right.canonicalized_headers.split("\n")
    yield (
        "there was a space after the colon of a header that is signed.",
        str(right._replace(canonicalized_headers="\n".join(line.replace(":", ": ", 1) for line in lines))),
    )
    upper = [f"{name.upper()}:{value}" for name, _, value in (line.partition(":") for line in lines)]
    yield (
        "names of headers were signed in upper case; they have to be in lower case.",
        str(right._replace(canonicalized_headers="\n".join(upper))),
    )
    yield (
        "the headers that are signed were not sorted by name.",
        str(right._replace(canonicalized_headers="\n".join(reversed(lines)))),
    )
    yield (
        "there was a line feed after the headers that are signed.",
        str(right._replace(canonicalized_headers=f"{right.canonicalized_headers}\n")),
    )
    yield (
        "the date is among the headers that are signed; it has a line of its own only.",
        str(right._replace(canonicalized_headers=f"{right.canonicalized_headers}\ndate:{right.date}")),
    )
    yield "the date was not signed: its line was empty.", str(right._replace(date=""))
    yield (
        "the date was signed with +0000 and sent with GMT.",
        str(right._replace(date=right.date.replace("GMT", "+0000"))),
    )
    yield from _other_resources(right)
    media_type = right.content_type.partition(";")[0].strip()
    for charset in ("; charset=utf-8", ";charset=utf-8", "; charset=UTF-8", ";charset=UTF-8", ""):
        if media_type and f"{media_type}{charset}" != right.content_type:
            yield (
                "the content type was signed with another charset than it was sent with, or without one.",
                str(right._replace(content_type=f"{media_type}{charset}")),
            )
    string = str(right)
    yield (
        "lines that are empty were left out; they stay, without content.",
        "\n".join(filter(None, string.split("\n"))),
    )
    for order in islice(permutations(right), 1, None):
        yield "the parts were signed in another order.", "\n".join(order)
    yield "the lines were joined without line feeds.", string.replace("\n", "")
    yield "the lines were joined by a backslash and an n.", string.replace("\n", "\\n")


def _other_resources(right: SignString) -> Iterator[tuple[str, str]]:
    path, mark, query = right.canonicalized_resource.partition("?")
    changed = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    yield (
        "the path was signed with another slash at its end than it was sent with.",
        str(right._replace(canonicalized_resource=f"{changed}{mark}{query}")),
    )
    parts = path.split("/")
    for first in range(2, min(len(parts), 4)):
        yield (
            "the beginning of the path was not signed.",
            str(right._replace(canonicalized_resource=f"/{'/'.join(parts[first:])}{mark}{query}")),
        )
    for host, what in (
        ("https://api.aftership.com", "scheme and host were"),
        ("api.aftership.com", "the host was"),
    ):
        yield (
            f"{what} signed; the path alone has to be.",
            str(right._replace(canonicalized_resource=f"{host}{right.canonicalized_resource}")),
        )


def other_digests(secret: bytes, string: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what may stand in the header, decoded from base64, and what is wrong with it."""
    right = hmac.digest(secret, string, "sha256")
    for text in (right.hex(), right.hex().upper()):
        yield "it is the base64 of hexadecimal digits.", text.encode()
    yield "it was encoded as base64 twice.", base64.b64encode(right)
    for quote in (b'"', b"'"):
        yield (
            "the secret of the program has quotes around it.",
            hmac.digest(quote + secret + quote, string, "sha256"),
        )
    for name in ("sha1", "sha512", "md5"):
        yield f"it was made with {name.upper()}.", hmac.digest(secret, string, name)
