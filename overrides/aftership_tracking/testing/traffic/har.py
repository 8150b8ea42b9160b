"""Reads recorded traffic: HAR 1.2 of browsers, mitmproxy, Charles, Proxyman and the mock.

A file is hostile until it was checked: its size and depth are limited, whatever an entry lacks is reported
with its number, and nothing of its values is in a message.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from aftership_tracking.errors import UsageError
from aftership_tracking.testing.traffic.records import TrafficRequest, TrafficResponse

MAX_FILE_BYTES = 256 * 1024 * 1024
"""A longer file is refused: it is read as a whole."""
MAX_BODY_BYTES = 64 * 1024 * 1024
"""A compressed body that unpacks to more is not read."""
NO_CONTENT = 204
_GZIP = b"\x1f\x8b"
# Says to zlib that there is a header of gzip.
_GZIP_WINDOW = 31
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_ENCODING_MARK = b"\xef\xbb\xbf"


class UnreadableEntryError(ValueError):
    """An entry that is not what HAR 1.2 says. The message names the key and holds no value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HarEntry:
    """One entry: a call, or the reason why it could not be read."""

    number: int
    """Counts from 1, in the order of the file."""
    request: TrafficRequest | None = None
    """None if the entry could not be read."""
    response: TrafficResponse | None = None
    """None if there was none, as after a connection that failed."""
    problem: str = ""
    """Why the entry could not be read."""


