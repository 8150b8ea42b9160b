"""One class, function or constant as Markdown: signature, words, arguments, errors, members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import griffe

from generator.site import markdown
from generator.site.python_api import prose
from generator.site.python_api.docstrings import Docstring, read_docstring
from generator.site.python_api.lists import ListWriter, docstring_of, join_blocks
from generator.site.python_api.members import (
    Members,
    describe_arguments,
    is_enum,
    is_error,
    read_class,
    read_member,
    read_members,
)
from generator.site.python_api.signatures import (
    class_signature,
    find_constructor,
    function_signature,
    public_parameters,
)
from generator.surface.homes import mentioned_paths


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer(ListWriter):
    """Writes the entries of one page."""

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
            return join_blocks(
                self._head(name, anchor, level),
                summary,
                body,
                *self.write_enum_members(members),
                _operations(members),
            )
        return join_blocks(
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
        return join_blocks(
            self._head(name, anchor, 2),
            self._words(words),
            f"The async counterpart of {of}, which describes the same members.",
            prose.fence(signatures, "python") if signatures else "",
            self.write_list(
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
        Markdown below its summary.
        """
        if words is None:
            words = self._read_function(function, owner)
        described = words.arguments
        if owner is not None and "see the constructor" in words.summary:
            described = {**self._arguments_of_constructor(owner), **described}
        signature = function_signature(function, called or function.name)
        # A list of names and types alone would repeat the signature.
        is_listed = any(meaning for _, meaning in describe_arguments(function, described))
        return join_blocks(
            self._head(name, anchor, level),
            self.prose(words.summary),
            about,
            prose.fence(signature, "python"),
            self.write_types(
                function,
                [one.annotation for one in public_parameters(function)],
                function.returns,
                is_listed=is_listed,
            ),
            self.prose(words.body),
            self.write_list("Arguments", self.write_arguments(function, described)) if is_listed else "",
            self._outcome(words),
        )

    def write_constant(self, thing: griffe.Attribute, name: str, anchor: str, *, level: int = 2) -> str:
        """Return the entry of a constant or of the name of a type."""
        words = read_docstring(docstring_of(thing))
        is_alias = "TypeAlias" in str(thing.annotation)
        value = " ".join(str(thing.value).split()) if thing.value is not None else ""
        if is_alias and value[:1] in "'\"":
            value = value.strip("'\"")
        annotation = f": {thing.annotation}" if thing.annotation is not None and not is_alias else ""
        code = f"{thing.name}{annotation}" + (f" = {value}" if value else "")
        if len(code) > 400:
            code = f"{thing.name}{annotation} = ..."
        return join_blocks(
            self._head(name, anchor, level),
            prose.fence(_fold(code), "python"),
            self.write_types(thing, [thing.value if is_alias else thing.annotation], None),
            self._words(words),
        )

    def _arguments_of_constructor(self, owner: griffe.Class) -> dict[str, str]:
        constructor = find_constructor(owner)
        return {} if constructor is None else read_member(constructor, owner).arguments

    def _read_function(self, function: griffe.Function, owner: griffe.Class | None) -> Docstring:
        if owner is not None:
            return read_member(function, owner)
        names = [one.name for one in public_parameters(function)]
        return read_docstring(docstring_of(function), names)

    def _head(self, name: str, anchor: str, level: int) -> str:
        return f"{markdown.anchor(anchor)}{'#' * level} {markdown.plain(name)}"

    def _words(self, words: Docstring) -> str:
        return join_blocks(self.prose(words.summary), self.prose(words.body))

    def _class_signature(self, thing: griffe.Class, name: str) -> str:
        if not self._is_made_by_users(thing) or "Protocol" in " ".join(map(str, thing.bases)):
            return ""
        signature = class_signature(thing, name)
        if signature is None:
            return ""
        constructor = read_members(thing, self.public_classes).constructor
        annotations = [one.annotation for one in public_parameters(constructor)] if constructor else []
        return join_blocks(
            prose.fence(signature, "python"), self.write_types(constructor or thing, annotations, None)
        )

    def _bases(self, thing: griffe.Class) -> str:
        shown: list[str] = []
        for base in thing.bases:
            words = str(base)
            if words.startswith(("_", "Generic", "Protocol", "ABC")) or words in ("str", "TypedDict"):
                continue
            paths = list(mentioned_paths(self.package, thing, base))
            if not paths:
                shown.append(markdown.code(words.removeprefix("builtins.")))
            # A base without an entry, or with this very entry: its members are those of the class.
            elif (link := self.locations.link(paths[0], self.page)) not in (
                None,
                self.locations.link(thing.path, self.page),
            ):
                shown.append(str(link))
        return f"Based on {' and '.join(shown)}, whose members it has too." if shown else ""

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
            arguments = self.write_arguments(constructor, described, owner=thing)
            all_are = bool(members.attributes) and set(parameters) <= set(members.attributes)
            yield self.write_list("Fields" if all_are else "Arguments", arguments)
            yield self._outcome(own)
        rest = {name: one for name, one in members.attributes.items() if name not in parameters}
        yield self.write_list("Attributes", self.write_attributes(thing, rest, words))

    def _outcome(self, words: Docstring) -> str:
        parts = []
        if words.returns:
            parts.append(f"**Returns** {self.prose(words.returns)}")
        if words.yields:
            parts.append(f"**Yields** {self.prose(words.yields)}")
        if words.codes:
            errors = ", ".join(f"{self.write_error(name)} ({codes})" for name, codes in words.codes)
            parts.append(f"**Raises** {errors}")
        if len(words.raises) == 1 and not words.raises[0][0]:
            parts.append(f"**Raises** {self.prose(words.raises[0][1])}")
        elif words.raises:
            items = "\n".join(
                f"- {self.write_error(name)}: {prose.inline(when, self.find_link)}"
                for name, when in words.raises
            )
            parts.append(f"**Raises**\n\n{items}")
        return join_blocks(*parts)


def _called(name: str, method: str) -> str:
    """Return how a method is called: of `client.trackings` by its whole name."""
    if method == "__call__":
        return name
    return f"{name}.{method}" if "." in name else method


def _operations(members: Members) -> str:
    return f"Works with: {', '.join(members.operations)}." if members.operations else ""


def _fold(code: str) -> str:
    """Break a long type at its alternatives."""
    if len(code) <= 72 or " | " not in code:
        return code
    head, _, rest = code.partition(" = ")
    return f"{head} = (\n    " + "\n    | ".join(rest.split(" | ")) + "\n)"
