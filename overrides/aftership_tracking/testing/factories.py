"""Makes objects of the API for tests: valid by the document of their version, and the same in every run.

    from aftership_tracking.testing.factories import make, make_many, tracking
    from aftership_tracking.v2024_01 import Checkpoint

    delivered = tracking(tag="Delivered", order_id="A-17")
    old = tracking(version="2024-01")
    checkpoint = make(Checkpoint, city="Berlin")
    three = make_many(type(delivered), 3)

It needs the extra `mock`.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.pointers import join, look_up, resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.keywords import nearest
from aftership_tracking.runtime.lazy_imports import load
from aftership_tracking.runtime.models.json_writer import encode_values
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.struct import field_names, sent_fields
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.testing.events import NEWEST
from aftership_tracking.testing.statuses import set_status
from aftership_tracking.testing.traffic.field_walk import walk_fields
from aftership_tracking.testing.traffic.judge_call import load_version
from aftership_tracking.testing.traffic.rules import broken_rules

__all__ = ["make", "make_many", "tracking"]

M = TypeVar("M", bound=Model)
_SCHEMAS = "/components/schemas"
_METHODS = ("get", "post", "put", "patch", "delete")


def make(model: type[M], /, *, seed: int = 1, more: Mapping[str, Any] | None = None, **fields: Any) -> M:
    """Return an object of a model: the example of its document, with other fields.

    Args:
        model: a model of any version, such as `aftership_tracking.v2024_01.Tracking`.
        seed: decides ids and numbers; 1 gives those of the document. The same seed gives the same object.
        more: fields that the document does not know, for programs that have to ignore them.
        fields: fields by name, as JSON, models, times or enums. UNSET leaves one out. `tag` or `subtag` also
            changes what follows from it, as far as it was not given: the other one, its text, `active`, and
            the last checkpoint.

    Raises:
        UsageError: the model has no such field, or a value breaks the document.
        TypeError: a value has no form in JSON.
    """
    generated, version = _find_version(model)
    api, _ = load_version(version)
    pointer = join(_SCHEMAS, generated.__name__)
    where = f"{generated.__name__} of {version}"
    _refuse_unknown(where, model, fields)
    value = _example_of(version, generated.__name__)
    _add_sent(value, generated, SchemaNode(api.document, pointer))
    if seed != 1:
        _vary(api, pointer, value, random.Random(f"{where}:{seed}"))  # noqa: S311 - this needs no secrecy
    left_out = {name for name, held in fields.items() if held is UNSET}
    given: dict[str, Any] = json.loads(
        encode_values({name: held for name, held in fields.items() if name not in left_out})
    )
    if given.keys() & {"tag", "subtag"}:
        known = api.document["components"]["schemas"]["DeliverySubStatus"]["x-open-enum"]
        set_status(value, known, given.get("tag"), given.get("subtag"))
    value = {name: held for name, held in (value | given).items() if name not in left_out}
    _check(api, pointer, where, value)
    return model.from_dict({**value, **(more or {})})


def make_many(model: type[M], count: int, /, *, seed: int = 1, **fields: Any) -> list[M]:
    """Return several different objects: one for each seed from `seed` on.

    Args:
        model: the class of the objects, as for `make`.
        count: how many.
        seed: of the first object.
        fields: their fields, as for `make`.

    Raises:
        UsageError: as `make`, or `count` is below 0.
    """
    if count < 0:
        raise UsageError(f"count must not be below 0; this is {count}")
    return [make(model, seed=seed + index, **fields) for index in range(count)]


def tracking(
    *, version: str = NEWEST, seed: int = 1, more: Mapping[str, Any] | None = None, **fields: Any
) -> Any:
    """Return a `Tracking` of a version, by default of the newest one.

    Its type is `Any`, because the version decides it; `make` with a class has the type of the class.

    Args:
        version: YYYY-MM, or newest.
        seed: another seed gives another tracking.
        more: fields that the document does not know.
        fields: its fields, as for `make`.

    Raises:
        UsageError: as `make`, or there is no such version.
    """
    api, _ = load_version(version)
    model: type[Model] = load(registry.models(api.version)).Tracking
    return make(model, seed=seed, more=more, **fields)


def _find_version(model: type[Model]) -> tuple[type[Model], str]:
    """Return the generated class of a model, from which a program may have derived it, and its version."""
    versions = {registry.models(version): version for version in registry.versions()}
    for each in getattr(model, "__mro__", ()):
        if each.__module__ in versions:
            return each, versions[each.__module__]
    name = getattr(model, "__name__", type(model).__name__)
    raise UsageError(f"{name} is not a model of any version, such as aftership_tracking.v2024_01.Tracking")


def _refuse_unknown(where: str, model: type[Model], fields: Mapping[str, Any]) -> None:
    names = field_names(model)
    for name in fields:
        if name not in names:
            meant = nearest(name, names)
            hint = f"Did you mean {meant}?" if meant else "Put it into `more` if you mean it."
            raise UsageError(f"{where} has no field {name}", hint=hint)


def _check(api: Api, pointer: str, where: str, value: dict[str, Any]) -> None:
    for path, reason, _ in broken_rules(api, pointer, value, ()):
        raise UsageError(f"{where}: {path} {reason}", hint="Set the attribute afterwards if you mean it.")
    for path, meant in walk_fields(SchemaNode(api.document, pointer), value).undeclared.items():
        hint = f"Did you mean {meant}?" if meant else "Put it into `more` if you mean it."
        raise UsageError(f"{where} has no field {path}", hint=hint)


def _add_sent(value: dict[str, Any], generated: type[Model], node: SchemaNode) -> None:
    """Add what a full response holds and the example lacks."""
    properties = node.properties
    for name in sent_fields(generated):
        if name not in value and name in properties:
            small = None if properties[name].can_be_null else small_value(properties[name])
            # An example of the document is not ours to change.
            value[name] = copy.deepcopy(small)


def _vary(api: Api, pointer: str, value: dict[str, Any], source: random.Random) -> None:
    """Change the digits of ids and numbers, everywhere in a value."""
    before = copy.deepcopy(value)
    # The same id stays the same everywhere.
    changed: dict[str, str] = {}
    waiting: list[Any] = [value]
    while waiting:
        holder = waiting.pop()
        for key, held in holder.items() if isinstance(holder, dict) else enumerate(holder):
            if isinstance(held, dict | list):
                waiting.append(held)
            elif isinstance(held, str) and _is_identifier(str(key)):
                if held not in changed:
                    digits = (str(source.randint(1, 9)) if each.isdecimal() else each for each in held)
                    changed[held] = "".join(digits)
                holder[key] = changed[held]
    if not api.validators.fits(pointer, value):
        # A number that is a code of something: the example stays.
        value.clear()
        value |= before


def _is_identifier(name: str) -> bool:
    return name in ("id", "tracking_number", "order_number") or name.endswith("_id")


def _example_of(version: str, name: str) -> dict[str, Any]:
    api, _ = load_version(version)
    found = _examples(version).get(name)
    value = small_value(SchemaNode(api.document, join(_SCHEMAS, name))) if found is None else found
    return copy.deepcopy(value)


@cache
def _examples(version: str) -> dict[str, dict[str, Any]]:
    """Return for each schema the example with the most fields, if an example of the document holds one."""
    api, _ = load_version(version)
    found: dict[str, dict[str, Any]] = {}
    for node, example in _declared_examples(api.document):
        waiting: list[tuple[SchemaNode | None, Any]] = [(node, example)]
        while waiting:
            at, value = waiting.pop()
            if at is None:
                continue
            if isinstance(value, list):
                items = next((one.items for one in (at, *at.branches) if one.items is not None), None)
                waiting += [(items, item) for item in value]
            elif isinstance(value, dict):
                at = at.object_for(value)
                name = at.pointer.removeprefix(f"{_SCHEMAS}/")
                is_fuller = "/" not in name and _weight(value) > _weight(found.get(name, {}))
                if is_fuller and api.validators.fits(at.pointer, value):
                    found[name] = value
                properties = at.properties
                waiting += [(properties.get(key, at.further), inner) for key, inner in value.items()]
    return found


def _weight(value: Mapping[str, Any]) -> int:
    return sum(held is not None for held in value.values())


def _declared_examples(document: Mapping[str, Any]) -> Iterator[tuple[SchemaNode, Any]]:
    for group in ("paths", "webhooks"):
        for path, item in document.get(group, {}).items():
            for method in _METHODS:
                if method not in item:
                    continue
                at = join(f"/{group}", path, method)
                holders = [join(at, "responses", status) for status in item[method].get("responses", {})]
                if "requestBody" in item[method]:
                    holders.append(join(at, "requestBody"))
                for holder in holders:
                    yield from examples_in(document, *resolve(document, holder))


def examples_in(
    document: Mapping[str, Any], pointer: str, holder: Mapping[str, Any]
) -> Iterator[tuple[SchemaNode, Any]]:
    """Yield the examples of a request body or response, with the schema of each."""
    for media_type, content in holder.get("content", {}).items():
        at = join(pointer, "content", media_type)
        if "schema" not in content:
            continue
        node = SchemaNode(document, join(at, "schema"))
        for name in content.get("examples", {}):
            _, example = resolve(document, join(at, "examples", name))
            if "value" in example:
                yield node, example["value"]
        if "example" in content:
            yield node, look_up(document, join(at, "example"))
