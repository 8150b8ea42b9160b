"""One class, function or constant as Markdown: signature, words, arguments, errors, members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import griffe

from generator.site import markdown
from generator.site.python_api import prose
from generator.site.python_api.docstrings import Docstring, read_docstring
from generator.site.python_api.members import (
    Members,
    describe_arguments,
    is_enum,
    is_error,
    read_class,
    read_member,
    read_members,
)
from generator.site.python_api.places import Places
from generator.site.python_api.signatures import (
    class_signature,
    find_constructor,
    function_signature,
    public_parameters,
)
from generator.surface.homes import mentioned_paths

# Types of the package that say nothing to a reader: each is explained where it is used.
_TOO_COMMON = frozenset({"Default", "UnsetType"})
_LONGEST_DEFAULT = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """Writes the entries of one page."""

    package: griffe.Module
    places: Places
    page: str
    public_classes: frozenset[str]
    """The paths of the classes that have entries of their own."""
    given_to_users: frozenset[str]
    """The paths of the classes whose constructors users do not call."""

    def write_class(self, thing: griffe.Class, name: str, anchor: str, *, level: int = 2) -> str:
        """Return the entry of a class and of all of its members. `anchor` is the address of its heading."""
        words = read_class(thing)
        members = read_members(thing, self.public_classes)
        if is_enum(thing):
            summary, body = self.prose(words.summary), self.prose(words.body)
            return _join(
                self._head(name, anchor, level),
                summary,
                body,
                *self._enum_members(members),
                _operations(members),
            )
        return _join(
            self._head(name, anchor, level),
            self.prose(words.summary),
            self._bases(thing),
            self._class_signature(thing, name),
            self.prose(words.body),
            *self._class_lists(thing, members, words),
            self._outcome(words),
            _operations(members),
            *(
                self.write_function(
                    method,
                    f"{name}.{method.name}",
                    f"{anchor}-{method.name.strip('_').replace('_', '-')}",
                    level=level + 1,
                    owner=thing,
                    called=_called(name, method.name),
                )
                for method in members.methods.values()
            ),
        )

    def write_counterpart(self, thing: griffe.Class, name: str, anchor: str, *, of: str) -> str:
        """Return the entry of an async class whose methods are described at the sync one."""
        words = read_class(thing)
        members = read_members(thing, self.public_classes)
        signatures = "\n".join(function_signature(method, method.name) for method in members.methods.values())
        return _join(
            self._head(name, anchor, 2),
            self._words(words),
            f"The async counterpart of {of}, which describes the same members.",
            prose.fence(signatures, "python") if signatures else "",
            self._list(
                "Attributes",
                (
                    self.item(name, self.type_facts(one, one.annotation), "")
                    for name, one in members.attributes.items()
                ),
            ),
            _operations(members),
        )

    def write_function(
        self,
        function: griffe.Function,
        name: str,
        anchor: str,
        *,
        level: int = 2,
        owner: griffe.Class | None = None,
        called: str = "",
        about: str = "",
        words: Docstring | None = None,
    ) -> str:
        """Return the entry of a function or a method. `called`: how callers write it; `about`: a line of
        Markdown below its signature.
        """
        if words is None:
            words = self._read_function(function, owner)
        signature = function_signature(function, called or function.name)
        return _join(
            self._head(name, anchor, level),
            self.prose(words.summary),
            about,
            prose.fence(signature, "python"),
            self._types(function, [one.annotation for one in public_parameters(function)], function.returns),
            self.prose(words.body),
            self._list("Arguments", self._arguments(function, words.arguments)),
            self._outcome(words),
        )

    def write_constant(self, thing: griffe.Attribute, name: str, anchor: str, *, level: int = 2) -> str:
        """Return the entry of a constant or of the name of a type."""
        words = read_docstring(thing.docstring.value if thing.docstring is not None else "")
        is_alias = "TypeAlias" in str(thing.annotation)
        value = " ".join(str(thing.value).split()) if thing.value is not None else ""
        if is_alias and value[:1] in "'\"":
            value = value.strip("'\"")
        annotation = f": {thing.annotation}" if thing.annotation is not None and not is_alias else ""
        code = f"{thing.name}{annotation}" + (f" = {value}" if value else "")
        if len(code) > 400:
            code = f"{thing.name}{annotation} = ..."
        return _join(
            self._head(name, anchor, level),
            prose.fence(_fold(code), "python"),
            self._types(thing, [thing.value if is_alias else thing.annotation], None),
            self._words(words),
        )

    def _read_function(self, function: griffe.Function, owner: griffe.Class | None) -> Docstring:
        if owner is not None:
            return read_member(function, owner)
        names = [one.name for one in public_parameters(function)]
        return read_docstring(function.docstring.value if function.docstring is not None else "", names)

    def _head(self, name: str, anchor: str, level: int) -> str:
        return f"{markdown.anchor(anchor)}{'#' * level} {markdown.plain(name)}"

    def _words(self, words: Docstring) -> str:
        return _join(self.prose(words.summary), self.prose(words.body))

    def prose(self, text: str) -> str:
        """Return the words of a docstring, with links to what they name."""
        return prose.blocks(text, self._find_link)

    def _find_link(self, name: str) -> str | None:
        return self.places.target_of_name(name, self.page)

    def _class_signature(self, thing: griffe.Class, name: str) -> str:
        if not self._is_made_by_users(thing) or "Protocol" in " ".join(map(str, thing.bases)):
            return ""
        signature = class_signature(thing, name)
        if signature is None:
            return ""
        constructor = read_members(thing, self.public_classes).constructor
        annotations = [one.annotation for one in public_parameters(constructor)] if constructor else []
        return _join(prose.fence(signature, "python"), self._types(constructor or thing, annotations, None))

    def _bases(self, thing: griffe.Class) -> str:
        shown: list[str] = []
        for base in thing.bases:
            words = str(base)
            if words.startswith(("_", "Generic", "Protocol", "ABC")) or words in ("str", "TypedDict"):
                continue
            paths = list(mentioned_paths(self.package, thing, base))
            if not paths:
                shown.append(prose.code(words.removeprefix("builtins.")))
            # A base without an entry, or with this very entry: its members are those of the class.
            elif (link := self.places.link(paths[0], self.page)) not in (
                None,
                self.places.link(thing.path, self.page),
            ):
                shown.append(str(link))
        return f"Based on {' and '.join(shown)}, whose members it has too." if shown else ""

    def _types(
        self,
        owner: griffe.Object,
        annotations: Iterable[griffe.Expr | str | None],
        returns: griffe.Expr | str | None,
    ) -> str:
        # A type that stands alone is a link where its argument is described.
        several = [found for one in annotations if len(found := self._placed_types(owner, one)) > 1]
        paths = dict.fromkeys([*self._placed_types(owner, returns), *chain.from_iterable(several)])
        links = [self.places.link(path, self.page) or "" for path in paths if path != owner.path]
        return f"Types: {', '.join(links)}" if links else ""

    def _placed_types(self, owner: griffe.Object, annotation: griffe.Expr | str | None) -> list[str]:
        """Return the types that an annotation names and that have a place, by their paths."""
        if annotation is None:
            return []
        found = dict.fromkeys(mentioned_paths(self.package, owner, annotation))
        return [
            path
            for path in found
            if path in self.places.by_path and path.rpartition(".")[2] not in _TOO_COMMON
        ]

    def type_facts(
        self, owner: griffe.Object, annotation: griffe.Expr | str | None, shown: str = ""
    ) -> list[str]:
        """Return an annotation as code, which is a link if it names one type that has a place."""
        if annotation is None:
            return []
        paths = self._placed_types(owner, annotation)
        target = self.places.target_of(paths[0], self.page) if len(paths) == 1 else None
        return [prose.code_link(shown or str(annotation), target)]

    def _is_made_by_users(self, thing: griffe.Class) -> bool:
        return not is_error(thing) and thing.path not in self.given_to_users

    def _class_lists(self, thing: griffe.Class, members: Members, words: Docstring) -> Iterator[str]:
        constructor = members.constructor
        described = dict(words.arguments)
        parameters: list[str] = []
        if constructor is not None and self._is_made_by_users(thing):
            own = read_member(constructor, thing)
            described = {**own.arguments, **described}
            parameters = [one.name for one in public_parameters(constructor)]
            yield self._words(own)
            arguments = self._arguments(constructor, described, owner=thing)
            all_are = bool(members.attributes) and set(parameters) <= set(members.attributes)
            yield self._list("Fields" if all_are else "Arguments", arguments)
            yield self._outcome(own)
        rest = {name: one for name, one in members.attributes.items() if name not in parameters}
        yield self._list("Attributes", self._attributes(thing, rest, words))

    def _arguments(
        self, function: griffe.Function, described: Mapping[str, str], owner: griffe.Class | None = None
    ) -> Iterator[str]:
        for parameter, words in describe_arguments(function, described, owner):
            kind = parameter.kind
            variadic = kind in (griffe.ParameterKind.var_positional, griffe.ParameterKind.var_keyword)
            facts = self.type_facts(owner or function, parameter.annotation)
            if not variadic:
                facts.append(
                    "required"
                    if parameter.default is None
                    else f"default {prose.code(_short(str(parameter.default)))}"
                )
            prefix = ("**" if kind is griffe.ParameterKind.var_keyword else "*") if variadic else ""
            yield self.item(f"{prefix}{parameter.name}", facts, words)

    def _attributes(
        self, thing: griffe.Class, attributes: Mapping[str, griffe.Attribute], words: Docstring
    ) -> Iterator[str]:
        constructor = find_constructor(thing)
        for name, attribute in attributes.items():
            annotation = attribute.annotation
            if (
                annotation is None
                and constructor is not None
                and str(attribute.value) in constructor.parameters
            ):
                # The constructor stores what it is given.
                annotation = constructor.parameters[str(attribute.value)].annotation
            facts = self.type_facts(attribute, annotation)
            labels = attribute.labels
            if (
                "class-attribute" in labels
                and "instance-attribute" not in labels
                and attribute.value is not None
            ):
                facts.append(prose.code(_short(" ".join(str(attribute.value).split()))))
            text = words.attributes.get(name) or read_member(attribute, thing).summary
            member = read_member(attribute, thing)
            yield self.item(name, facts, _join(text, member.body if text == member.summary else ""))

    def item(self, name: str, facts: Iterable[str], text: str) -> str:
        """Return an item of a list: a name, facts about it as Markdown, and words below."""
        head = " · ".join([f"**{prose.code(name)}**", *facts])
        # Descriptions go on after a colon in the source, and stand on a line of their own here.
        words = self.prose(text[:1].upper() + text[1:])
        return f"- {head}\\\n{prose.indent(words)}" if words else f"- {head}"

    def _list(self, title: str, items: Iterable[str]) -> str:
        lines = list(items)
        return f"**{title}**\n\n" + "\n".join(lines) if lines else ""

    def _enum_members(self, members: Members) -> Iterator[str]:
        values = {name: one for name, one in members.attributes.items() if name.isupper()}
        rest = {name: one for name, one in members.attributes.items() if name not in values}
        yield "\n".join(
            self.item(name, [prose.code(_short(str(one.value)))], _docstring(one))
            for name, one in values.items()
        )
        items = [
            self.item(name, self.type_facts(one, one.annotation), _docstring(one))
            for name, one in rest.items()
        ]
        items += [self.item(f"{name}()", [], _docstring(one)) for name, one in members.methods.items()]
        yield self._list("Attributes", items)

    def _outcome(self, words: Docstring) -> str:
        parts = []
        if words.returns:
            parts.append(f"**Returns** {self.prose(words.returns)}")
        if words.yields:
            parts.append(f"**Yields** {self.prose(words.yields)}")
        if words.codes:
            errors = ", ".join(f"{self._error(name)} ({codes})" for name, codes in words.codes)
            parts.append(f"**Raises** {errors}")
        if len(words.raises) == 1 and not words.raises[0][0]:
            parts.append(f"**Raises** {self.prose(words.raises[0][1])}")
        elif words.raises:
            items = "\n".join(
                f"- {self._error(name)}: {prose.inline(when, self._find_link)}" for name, when in words.raises
            )
            parts.append(f"**Raises**\n\n{items}")
        return _join(*parts)

    def _error(self, name: str) -> str:
        return prose.code_link(name, self._find_link(name))


def _called(name: str, method: str) -> str:
    """Return how a method is called: of `client.trackings` by its whole name."""
    if method == "__call__":
        return name
    return f"{name}.{method}" if "." in name else method


def _operations(members: Members) -> str:
    return f"Works with: {', '.join(members.operations)}." if members.operations else ""


def _docstring(thing: griffe.Object) -> str:
    return thing.docstring.value if thing.docstring is not None else ""


def _join(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)


def _short(code: str) -> str:
    return code if len(code) <= _LONGEST_DEFAULT else "..."


def _fold(code: str) -> str:
    """Break a long type at its alternatives."""
    if len(code) <= 72 or " | " not in code:
        return code
    head, _, rest = code.partition(" = ")
    return f"{head} = (\n    " + "\n    | ".join(rest.split(" | ")) + "\n)"
