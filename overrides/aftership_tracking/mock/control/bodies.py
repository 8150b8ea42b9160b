"""The JSON bodies of the control API. What a body does not declare is refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.fault_effect import BodyKind
from aftership_tracking.mock.wire.json_body import UnreadableBodyError, read_json
from aftership_tracking.mock.wire.message import Drop

Duration = str | float


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A JSON object whose fields are known."""


class ResetBody(Body):
    key: str | None = None


class SeedBody(Body):
    trackings: list[dict[str, Any]] = []
    couriers: list[dict[str, Any]] = []
    count: int | None = None
    template: dict[str, Any] | None = None
    key: str | None = None
    version: str | None = None


class TrackingBody(Body):
    tag: str | None = None
    subtag: str | None = None
    advance: Duration | None = None
    journey: str | None = None
    key: str | None = None


class ClockBody(Body):
    advance: Duration | None = None
    set: str | None = None
    speed: float | None = None


class SpoiledBody(Body):
    kind: BodyKind
    at: str | None = None


class FaultsBody(Body):
    profile: str | None = None
    operation: str | None = None
    path: str | None = None
    query: dict[str, str] = {}
    key: str | None = None
    nth: int = 1
    times: int | msgspec.UnsetType | None = msgspec.UNSET
    chance: float | None = None
    status: int | None = None
    code: int | None = None
    headers: dict[str, str] = {}
    body: SpoiledBody | str | None = None
    delay: Duration = 0.0
    drop: Drop | None = None


class SwitchBody(Body):
    on: bool


class ExpectBody(Body):
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    version: str | None = None
    key: str | None = None
    query: dict[str, str] = {}
    body: Any = None
    status: int | None = None
    rule: int | None = None
    times: int = 1


class VerifyBody(Body):
    expect: list[ExpectBody] = []
    complete: bool = False


class OAuthBody(Body):
    token_url: str
    client_id: str
    client_secret: str
    presentation: Literal["basic", "form"] = "basic"
    scope: str | None = None
    prefix: str = "Bearer"
    lifetime: float = 3600.0
    renew_on_401: bool = True
    deliver_without: bool = False


class WebhookBody(Body):
    url: str
    secret: str
    version: str | None = "newest"
    events: list[str] | None = None
    tags: list[str] | None = None
    headers: dict[str, str] = {}
    oauth: OAuthBody | None = None
    pending_after: Duration = "24h"
    edits: bool = False
    key: str | None = None
    documented_ports: bool = False


class ReplayBody(Body):
    event_id: str
    webhook: int | None = None


class ChaosBody(Body):
    """The fields of `Chaos`; a test holds that they are the same."""

    duplicates: float = 0.0
    reordering: float = 0.0
    odd_bodies: float = 0.0
    unknown_events: float = 0.0
    unknown_tags: float = 0.0
    wrong_signatures: float = 0.0
    old_versions: float = 0.0
    no_version: float = 0.0
    held_back: Duration = "10m"


class InstallBody(Body):
    client_id: str
    merchant: str


class AuthorizeBody(Body):
    url: str
    merchant: str | None = None
    scopes: list[str] | None = None
    approve: bool = True


class UninstallBody(Body):
    merchant: str
    client_id: str | None = None


# The objects inside of bodies, by their path in the messages of msgspec.
_INNER: dict[str, type[Body]] = {"body": SpoiledBody, "expect[]": ExpectBody, "oauth": OAuthBody}
"""A file with more objects in it names them itself."""
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")
_ANY_ENTRY = "[...]"
_JSON_TYPES = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_TYPES = re.compile(rf"\b(?:{'|'.join(_JSON_TYPES)})\b")
_PATH = re.compile(r" - at `\$\.?([^`]*)`$")

AnyBody = TypeVar("AnyBody", bound=Body)


def read_object(raw: bytes) -> dict[str, Any]:
    """Decode a body that has to be a JSON object; no body is an empty one.

    Raises:
        ControlError: it is not.
    """
    if not raw.strip():
        return {}
    try:
        value = read_json(raw)
    except UnreadableBodyError as error:
        raise ControlError("not-json", f"{error}; send a JSON object") from None
    if not isinstance(value, dict):
        raise ControlError("wrong-type", "the body has to be a JSON object")
    return value


def read_as(
    value: Any, kind: type[AnyBody], where: str = "", inner: Mapping[str, type[Body]] = _INNER
) -> AnyBody:
    """Read a JSON value as a body.

    Args:
        where: what the value is part of, for the message; such as `faults[0]` of a file.
        inner: the objects inside of it, by their paths.

    Raises:
        ControlError: a field is unknown, missing, or of a wrong type.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _explain(str(error), kind, where, value, inner) from None


def _explain(
    message: str, kind: type[Body], where: str, value: Any, known: Mapping[str, type[Body]]
) -> ControlError:
    found = _PATH.search(message)
    path = found.group(1) if found else ""
    text = message[: found.start()] if found else message
    location = ".".join(part for part in (where, _name_entry(path, value)) if part) or "the body"
    inner = known.get(re.sub(r"\[[^]]*\]", "[]", path), kind)
    names = [each.name for each in msgspec.structs.fields(inner)]
    unknown = _UNKNOWN.search(text)
    if unknown:
        close = difflib.get_close_matches(unknown.group(1), names, 1)
        hint = f"did you mean {close[0]}?" if close else f"it may have: {', '.join(names)}"
        return ControlError("unknown-field", f"{location}: there is no field {unknown.group(1)!r}; {hint}")
    missing = _MISSING.search(text)
    if missing:
        return ControlError("missing-field", f"{location}: {missing.group(1)!r} is needed")
    # The library has the names of Python; who writes JSON knows others.
    text = _TYPES.sub(lambda name: _JSON_TYPES[name[0]], text.replace("`", "")).replace(" | ", " or ")
    return ControlError("wrong-type", f"{location}: {text[:1].lower()}{text[1:]}")


def _name_entry(path: str, value: Any) -> str:
    """Return a path that names the entry of an object of strings, which msgspec does not: `headers[...]`."""
    if not path.endswith(_ANY_ENTRY):
        return path
    outer = path.removesuffix(_ANY_ENTRY)
    for part in re.findall(r"[^.\[\]]+", outer):
        value = value[int(part)] if isinstance(value, list) else value[part]
    name = next(name for name, each in value.items() if not isinstance(each, str))
    return f"{outer}.{name}"
