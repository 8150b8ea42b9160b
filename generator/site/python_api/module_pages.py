"""The pages that are the same for all API versions: one for each public module, or for a few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import griffe

from generator.site import markdown
from generator.site.python_api import prose
from generator.site.python_api.entries import Writer
from generator.site.python_api.lists import docstring_of
from generator.site.python_api.locations import Locations, relative
from generator.site.python_api.members import is_error
from generator.site.python_api.page_plan import COUNTERPARTS, GROUPS, SHOWN_AS, PagePlan
from generator.site.python_api.public_api import PublicApi, PublicThing
from generator.site.python_api.signatures import is_fixture
from generator.surface.wheel import PACKAGE


def write_module_page(plan: PagePlan, api: PublicApi, locations: Locations, guides: Mapping[str, str]) -> str:
    """Return one page. `guides`: the titles of the pages of `docs/` by their names."""
    writer = Writer(
        package=api.package,
        locations=locations,
        page=plan.path,
        given_to_users=api.given_to_users,
        public_classes=api.public_classes,
    )
    things = _in_order(plan, [one for one in api.things if one.page is plan])
    entries = [one for one in things if not one.is_constant]
    constants = [one for one in things if one.is_constant and one.names[0] not in plan.first]
    parts = [
        writer.prose(plan.introduction),
        *(_module(writer, api, name, plan) for name in plan.modules),
        _error_tree(plan, writer, api) if plan.shows_errors else "",
        _imports(plan, things),
        _elsewhere(plan, api, locations),
        _guides(plan, guides),
        *(_entry(writer, one, api) for one in things if one not in constants),
    ]
    if constants:
        level = 3 if entries else 2
        if entries:
            parts.append("## Types and constants")
        parts += [
            writer.write_constant(one.thing, one.shown, one.anchor, level=level)
            for one in constants
            if isinstance(one.thing, griffe.Attribute)
        ]
    return markdown.page(plan.title, "\n\n".join(part for part in parts if part))


def write_index(api: PublicApi) -> str:
    """Return the index of the reference of the package."""
    newest = api.newest
    parts = [
        "Every class, method and function of the package `aftership_tracking`. What is made from the "
        "documents of the API, resources, models and enums, has pages for each API version.",
        "## API versions",
        markdown.table(
            ["Version", "Import"],
            [
                (
                    f"[{version}]({version}/index.md)" + (" (newest)" if version == newest else ""),
                    markdown.code(
                        f"from {PACKAGE} import AfterShip"
                        if version == newest
                        else f"from {PACKAGE}.v{version.replace('-', '_')} import AfterShip"
                    ),
                )
                for version in reversed(api.versions)
            ],
        ),
    ]
    for group, plans in GROUPS.items():
        rows = [(f"[{plan.title}]({plan.name}.md)", prose.inline(plan.about)) for plan in plans]
        parts += [f"## {group}", markdown.table(["Page", "What it is for"], rows)]
    parts += [
        "## Settings from outside",
        markdown.table(
            ["Page", "What it is for"],
            [
                ("[Environment variables](environment.md)", "Every variable that the package reads."),
                ("[The command line](../cli/index.md)", "Every command and every option of `aftership`."),
            ],
        ),
        markdown.toctree(
            [f"{version}/index" for version in reversed(api.versions)], hidden=True, caption="API versions"
        ),
        *(
            markdown.toctree([plan.name for plan in plans], hidden=True, caption=group)
            for group, plans in GROUPS.items()
        ),
        markdown.toctree(["environment"], hidden=True, caption="Settings from outside"),
    ]
    return markdown.page("Python reference", "\n".join(f"{part}\n" for part in parts))


def _in_order(plan: PagePlan, things: list[PublicThing]) -> list[PublicThing]:
    def rank(one: PublicThing) -> tuple[int, int, str]:
        known = [plan.first.index(name) for name in (*one.names, one.shown) if name in plan.first]
        module = one.names[0].rpartition(".")[0]
        return (
            min(known) if known else len(plan.first),
            plan.modules.index(module) if module in plan.modules else -1,
            one.shown.lower(),
        )

    return sorted(things, key=rank)


def _entry(writer: Writer, one: PublicThing, api: PublicApi) -> str:
    thing = one.thing
    if isinstance(thing, griffe.Class):
        other = COUNTERPARTS.get(one.names[0])
        counterpart = next((found for found in api.things if other in found.names), None)
        if counterpart is not None:
            link = writer.locations.link(counterpart.thing.path, writer.page) or ""
            return writer.write_counterpart(thing, one.shown, one.anchor, of=link)
        return writer.write_class(thing, one.shown, one.anchor)
    if isinstance(thing, griffe.Function):
        return writer.write_function(thing, one.shown, one.anchor)
    if isinstance(thing, griffe.Attribute):
        return writer.write_constant(thing, one.shown, one.anchor)
    return ""


def _module(writer: Writer, api: PublicApi, name: str, plan: PagePlan) -> str:
    module = api.package[name]
    words = module.docstring.value if module.docstring is not None else ""
    if plan.shows_errors:
        # The tree of the docstring is for terminals.
        words = "\n".join(line for line in words.splitlines() if not line.startswith("    "))
    if len(plan.modules) == 1:
        return writer.prose(words)
    summary = words.partition("\n\n")[0]
    return f"- {markdown.code(f'{PACKAGE}.{name}')}\\\n{prose.indent(writer.prose(summary))}"


def _error_tree(plan: PagePlan, writer: Writer, api: PublicApi) -> str:
    """Return all errors and warnings of the package as a tree, each with what it means."""
    errors = {
        one.thing.path: one
        for one in api.things
        if isinstance(one.thing, griffe.Class) and is_error(one.thing)
    }
    below: dict[str, list[PublicThing]] = {}
    for one in errors.values():
        bases = [] if not isinstance(one.thing, griffe.Class) else one.thing.mro()
        parent = next((base.path for base in bases if base.path in errors), "")
        below.setdefault(parent, []).append(one)

    def branch(parent: str, depth: int) -> Iterator[str]:
        for one in _in_order(plan, below.get(parent, [])):
            words = docstring_of(one.thing).partition("\n\n")[0]
            link = prose.code_link(one.shown, writer.locations.target_of(one.thing.path, writer.page))
            yield f"{'  ' * depth}- {link}: {prose.inline(words)}"
            yield from branch(one.thing.path, depth + 1)

    return "\n".join(branch("", 0))


def _imports(plan: PagePlan, things: list[PublicThing]) -> str:
    """Say from where the names of the page are imported."""
    top = [one.shown for one in things if one.shown in one.names]
    rest = [one.shown for one in things if one.shown not in one.names and one.names[0] not in SHOWN_AS]
    package = markdown.code(PACKAGE)
    if all(isinstance(one.thing, griffe.Function) and is_fixture(one.thing) for one in things):
        return ""
    if not plan.modules:
        return f"Import {_and(top)} from {package}." if top else ""
    modules = _and([f"{PACKAGE}.{name}" for name in plan.modules], "or")
    sentences = [f"Import from {modules}."]
    only_top = [one.shown for one in things if one.names == (one.shown,)]
    both = [name for name in top if name not in only_top]
    if only_top:
        sentences.append(f"{_and(only_top)} {'is' if len(only_top) == 1 else 'are'} in {package} only.")
    if both and not rest:
        sentences.append(f"All {'others ' if only_top else ''}are in {package} too.")
    elif both and len(rest) < len(both):
        sentences.append(f"All {'others ' if only_top else ''}but {_and(rest)} are in {package} too.")
    elif both:
        sentences.append(f"{_and(both)} {'is' if len(both) == 1 else 'are'} in {package} too.")
    return " ".join(sentences)


def _and(names: list[str], word: str = "and") -> str:
    codes = [markdown.code(name) for name in names]
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} {word} {codes[-1]}"


def _elsewhere(plan: PagePlan, api: PublicApi, locations: Locations) -> str:
    """Link the names of these modules that are described on another page."""
    links = [
        prose.code_link(one.shown, locations.target_of(one.thing.path, plan.path))
        for one in api.things
        if one.page is not plan
        and any(name.rpartition(".")[0] in plan.modules for name in one.names if "." in name)
    ]
    return f"Also in this module: {', '.join(links)}." if links else ""


def _guides(plan: PagePlan, guides: Mapping[str, str]) -> str:
    links = [markdown.link(guides[name], relative(name, plan.path)) for name in plan.guides]
    return f"Explained with examples: {', '.join(links)}." if links else ""
