"""Rules about `x-deprecated`: it is about something that is deprecated, and names what exists."""

from __future__ import annotations

import re

from generator.document import pointer as pointers
from generator.lint.rule import Hits, rule
from generator.lint.view import View

_KEY = "x-deprecated"
_VERSION = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")


@rule("deprecation-unread", "Without `deprecated: true` nobody is warned, and the details say the opposite.")
def deprecation_unread(view: View) -> Hits:
    for node in view.nodes:
        if isinstance(node.value, dict) and _KEY in node.value and node.value.get("deprecated") is not True:
            yield (
                pointers.child(node.pointer, _KEY),
                f'"{_KEY}" stands on something that is not deprecated. Add "deprecated: true", or remove it.',
            )


@rule("deprecation-successor", "Docstrings and warnings would send people to a method that does not exist.")
def deprecation_successor(view: View) -> Hits:
    known = {node.value.get("operationId") for node in view.operations}
    for node in view.operations:
        instead = node.value.get(_KEY, {}).get("instead")
        if instead is not None and instead not in known:
            yield (
                pointers.child(node.pointer, _KEY, "instead"),
                f'"{instead}" is not the id of an operation. Write the operationId of the one to use.',
            )
        names = {one.name for one in view.parameters(node)}
        body = view.body_schema(node)
        names |= view.property_names(*body) if body is not None else set()
        for parameter in view.parameters(node):
            instead = parameter.raw.get(_KEY, {}).get("instead")
            if instead is not None and instead not in names:
                yield (
                    pointers.child(parameter.pointer, _KEY, "instead"),
                    f'"{instead}" is not a parameter beside "{parameter.name}". Write the name of one.',
                )
    for node in view.all("schema"):
        above = node.parent
        if node.field != "properties" or above is None or not isinstance(node.value, dict):
            continue
        instead = node.value.get(_KEY, {}).get("instead")
        if instead is not None and re.split(r"[.\[]", instead)[0] not in above.value["properties"]:
            yield (
                pointers.child(node.pointer, _KEY, "instead"),
                f'"{instead}" is not a property beside "{node.name}". Write the name of one.',
            )


@rule("deprecation-version", "Docstrings and warnings would name a version that nobody can look up.")
def deprecation_version(view: View) -> Hits:
    known = (*view.document.earlier, view.document.version)
    for node in view.nodes:
        details = node.value.get(_KEY, {}) if isinstance(node.value, dict) else {}
        for key, value in details.items():
            # What was deprecated before the first version that we know was so in a version all the same.
            older = key == "since" and bool(_VERSION.match(value)) and value < known[0]
            if key == "since" and value not in known and not older:
                hint = f"Write the version that deprecated it; known are {', '.join(known)}."
            elif key == "removed-in" and not _VERSION.match(value):
                hint = "Write the version that is to remove it, year and month, such as 2027-07."
            else:
                continue
            yield (
                pointers.child(node.pointer, _KEY, key),
                f'"{key}" of {_KEY} is "{value}", which is not an API version. {hint}',
            )
