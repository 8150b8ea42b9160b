"""What a planned fault does to a response: another body, more headers, a delay, a lost connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aftership_tracking.mock.wire.json_body import UnreadableBodyError, read_json, write_json
from aftership_tracking.mock.wire.message import Drop, MockResponse

BodyKind = Literal["html", "truncated", "garbage", "null", "extra", "unknown-enum", "wrong-type"]
"""How a fault spoils the body of a response."""
BODY_KINDS: tuple[BodyKind, ...] = (
    "html",
    "truncated",
    "garbage",
    "null",
    "extra",
    "unknown-enum",
    "wrong-type",
)
NEEDS_A_PATH = frozenset({"unknown-enum", "wrong-type"})
"""Kinds that change one value, and need to know which."""

# Values that no document has.
UNKNOWN_MEMBER = "MockUnknownValue"
EXTRA_FIELD = ("mock_extra_field", {"unexpected": True})
HTML = "<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n"
# Not UTF-8, not JSON, and the same in every run.
GARBAGE = bytes((index * 37 + 129) % 256 for index in range(64))


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultBody:
    """How the body of a response is spoiled.

    Args:
        kind: `html`: a page of a gateway. `truncated`: the first half. `garbage`: bytes that are not text.
            `null`, `wrong-type`, `unknown-enum`: such a value at a path. `extra`: one more field there.
        at: the path of the value, as `data.trackings.0.tag`. Without it `null` is the whole body, and `extra`
            adds to the outermost object.

    Raises:
        ValueError: the kind is unknown, or it needs a path, or takes none.
    """

    kind: BodyKind
    at: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in BODY_KINDS:
            raise ValueError(
                f"the body of a fault is of a kind of {', '.join(BODY_KINDS)}, not {self.kind!r}"
            )
        if self.kind in NEEDS_A_PATH and not self.at:
            raise ValueError(f"a body of the kind {self.kind} needs `at`, such as data.trackings.0.tag")
        if self.at is not None and self.kind in ("html", "truncated", "garbage"):
            raise ValueError(f"a body of the kind {self.kind} is spoiled as a whole: leave out `at`")

    def as_mapping(self) -> dict[str, str]:
        """Return it as it is written over HTTP."""
        return {"kind": self.kind, **({} if self.at is None else {"at": self.at})}


@dataclass(frozen=True, slots=True)
class FaultEffect:
    """What the rule of a number does to the response of one request.

    Attributes:
        delay: seconds.
    """

    rule: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | FaultBody | None = None
    delay: float = 0.0
    drop: Drop | None = None

    def change(self, response: MockResponse) -> tuple[MockResponse, str | None]:
        """Return what is sent instead of a response, and a hint if its body could not be spoiled."""
        content, content_type, hint = self._spoil(response)
        headers = dict(response.headers)
        if content_type is not None:
            headers["content-type"] = content_type
        if "content-length" in headers or content:
            headers["content-length"] = str(len(content))
        headers.update(self.headers)
        changed = MockResponse(response.status, headers, content, delay=self.delay, drop=self.drop)
        return changed, hint

    def _spoil(self, response: MockResponse) -> tuple[bytes, str | None, str | None]:
        """Return the body, its type if it is another one, and the hint."""
        body = self.body
        if body is None:
            return response.body, None, None
        if isinstance(body, str):
            return body.encode(), None, None
        if body.kind == "html":
            return HTML.format(status=response.status).encode(), "text/html; charset=utf-8", None
        if body.kind == "truncated":
            return response.body[: len(response.body) // 2], None, None
        if body.kind == "garbage":
            return GARBAGE, None, None
        return self._spoil_value(body, response.body)

    def _spoil_value(self, body: FaultBody, content: bytes) -> tuple[bytes, None, str | None]:
        try:
            value = {"": read_json(content)}
        except UnreadableBodyError:
            return content, None, f"fault {self.rule}: the response is not JSON, so nothing was changed"
        # The outermost value is a member too, so that it can be replaced.
        path: list[str] = ["", *(body.at.split(".") if body.at else ())]
        parent = _look_up(value, path[:-1])
        name = _member(parent, path[-1])
        if name is None:
            return content, None, f"fault {self.rule}: the response has no {body.at}, so nothing was changed"
        if body.kind == "extra" and not isinstance(parent[name], dict):
            where = f"{body.at} of the response" if body.at else "the response"
            return content, None, f"fault {self.rule}: {where} is not an object, so nothing was changed"
        parent[name] = _spoiled(body.kind, parent[name])
        return write_json(value[""]), None, None


def _spoiled(kind: BodyKind, value: Any) -> Any:
    if kind == "null":
        return None
    if kind == "extra":
        return {**value, EXTRA_FIELD[0]: EXTRA_FIELD[1]}
    if kind == "unknown-enum":
        return UNKNOWN_MEMBER
    if isinstance(value, str) or value is None:
        return 12345
    return {"unexpected": True} if isinstance(value, list) else "not of this type"


def _look_up(value: Any, path: list[str]) -> Any:
    for part in path:
        name = _member(value, part)
        if name is None:
            return None
        value = value[name]
    return value


def _member(value: Any, part: str) -> str | int | None:
    """Return a part of a path as a key or index of a value; None if the value does not have it."""
    if isinstance(value, dict):
        return part if part in value else None
    if isinstance(value, list) and part.isascii() and part.isdigit() and len(part) < 10:
        return int(part) if int(part) < len(value) else None
    return None
