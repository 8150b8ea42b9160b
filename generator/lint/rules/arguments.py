"""Rules about what the arguments of a generated method are called."""

from __future__ import annotations

from generator.client import reserved_names as names
from generator.document.parameter_styles import query_style, style_problem
from generator.lint.rule import Hits, rule
from generator.lint.view import View


@rule("parameter-name", "A parameter without letters at its start would get a name nobody would guess.")
def parameter_name(view: View) -> Hits:
    seen: set[str] = set()
    for operation in view.operations:
        paging = operation.value.get("x-pagination")
        # The runtime sends the cursor of a list: its value is the argument `cursor`.
        cursor = paging.get("cursor") if isinstance(paging, dict) else None
        for parameter in view.parameters(operation):
            if parameter.name.lower() in names.TRANSPORT_HEADERS or parameter.pointer in seen:
                continue
            seen.add(parameter.pointer)
            if parameter.name == cursor:
                continue
            name = names.to_snake_case(parameter.name)
            if parameter.location == "path" and not names.is_path_variable(parameter.name):
                yield (
                    parameter.pointer,
                    f'The path parameter "{parameter.name}" has other characters than letters, digits, _ and '
                    "-. Rename it, here and in the path: its name is never sent.",
                )
            elif not (name.isascii() and name.isidentifier()):
                instead = (
                    "Rename it, here and in the path: its name is never sent."
                    if parameter.location == "path"
                    else f'Leave it out: callers send it with query={{"{parameter.name}": ...}}.'
                )
                yield (
                    parameter.pointer,
                    f'The parameter "{parameter.name}" leaves no argument name. {instead}',
                )


@rule("parameter-collision", "Two parameters that become one argument cannot both be sent.")
def parameter_collision(view: View) -> Hits:
    for operation in view.operations:
        taken: dict[str, str] = {}
        for parameter in view.parameters(operation):
            if parameter.name.lower() in names.TRANSPORT_HEADERS:
                continue
            name = names.to_snake_case(parameter.name)
            if name in taken:
                yield (
                    parameter.pointer,
                    f'The parameters "{taken[name]}" and "{parameter.name}" would be one argument "{name}". '
                    "Rename one of the two.",
                )
            taken.setdefault(name, parameter.name)


@rule(
    "parameter-style", "What the client cannot write in the style of the document would fail at every call."
)
def parameter_style(view: View) -> Hits:
    seen: set[str] = set()
    for operation in view.operations:
        for parameter in view.parameters(operation):
            if parameter.location not in ("path", "query") or parameter.pointer in seen:
                continue
            seen.add(parameter.pointer)
            problem = style_problem(view.walk, parameter.raw, parameter.pointer)
            if problem is not None:
                yield parameter.pointer, problem


@rule(
    "exploded-object", "The keys of an exploded object are parameters themselves, and must not meet others."
)
def exploded_object(view: View) -> Hits:
    for operation in view.operations:
        query = [one for one in view.parameters(operation) if one.location == "query"]
        taken = {one.name for one in query}
        for parameter in query:
            if query_style(view.walk, parameter.raw, parameter.pointer) != "exploded":
                continue
            for name in sorted(
                view.property_names(parameter.raw.get("schema", {}), parameter.pointer) & taken
            ):
                yield (
                    parameter.pointer,
                    f'"{name}" of the query parameter "{parameter.name}" is a parameter too. '
                    "Write explode: false or another style, or rename one of the two.",
                )
