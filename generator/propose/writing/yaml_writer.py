"""Writes YAML that `yaml_reader` reads back as the same values, and every other reader too."""

from __future__ import annotations

from io import StringIO
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.serializer import Serializer

from generator.document.yaml_reader import Resolver

_WIDTH = 104
_SHORT = 70


class _Dumper(Emitter, Serializer, SafeRepresenter, Resolver):
    """A dumper that puts in quotes whatever our reader, or one of YAML 1.1, would read as no string."""

    def __init__(self, stream: Any, **_: Any) -> None:
        Emitter.__init__(self, stream, width=_WIDTH, allow_unicode=True)
        Serializer.__init__(self, explicit_start=False, explicit_end=False)
        SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)
        Resolver.__init__(self)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the name of the base class
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Items of a list are indented below their key."""
        super().increase_indent(flow, False)


def _string(dumper: SafeRepresenter, text: str) -> yaml.Node:
    plain = yaml.SafeLoader("")
    try:
        tag = plain.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    finally:
        plain.dispose()
    style = None if tag == "tag:yaml.org,2002:str" and text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _number(dumper: SafeRepresenter, value: float) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:float", repr(value))


def _list(dumper: SafeRepresenter, values: list[Any]) -> yaml.Node:
    """Short lists of plain values on one line: `type: [string, "null"]`."""
    short = values and len(str(values)) < _SHORT and not any(isinstance(one, dict | list) for one in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=bool(short))


_Dumper.add_representer(list, _list)
_Dumper.add_representer(str, _string)
_Dumper.add_representer(float, _number)


def yaml_text(value: Any) -> str:
    """The value as YAML text with a line break at its end. It holds the types of JSON."""
    stream = StringIO()
    dumper = _Dumper(stream)
    try:
        dumper.open()
        dumper.represent(value)
        dumper.close()
    finally:
        dumper.dispose()
    return stream.getvalue()