def read_har(path: Path | str) -> Iterator[HarEntry]:
    """Yield the entries of a HAR file.

    Raises:
        UsageError: the file cannot be read, is longer than MAX_FILE_BYTES, or is not a HAR.
    """
    raw = _read(Path(path)).removeprefix(_ENCODING_MARK)
    try:
        content = _parse(raw)
    except RecursionError:
        raise UsageError(f"{path} is nested too deeply to be a HAR file") from None
    except ValueError:
        raise UsageError(f"{path} is not JSON, so it is not a HAR file") from None
    log = content.get("log") if isinstance(content, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise UsageError(f"{path} is JSON, but not a HAR file: it has no list log.entries")
    for number, entry in enumerate(entries, start=1):
        yield _read_entry(number, entry)


def _parse(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Browsers cut strings in the middle of a character, which leaves half of a surrogate pair. The slower
        # reader takes it, and one such string must not cost the whole file.
        return json.loads(raw, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # A device or a pipe has no size, so the bytes are counted.
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or type(error).__name__}") from None
    if len(raw) > MAX_FILE_BYTES:
        raise UsageError(
            f"{path} is longer than {MAX_FILE_BYTES // 1024 // 1024} MB",
            hint="Record less, or split the file.",
        )
    return raw


def _read_entry(number: int, entry: Any) -> HarEntry:
    try:
        request = _read_request(_part(entry, "request", dict))
        response = _read_response(entry)
    except UnreadableEntryError as error:
        return HarEntry(number=number, problem=str(error))
    return HarEntry(number=number, request=request, response=response)


def _part(holder: Any, name: str, kind: type) -> Any:
    found = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(found, kind):
        raise UnreadableEntryError(f"{name} is missing, or not a {_KINDS[kind]}")
    return found


_KINDS = {dict: "JSON object", list: "list", str: "string", int: "whole number"}


def _read_request(sent: Mapping[str, Any]) -> TrafficRequest:
    headers = _read_headers(sent.get("headers"))
    method, url = _part(sent, "method", str), _part(sent, "url", str)
    return TrafficRequest(method=method, url=url, headers=headers, body=_request_body(sent, headers))


def _request_body(sent: Mapping[str, Any], headers: Mapping[str, str]) -> bytes | None:
    posted = sent.get("postData")
    if isinstance(posted, dict) and isinstance(posted.get("text"), str):
        return _decode(posted["text"], posted.get("encoding"), "postData")
    if posted is not None and not isinstance(posted, dict):
        raise UnreadableEntryError("postData is not a JSON object")
    if posted is not None and posted.get("params"):
        return None
    sizes = _known_sizes(sent.get("bodySize"), headers)
    if any(sizes):
        return None
    # Recorders leave out bodies whose size they do not know.
    may_have_one = str(sent.get("method")).upper() in _WITH_BODY and posted is None
    return None if may_have_one and not sizes else b""


def _read_response(entry: Mapping[str, Any]) -> TrafficResponse | None:
    received = entry.get("response")
    # A browser writes status 0 for a request that was aborted or blocked.
    if received is None or (isinstance(received, dict) and received.get("status") == 0):
        return None
    if not isinstance(received, dict):
        raise UnreadableEntryError("response is not a JSON object")
    status = _part(received, "status", int)
    if isinstance(status, bool) or not 100 <= status <= 999:
        raise UnreadableEntryError("status is not a status of HTTP")
    headers = _read_headers(received.get("headers"))
    content = received.get("content")
    if content is not None and not isinstance(content, dict):
        raise UnreadableEntryError("content is not a JSON object")
    return TrafficResponse(
        status=status, headers=headers, body=_response_body(received, content or {}, headers)
    )


def _response_body(
    received: Mapping[str, Any], content: Mapping[str, Any], headers: Mapping[str, str]
) -> bytes | None:
    text = content.get("text")
    if isinstance(text, str) and text:
        return _decode(text, content.get("encoding"), "content")
    if text is not None and not isinstance(text, str):
        raise UnreadableEntryError("text of content is not a string")
    # A recorder may leave a body out, so only a size of 0 says that there was none.
    known = [
        *_known_sizes(content.get("size"), headers),
        *_known_sizes(received.get("bodySize"), headers),
    ]
    if any(known):
        return None
    return b"" if known or text == "" or received.get("status") == NO_CONTENT else None


def _known_sizes(size: object, headers: Mapping[str, str]) -> list[int]:
    """Return what is known of the size of a body. A recorder writes -1 for what it does not know."""
    length = headers.get("content-length", "").strip()
    sizes = [size, int(length) if length.isdecimal() and len(length) < 20 else None]
    return [each for each in sizes if isinstance(each, int) and each >= 0]


def _decode(text: str, encoding: object, where: str) -> bytes:
    if encoding in (None, ""):
        # Half of a surrogate pair cannot be UTF-8; what reads the body refuses it.
        return text.encode("utf-8", "surrogatepass")
    if encoding != "base64":
        raise UnreadableEntryError(f"the encoding of {where} is not base64, and HAR knows no other")
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableEntryError(f"the text of {where} is not base64") from None
    return _unpack(raw, where) if raw.startswith(_GZIP) else raw


def _unpack(raw: bytes, where: str) -> bytes:
    """Unpack what a proxy stored as it came, up to a limit: a few bytes may unpack to very many."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        found = unpacker.decompress(raw, MAX_BODY_BYTES)
    except zlib.error:
        raise UnreadableEntryError(f"the text of {where} is not gzip") from None
    if unpacker.unconsumed_tail:
        megabytes = MAX_BODY_BYTES // 1024 // 1024
        raise UnreadableEntryError(f"the text of {where} unpacks to more than {megabytes} MB")
    if not unpacker.eof:
        raise UnreadableEntryError(f"the text of {where} is gzip that was cut off")
    return found


def _read_headers(pairs: Any) -> dict[str, str]:
    """Return the headers by lower-case name. Pseudo-headers of HTTP/2 are left out."""
    if pairs is None:
        return {}
    if not isinstance(pairs, list):
        raise UnreadableEntryError("headers is not a list")
    found: dict[str, str] = {}
    for pair in pairs:
        name, text = _part(pair, "name", str), _part(pair, "value", str)
        if not name.startswith(":"):
            found[name.lower()] = text
    return found
