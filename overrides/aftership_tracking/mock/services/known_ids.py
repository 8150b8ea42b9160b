"""Which ids in the paths of operations without code the mock has given out. It responds 404 for all others.

Given out are the ids of parcels and connections of the account, of what was created under the path, and
those of the document's examples. Without any of these, every id is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.error_codes import NOT_FOUND, TRACKING_UNKNOWN
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.from_document import example_of
from aftership_tracking.mock.services.service_call import ServiceCall

Key = tuple[str, tuple[Any, ...]]

ITEM = "/{}"
_PARAMETER = re.compile(r"\{([^}]*)\}")
_GET = ("get", "get_by_number")
_CODES = (NOT_FOUND, TRACKING_UNKNOWN)
_CODES_OF_TRACKINGS = (TRACKING_UNKNOWN, NOT_FOUND)
# These make what is not there.
_MAKES = frozenset({"POST", "PUT", "PATCH"})


def key_of(call: ServiceCall) -> Key:
    """What a path names: its template with the names of parameters left out, and their values."""
    template = normalize(call.exchange.routed_operation.template)
    return template, tuple(as_key(value) for value in call.path.values())


def normalize(template: str) -> str:
    """A template with the names of its parameters left out."""
    return _PARAMETER.sub("{}", template)


def as_key(value: Any) -> str:
    """Values of a path as a key: lists and numbers too, and 1 is neither true nor the string 1."""
    return value if isinstance(value, str) else repr(value)


def refuse_unknown(call: ServiceCall) -> None:
    """Refuse a path with an id that was never given out, or whose object is gone.

    Raises:
        Refusal: there is no such object.
    """
    operation = call.exchange.routed_operation
    if operation.first_documented(_CODES) is None:
        return
    template, values = key_of(call)
    names = _PARAMETER.findall(operation.template)
    end = 0
    for count, name in enumerate(names, 1):
        end = template.index("{}", end) + len("{}")
        is_segment = template[end : end + 1] in ("", "/")
        if is_segment and not _is_known(call, (template[:end], values[:count]), names[:count]):
            raise Refusal(
                _CODES_OF_TRACKINGS if _is_of(call, "trackings", template[:end]) else _CODES,
                f"state: nothing has this {name}: it was not created, and no example of the document has it",
            )
    stored = call.account.objects.get((template, values))
    if stored is not None and stored.is_gone and operation.method not in _MAKES:
        raise Refusal(_CODES, "state: it was deleted")


def _is_known(call: ServiceCall, key: Key, names: Sequence[str]) -> bool:
    template, values = key
    account = call.account
    path = {name: call.path[name] for name in names}
    # Code of the mock gives out strings. If a version names them otherwise, nothing is known of them.
    is_string = all(isinstance(value, str) for value in path.values())
    if _is_of(call, "trackings", template):
        return not is_string or _has_parcel(account, path)
    if _is_of(call, "courier_connections", template):
        return not is_string or path[names[-1]] in account.connections
    stored = account.objects.get(key)
    if stored is not None:
        return not stored.is_gone
    documented = _documented(call, template, names[-1])
    if values[-1] in documented:
        return True
    beside = any(
        at == template and path[:-1] == values[:-1] and not each.is_gone
        for (at, path), each in account.objects.items()
    )
    return not documented and not beside


def _is_of(call: ServiceCall, resource: str, template: str) -> bool:
    """Whether a path names an object of a resource that the mock has code for."""
    return any(
        each.resource == resource and each.action in _GET and normalize(each.template) == template
        for each in call.api.operations
    )


def _has_parcel(account: Account, path: Mapping[str, str]) -> bool:
    if path.keys() >= {"slug", "tracking_number"}:
        return account.by_number(path["slug"], path["tracking_number"]) is not None
    return account.by_id(list(path.values())[-1]) is not None


def _documented(call: ServiceCall, template: str, name: str) -> set[str]:
    """The ids in examples: of the parameter, and of the responses about the same collection."""
    found: set[str] = set()
    collection = template.removesuffix(ITEM)
    for operation in call.api.operations:
        at = normalize(operation.template)
        if at == template or at.startswith(f"{template}/"):
            names = _PARAMETER.findall(operation.template)
            position = template.count("{}") - 1
            found |= {
                as_key(example)
                for parameter in operation.parameters
                if (parameter.location, parameter.name) == ("path", names[position])
                for example in parameter.examples
            }
        if at in (collection, template):
            found |= {as_key(each) for each in _ids_in(example_of(call.api.document, operation), name)}
    return found


def _ids_in(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _ids_in(each, name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("id", name) and isinstance(inner, str | int):
                yield inner
            yield from _ids_in(inner, name)
