"""Reads YAML as another way to write JSON: the only reader of hand-written documents.

The result has only the types of JSON: no dates, no octal numbers, no yes/no. The reader refuses what another
YAML reader would understand in another way, and everything that hides content: duplicate keys, keys that are
not strings, aliases, merge keys, tags, several documents in one file. To share content use `$ref`, which the
rest of the project can see; an alias would vanish here.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import yaml
from yaml.resolver import BaseResolver

from generator.document import pointer as pointers
from generator.document.source import Location, Mark, Source, display_path
from generator.document.yaml_mistakes import syntax_error
from generator.errors import SpecError

_STRING = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_BOOLEAN = "tag:yaml.org,2002:bool"
_INTEGER = "tag:yaml.org,2002:int"
_NUMBER = "tag:yaml.org,2002:float"
_AMBIGUOUS = "!ambiguous"
_MERGE = "!merge"

_JSON_FORMS = (
    (_NULL, r"null"),
    (_BOOLEAN, r"true|false"),
    (_INTEGER, r"-?(?:0|[1-9][0-9]*)"),
    (_NUMBER, r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"),
    (_MERGE, r"<<"),
)
# Unquoted forms that YAML 1.2 tools (linters, editors) read as null, boolean or number, but JSON does not.
_OTHER_FORMS = (
    r"|~|Null|NULL|True|TRUE|False|FALSE|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?[0-9]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)

# A comment without a space after its sign was seldom meant as one: `#/components/...`, `issue #12`.
_GLUED_COMMENT = re.compile(r"[ \t]+(#[^\s#]\S*)")
_GLUED_TO_KEY = re.compile(r"[^:]*:[ \t]+(#[^\s#]\S*)")
_MISSING_HINT = "Write one, or null, or ''; what belongs to a key is indented deeper than the key."


class Resolver(BaseResolver):
    """Gives an unquoted value its tag by the forms of JSON alone."""


for _tag, _form in (*_JSON_FORMS, (_AMBIGUOUS, _OTHER_FORMS)):
    Resolver.add_implicit_resolver(_tag, re.compile(rf"(?:{_form})\Z"), None)

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Loader(CParser, Resolver):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Resolver.__init__(self)
else:  # the same events, several times slower
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Loader(Reader, Scanner, Parser, Composer, Resolver):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)
            Resolver.__init__(self)


def read(path: Path) -> Source:
    """The content of a YAML (or JSON) file. Raises `SpecError` for anything that cannot be read."""
    file = display_path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SpecError("The file does not exist.", file=file) from None
    except OSError as error:
        raise SpecError(f"The file cannot be read: {error.strerror}.", file=file) from None
    return parse(data, file)


def parse(data: bytes, file: str, *, foreign: bool = False) -> Source:
    """The same from bytes; `file` is the name for messages.

    A `foreign` document is somebody else's: keys such as 200 are strings there, and what YAML 1.2 reads in
    one way is accepted. Aliases, tags and duplicate keys are refused as well.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError(
            "This line is not UTF-8.", file=file, line=line, hint="Save the file as UTF-8."
        ) from None
    try:
        node = _Loader(text).get_single_node()
        if node is None:
            raise SpecError("The file is empty.", file=file, line=1)
        return (_ForeignBuilder if foreign else _SourceBuilder)(file, text).source(node)
    except yaml.YAMLError as error:
        raise syntax_error(error, text, file) from None
    except RecursionError:
        raise SpecError("The values are nested too deeply.", file=file) from None


