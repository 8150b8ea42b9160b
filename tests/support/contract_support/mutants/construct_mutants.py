"""Faults planted in runtime, mock and migration that only made-up documents and changes can show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aftership_tracking.migration import steps
from aftership_tracking.mock.accounts.store import Account
from aftership_tracking.mock.documents import enforced, projection
from aftership_tracking.mock.pipeline import finish, give_hints
from aftership_tracking.runtime import operation
from aftership_tracking.runtime.auth.signing import BearerKey
from aftership_tracking.runtime.calls import request_bodies
from aftership_tracking.runtime.models import json_writer
from aftership_tracking.runtime.models.struct import EXTRA, ModelStruct, raw_values
from aftership_tracking.runtime.wire import path_segments, query
from contract_support.constructs.checks import CHECKS
from contract_support.mutants.mutant import Behaves, Mutant, Plant, World


@dataclass(frozen=True)
class Construct:
    """One of the checks of `constructs`. They are the same for each version."""

    check: str

    def __call__(self, world: World) -> list[str]:
        return [f"constructs, {self.check}: {complaint}" for complaint in CHECKS[self.check]()]


def _replace(holder: Any, name: str, value: Any) -> Plant:
    return lambda world: world.patch(holder, name, value)


def _around(holder: Any, name: str, wrap: Callable[[Any], Any]) -> Plant:
    """Replace a function by one that is made of it."""
    return lambda world: world.patch(holder, name, wrap(getattr(holder, name)))


def _dotted_names(real: Any) -> Any:
    def write(name: str, value: object, style: str) -> Any:
        return [(key.replace("[", ".").rstrip("]"), text) for key, text in real(name, value, style)]

    return write


def _without_extra(value: Any) -> Any:
    if isinstance(value, ModelStruct):
        return {name: _without_extra(found) for name, found in raw_values(value).items() if name != EXTRA}
    return value


def _without_kind(real: Any) -> Any:
    def encode(value: object) -> bytes:
        content = json.loads(real(value))
        return json.dumps({name: item for name, item in content.items() if name != "kind"}).encode()

    return encode


def _opposite(real: Any) -> Any:
    def read(path: Any, moves: Any, direction: str) -> Any:
        return real(path, moves, "downgrade" if direction == "upgrade" else "upgrade")

    return read


def _backwards(real: Any) -> Any:
    return lambda operation, name, start, end: real(operation, name, end, start)


def _keeps_everything(account: Account, kind: Any, error: Any, trace: Any) -> None:
    account._undo.clear()
    account.lock.release()


CONSTRUCT_MUTANTS = (
    Mutant(
        "boolean of a path is True",
        "construct",
        _replace(path_segments, "_write", lambda name, value, words: str(value)),
        (Construct("boolean_in_a_path"),),
    ),
    Mutant(
        "keys of a deepObject with dots",
        "construct",
        _around(query, "_write_styled", _dotted_names),
        (Construct("object_in_a_query"),),
    ),
    Mutant(
        "typed further field not written",
        "construct",
        _replace(json_writer, "_merge_extra", _without_extra),
        (Construct("typed_further_fields"),),
    ),
    Mutant(
        "tag of a body of two shapes lost",
        "construct",
        _around(request_bodies, "encode_value", _without_kind),
        (Construct("tag_of_a_body"),),
    ),
    Mutant(
        "bearer token not sent",
        "construct",
        _replace(BearerKey, "sign", lambda key, request: request),
        (Construct("bearer_token"),),
    ),
    Mutant(
        "204 with a body",
        "construct",
        _around(
            finish,
            "_write_body",
            lambda real: lambda exchange: b"{}" if exchange.content is None else real(exchange),
        ),
        (Construct("no_content"),),
    ),
    Mutant(
        "mock cuts further fields",
        "construct",
        _replace(projection, "_with_further", lambda inner, names, further: inner),
        (Construct("further_fields_of_the_mock"),),
    ),
    Mutant(
        "documented limit not enforced",
        "construct",
        _replace(enforced, "ENFORCED", "observed"),
        (Construct("documented_limit"),),
    ),
    Mutant(
        "hint of a deprecation lost",
        "construct",
        _replace(give_hints, "_deprecated", lambda exchange: ()),
        (Construct("deprecation"),),
    ),
    Mutant(
        "mark of a deprecated method lost",
        "construct",
        _replace(operation, "deprecated", lambda message: lambda function: function),
        (Construct("deprecation"),),
    ),
    Mutant(
        "value that became two goes the other way",
        "construct",
        _around(steps, "_read_enum_renames", _opposite),
        (Construct("value_that_became_two"),),
    ),
    Mutant(
        "renamed parameter looked up backwards",
        "construct",
        _around(steps, "parameter_name", _backwards),
        (Construct("parameter_with_another_name"),),
    ),
    Mutant(
        "what failed half-way stays stored",
        "construct",
        _replace(Account, "__exit__", _keeps_everything),
        (Behaves("wholeness"),),
    ),
)
