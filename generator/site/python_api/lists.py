"""Lists of arguments, attributes and members of enums: a name, its type, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import griffe

from generator.site import markdown
from generator.site.python_api import prose
from generator.site.python_api.docstrings import Docstring
from generator.site.python_api.locations import Locations
from generator.site.python_api.members import Members, describe_arguments, read_member
from generator.site.python_api.signatures import find_constructor
from generator.surface.homes import mentioned_paths

# Types of the package that say nothing to a reader: each is explained where it is used.
_TOO_COMMON = frozenset({"Default", "UnsetType"})
_LONGEST_DEFAULT = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class ListWriter:
    """Writes the lists of one page, with links from there."""

    package: griffe.Module
    locations: Locations
    page: str

    def prose(self, text: str) -> str:
        """Return the words of a docstring, with links to what they name."""
        return prose.blocks(text, self.find_link)

    def find_link(self, name: str) -> str | None:
        return self.locations.target_of_name(name, self.page)

    def write_types(
        self,
        owner: griffe.Object,
        annotations: Iterable[griffe.Expr | str | None],
        returns: griffe.Expr | str | None,
        *,
        is_listed: bool = True,
    ) -> str:
        """Return links to the types of a signature. `is_listed`: its arguments are in a list, in which a type
        that stands alone is a link already.
        """
        shown = 1 if is_listed else 0
        several = [found for one in annotations if len(found := self._located_types(owner, one)) > shown]
        paths = dict.fromkeys([*self._located_types(owner, returns), *chain.from_iterable(several)])
        links = [self.locations.link(path, self.page) or "" for path in paths if path != owner.path]
        return f"Types: {', '.join(links)}" if links else ""

    def _located_types(self, owner: griffe.Object, annotation: griffe.Expr | str | None) -> list[str]:
        """Return the types that an annotation names and that have a location, by their paths."""
        if annotation is None:
            return []
        found = dict.fromkeys(mentioned_paths(self.package, owner, annotation))
        return [
            path
            for path in found
            if path in self.locations.by_path and path.rpartition(".")[2] not in _TOO_COMMON
        ]

    def type_facts(
        self, owner: griffe.Object, annotation: griffe.Expr | str | None, shown: str = ""
    ) -> list[str]:
        """Return an annotation as code, which is a link if it names one type that has a location."""
        if annotation is None:
            return []
        paths = self._located_types(owner, annotation)
        target = self.locations.target_of(paths[0], self.page) if len(paths) == 1 else None
        return [prose.code_link(shown or str(annotation), target)]

    def write_arguments(
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
                    else f"default {markdown.code(_short(str(parameter.default)))}"
                )
            prefix = ("**" if kind is griffe.ParameterKind.var_keyword else "*") if variadic else ""
            yield self.item(f"{prefix}{parameter.name}", facts, words)

    def write_attributes(
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
                facts.append(markdown.code(_short(" ".join(str(attribute.value).split()))))
            member = read_member(attribute, thing)
            yield self.item(
                name, facts, words.attributes.get(name) or join_blocks(member.summary, member.body)
            )

    def item(self, name: str, facts: Iterable[str], text: str) -> str:
        """Return an item of a list: a name, facts about it as Markdown, and words below."""
        head = " · ".join([f"**{markdown.code(name)}**", *facts])
        # Descriptions go on after a colon in the source, and stand on a line of their own here.
        words = self.prose(text[:1].upper() + text[1:])
        if not words:
            return f"- {head}"
        # A line cannot break before a block of code or a list.
        between = "\n\n" if words.startswith(("```", "- ")) else "\\\n"
        return f"- {head}{between}{prose.indent(words)}"

    def write_list(self, title: str, items: Iterable[str]) -> str:
        lines = list(items)
        return f"**{title}**\n\n" + "\n".join(lines) if lines else ""

    def write_enum_members(self, members: Members) -> Iterator[str]:
        values = {name: one for name, one in members.attributes.items() if name.isupper()}
        rest = {name: one for name, one in members.attributes.items() if name not in values}
        yield "\n".join(
            self.item(name, [markdown.code(_short(str(one.value)))], docstring_of(one))
            for name, one in values.items()
        )
        items = [
            self.item(name, self.type_facts(one, one.annotation), docstring_of(one))
            for name, one in rest.items()
        ]
        items += [self.item(f"{name}()", [], docstring_of(one)) for name, one in members.methods.items()]
        yield self.write_list("Attributes", items)

    def write_error(self, name: str) -> str:
        return prose.code_link(name, self.find_link(name))


def docstring_of(thing: griffe.Object) -> str:
    return thing.docstring.value if thing.docstring is not None else ""


def join_blocks(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)


def _short(code: str) -> str:
    return code if len(code) <= _LONGEST_DEFAULT else "..."