class _SourceBuilder:
    """Turns a node graph into JSON values and their marks."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = text.split("\n")
        self._seen: set[int] = set()

    def source(self, node: yaml.Node) -> Source:
        value, mark = self._build(node, self._locate(node), "")
        return Source(self._file, value, mark)

    def _build(self, node: yaml.Node, location: Location, pointer: str) -> tuple[Any, Mark]:
        if id(node) in self._seen:
            raise location.error(pointer, "This is an alias.", "Write the value out, or share it with $ref.")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._object(node, location, pointer)
        if isinstance(node, yaml.SequenceNode):
            return self._array(node, location, pointer)
        if getattr(node, "style", "") in (None, ""):  # without quotes
            self._refuse_lost_text(node, location, pointer)
        return self._scalar(node, location, pointer), Mark(location)

    def _object(
        self, node: yaml.MappingNode, location: Location, pointer: str
    ) -> tuple[dict[str, Any], Mark]:
        _refuse_tag(node, "tag:yaml.org,2002:map", location, pointer)
        values: dict[str, Any] = {}
        marks: dict[str, Mark] = {}
        for key_node, value_node in node.value:
            key_location = self._locate(key_node)
            key = self._key(key_node, key_location, pointer)
            if key in values:
                first = marks[key].location.line
                in_list = pointer.rpartition("/")[2].isdecimal()
                hint = "Join the two, or begin the next entry of the list with a dash." if in_list else ""
                raise key_location.error(
                    pointer, f'The key "{key}" was already given in line {first}.', hint or "Join the two."
                )
            values[key], marks[key] = self._build(value_node, key_location, pointers.child(pointer, key))
        return values, Mark(location, marks)

    def _array(self, node: yaml.SequenceNode, location: Location, pointer: str) -> tuple[list[Any], Mark]:
        _refuse_tag(node, "tag:yaml.org,2002:seq", location, pointer)
        values: list[Any] = []
        marks: list[Mark] = []
        for index, item in enumerate(node.value):
            value, mark = self._build(item, self._locate(item), pointers.child(pointer, index))
            values.append(value)
            marks.append(mark)
        return values, Mark(location, marks)

    def _key(self, node: yaml.Node, location: Location, pointer: str) -> str:
        return _key(node, location, pointer)

    def _scalar(self, node: yaml.Node, location: Location, pointer: str) -> Any:
        return _scalar(node, location, pointer)

    def _refuse_lost_text(self, node: yaml.Node, location: Location, pointer: str) -> None:
        """Refuse a value without quotes of which YAML would drop a part in silence."""
        start, end = node.start_mark, node.end_mark
        if node.value and self._rest(start.line, start.column).startswith("!") and node.tag == _STRING:
            raise Location(self._file, start.line + 1, start.column + 1).error(
                pointer, "The value begins with ! and would lose it.", "Put the whole value in quotes."
            )
        if node.tag not in (_STRING, _AMBIGUOUS):
            return
        if node.value:
            comment = _GLUED_COMMENT.match(self._rest(end.line, end.column))
        else:  # the parser says only where it met what comes next
            comment = _GLUED_TO_KEY.match(self._rest(location.line - 1, location.column - 1))
        if comment is not None:
            line = end.line + 1 if node.value else location.line
            raise Location(self._file, line, 1).error(
                pointer,
                f"The value ends before {comment[1]}, which is a comment.",
                "Put the whole value in quotes, or write a space after # if it is a comment.",
            )

    def _rest(self, line: int, column: int) -> str:
        """What stands in a line from a column on; both count from 0."""
        return self._lines[line][column:] if line < len(self._lines) else ""

    def _locate(self, node: yaml.Node) -> Location:
        return Location(self._file, node.start_mark.line + 1, node.start_mark.column + 1)


class _ForeignBuilder(_SourceBuilder):
    """The same for a document whose author did not know our rules."""

    def _key(self, node: yaml.Node, location: Location, pointer: str) -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag not in (_MERGE, _STRING):
            return str(node.value)
        return _key(node, location, pointer)

    def _scalar(self, node: yaml.Node, location: Location, pointer: str) -> Any:
        text = str(node.value)
        if node.tag != _AMBIGUOUS:
            return _scalar(node, location, pointer)
        if text.lower() in ("", "~", "null"):
            return None
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        return text

    def _refuse_lost_text(self, node: yaml.Node, location: Location, pointer: str) -> None:
        """Comments and lost signs are matters of its author."""


def _key(node: yaml.Node, location: Location, pointer: str) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise location.error(
            pointer, "A key must be a string.", "Use a single word or a quoted string as key."
        )
    if node.tag == _MERGE:
        raise location.error(pointer, "This is a merge key.", "Write the keys out, or share them with $ref.")
    if node.tag != _STRING:
        raise location.error(
            pointer,
            f"The key {node.value or '(nothing)'} is not a string.",
            f"Put it in quotes: '{node.value}'.",
        )
    return str(node.value)


def _scalar(node: yaml.Node, location: Location, pointer: str) -> Any:
    text = str(node.value)
    if node.tag == _STRING:
        return text
    if node.tag == _NULL and text == "null":
        return None
    if node.tag == _BOOLEAN and text in ("true", "false"):
        return text == "true"
    if node.tag in (_INTEGER, _NUMBER):
        return _number(node, text, location, pointer)
    if node.tag == _AMBIGUOUS and not text:
        raise location.error(pointer, "The value is missing here.", _MISSING_HINT)
    if node.tag in (_AMBIGUOUS, _MERGE):
        raise location.error(
            pointer,
            f"{text} means different things to different readers.",
            "Write null, true, false or a plain decimal number as JSON does, or put it in quotes.",
        )
    raise _tag_error(node, location, pointer)


def _number(node: yaml.Node, text: str, location: Location, pointer: str) -> int | float:
    try:
        number = int(text) if node.tag == _INTEGER else float(text)
    except ValueError:
        raise location.error(pointer, "This number cannot be read.", "Put it in quotes.") from None
    if not math.isfinite(number):
        raise location.error(
            pointer, f"The number {text} is too large.", "Use a smaller one or put it in quotes."
        )
    return number


def _refuse_tag(node: yaml.Node, usual: str, location: Location, pointer: str) -> None:
    if node.tag != usual:
        raise _tag_error(node, location, pointer)


def _tag_error(node: yaml.Node, location: Location, pointer: str) -> SpecError:
    tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
    return location.error(pointer, f"The tag {tag} is not allowed.", "Only the types of JSON are known here.")
