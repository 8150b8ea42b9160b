"""YAML as another way to write JSON: the only reader of hand-written documents.

Only what JSON knows comes out: no dates, no octal numbers, no yes/no. What another YAML reader would take for
something else than we do is refused instead of guessed, and so is everything that hides content: duplicate
keys, keys that are not text, aliases, merge keys, tags, several documents in one file. Sharing belongs into
`$ref`, which the rest of the project can see; an alias would vanish here.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import yaml
from yaml.resolver import BaseResolver

from generator.document import pointer as pointers
from generator.document.source import Mark, Place, Source, shown
from generator.errors import SpecError

_TEXT = "tag:yaml.org,2002:str"
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
# Plain text that YAML 1.2 tools (linters, editors) read as null, boolean or number, and JSON does not know.
_OTHER_FORMS = (
    r"|~|Null|NULL|True|TRUE|False|FALSE|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?[0-9]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


class _Resolver(BaseResolver):
    """Gives a tag to unquoted text by the JSON forms alone."""


for _tag, _form in (*_JSON_FORMS, (_AMBIGUOUS, _OTHER_FORMS)):
    _Resolver.add_implicit_resolver(_tag, re.compile(rf"(?:{_form})\Z"), None)

if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Loader(CParser, _Resolver):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _Resolver.__init__(self)
else:  # the same events, several times slower
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Loader(Reader, Scanner, Parser, Composer, _Resolver):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)
            _Resolver.__init__(self)


def read(path: Path) -> Source:
    """The content of a YAML (or JSON) file. Raises `SpecError` for anything that cannot be read."""
    file = shown(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SpecError("There is no such file.", file=file) from None
    except OSError as error:
        raise SpecError(f"The file cannot be read: {error.strerror}.", file=file) from None
    return parse(data, file)


def parse(data: bytes, file: str) -> Source:
    """The same from bytes; `file` is the name for messages."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError(
            "This line is not UTF-8.", file=file, line=line, cure="Save the file as UTF-8."
        ) from None
    try:
        node = _Loader(text).get_single_node()
        if node is None:
            raise SpecError("The file is empty.", file=file, line=1)
        return _Builder(file).source(node)
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, file) from None
    except RecursionError:
        raise SpecError("The values are nested too deeply.", file=file) from None


def _syntax_error(error: yaml.YAMLError, text: str, file: str) -> SpecError:
    """The parser's complaint as one sentence with a position."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    line = column = None
    if mark is not None:
        # At the end of the file the parser names a line that is not there.
        line, column = min(mark.line, text.count("\n")) + 1, mark.column + 1
    elif isinstance(getattr(error, "position", None), int):
        line = text.count("\n", 0, error.position) + 1  # type: ignore[attr-defined]
    if "control characters" in problem or "special characters" in problem:
        cure = "Write such a character as an escape in double quotes."
    elif "anchor" in problem or "alias" in problem:
        cure = "Write the value out, or share it with $ref."
    elif "expected a single document" in str(error):
        problem, cure = "a second document begins here", "Keep one document per file."
    else:
        cure = "Check indentation, quotes and colons here and just above."
    return SpecError(f"This is not valid YAML: {problem}.", file=file, line=line, column=column, cure=cure)


class _Builder:
    """Turns a node graph into JSON values and their marks."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen: set[int] = set()

    def source(self, node: yaml.Node) -> Source:
        value, mark = self._build(node, self._place(node), "")
        return Source(self._file, value, mark)

    def _build(self, node: yaml.Node, place: Place, pointer: str) -> tuple[Any, Mark]:
        if id(node) in self._seen:
            raise self._error(
                place, pointer, "This is an alias.", "Write the value out, or share it with $ref."
            )
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._object(node, place, pointer)
        if isinstance(node, yaml.SequenceNode):
            return self._array(node, place, pointer)
        return self._scalar(node, place, pointer), Mark(place)

    def _object(self, node: yaml.MappingNode, place: Place, pointer: str) -> tuple[dict[str, Any], Mark]:
        self._refuse_tag(node, "tag:yaml.org,2002:map", place, pointer)
        values: dict[str, Any] = {}
        marks: dict[str, Mark] = {}
        for key_node, value_node in node.value:
            key_place = self._place(key_node)
            key = self._key(key_node, key_place, pointer)
            if key in values:
                first = marks[key].place.line
                raise self._error(
                    key_place, pointer, f'The key "{key}" was already given in line {first}.', "Join the two."
                )
            values[key], marks[key] = self._build(value_node, key_place, pointers.child(pointer, key))
        return values, Mark(place, marks)

    def _array(self, node: yaml.SequenceNode, place: Place, pointer: str) -> tuple[list[Any], Mark]:
        self._refuse_tag(node, "tag:yaml.org,2002:seq", place, pointer)
        values: list[Any] = []
        marks: list[Mark] = []
        for index, item in enumerate(node.value):
            value, mark = self._build(item, self._place(item), pointers.child(pointer, index))
            values.append(value)
            marks.append(mark)
        return values, Mark(place, marks)

    def _key(self, node: yaml.Node, place: Place, pointer: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(
                place, pointer, "A key must be text.", "Use a single word or quoted text as key."
            )
        if node.tag == _MERGE:
            raise self._error(
                place, pointer, "This is a merge key.", "Write the keys out, or share them with $ref."
            )
        if node.tag != _TEXT:
            raise self._error(
                place,
                pointer,
                f"The key {node.value or '(nothing)'} is not text.",
                f"Put it in quotes: '{node.value}'.",
            )
        return str(node.value)

    def _scalar(self, node: yaml.Node, place: Place, pointer: str) -> Any:
        text = str(node.value)
        if node.tag == _TEXT:
            return text
        if node.tag == _NULL and text == "null":
            return None
        if node.tag == _BOOLEAN and text in ("true", "false"):
            return text == "true"
        if node.tag in (_INTEGER, _NUMBER):
            return self._number(node, text, place, pointer)
        if node.tag == _AMBIGUOUS and not text:
            raise self._error(
                place, pointer, "There is no value here.", "Write one; nothing is written as null or ''."
            )
        if node.tag in (_AMBIGUOUS, _MERGE):
            raise self._error(
                place,
                pointer,
                f"{text} means different things to different readers.",
                "Write null, true, false or a plain decimal number as JSON does, or put the text in quotes.",
            )
        raise self._tag_error(node, place, pointer)

    def _number(self, node: yaml.Node, text: str, place: Place, pointer: str) -> int | float:
        try:
            number = int(text) if node.tag == _INTEGER else float(text)
        except ValueError:
            raise self._error(place, pointer, "This is no number that can be read.", "Quote it.") from None
        if not math.isfinite(number):
            raise self._error(
                place, pointer, f"The number {text} is too large.", "Use a smaller one or quote it."
            )
        return number

    def _refuse_tag(self, node: yaml.Node, usual: str, place: Place, pointer: str) -> None:
        if node.tag != usual:
            raise self._tag_error(node, place, pointer)

    def _tag_error(self, node: yaml.Node, place: Place, pointer: str) -> SpecError:
        tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
        return self._error(
            place, pointer, f"The tag {tag} is not allowed.", "Only the types of JSON are known here."
        )

    def _place(self, node: yaml.Node) -> Place:
        return Place(self._file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _error(self, place: Place, pointer: str, message: str, cure: str) -> SpecError:
        return SpecError(
            message, file=self._file, line=place.line, column=place.column, pointer=pointer, cure=cure
        )
