"""The public things of the package with the names under which the site shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import griffe

from generator.errors import RefusedError
from generator.site.python_api.locations import Location, Locations
from generator.site.python_api.page_plan import FOLDER, GIVEN_TO_USERS, PAGES, PART_OF, SHOWN_AS, PagePlan
from generator.site.python_api.since import own_classes
from generator.surface.version_packages import VERSION_PACKAGE
from generator.surface.wheel import find_public_things

PublicThings = Mapping[str, tuple[griffe.Object, list[str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicThing:
    """A class, a function or a constant that users import, or that generated classes stand on."""

    thing: griffe.Object
    names: tuple[str, ...]
    """All its public names below the package. The first is the one by which it is known here."""
    page: PagePlan
    anchor: str

    @property
    def shown(self) -> str:
        """What its heading says."""
        return SHOWN_AS.get(self.names[0], self.names[0].rpartition(".")[2])

    @property
    def is_constant(self) -> bool:
        """Whether it is a constant or the name of a type."""
        return isinstance(self.thing, griffe.Attribute)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicApi:
    """The whole package, read once."""

    package: griffe.Module
    things: tuple[PublicThing, ...]
    public_classes: frozenset[str]
    """The paths of the classes that have an entry of their own."""
    parts: Mapping[str, str]
    """The paths of the classes that have none, and of those in whose entries they are described."""
    versions: dict[str, griffe.Module]
    """API version, such as "2026-07", to its package; the oldest first."""

    @property
    def given_to_users(self) -> frozenset[str]:
        """The paths of the classes whose constructors are not for users."""
        return frozenset(one.thing.path for one in self.things if GIVEN_TO_USERS & {*one.names})

    @property
    def newest(self) -> str:
        """The newest API version."""
        return next(reversed(self.versions))


def read_public_api(package: griffe.Module) -> PublicApi:
    """Read what is public, and give everything its page. Raises RefusedError for a thing without a page."""
    public = find_public_things(package)
    things = tuple(_locate_things(public))
    return PublicApi(
        package=package,
        things=things,
        public_classes=frozenset(one.thing.path for one in things if isinstance(one.thing, griffe.Class)),
        parts=_find_parts(public),
        versions={
            name.removeprefix("v").replace("_", "-"): module
            for name, module in sorted(package.modules.items())
            if VERSION_PACKAGE.fullmatch(name)
        },
    )


def find_locations(api: PublicApi) -> Locations:
    """Return the location of everything that has an entry, on the pages of versions too."""
    by_path: dict[str, Location] = {}
    by_name: dict[str, list[Location]] = {}
    for one in api.things:
        location = Location(page=one.page.path, anchor=one.anchor, words=one.shown)
        by_path[one.thing.path] = location
        if one.names[0] in SHOWN_AS:
            continue
        # A word such as `data` mostly means something else.
        names = one.names if one.thing.is_class else [name for name in one.names if "." in name]
        for name in dict.fromkeys([one.shown, *names] if one.thing.is_class else names):
            by_name.setdefault(name, []).append(location)
    for version, module in api.versions.items():
        for path, location in _locations_of_version(version, module):
            by_path[path] = location
            if version == api.newest and location.words in by_name:
                # The name means two things: prose does not link it.
                by_name[location.words].append(location)
    for path, whole in api.parts.items():
        by_path[path] = by_path[whole]
    return Locations(by_path=by_path, by_name=by_name)


def version_page(version: str, name: str) -> str:
    """Return the path of a page of one API version below the source folder."""
    return f"{FOLDER}/{version}/{name}.md"


def version_anchor(version: str, *names: str) -> str:
    """Return the anchor of something of one API version."""
    return "-".join(["python", version, *names]).lower()


def _locate_things(public: PublicThings) -> Iterator[PublicThing]:
    used: set[str] = set()
    for thing, names in public.values():
        if any(name in PART_OF for name in names):
            continue
        # A name in a module says more than one at the top.
        ordered = sorted(names, key=lambda name: "." not in name)
        page = _find_page(ordered[0])
        anchor = "python-" + ordered[0].replace(".", "-").replace("_", "-").lower()
        while anchor in used:
            # `DEFAULT` and `Default`.
            anchor += "-2"
        used.add(anchor)
        yield PublicThing(thing=thing, names=tuple(ordered), page=page, anchor=anchor)


def _find_page(name: str) -> PagePlan:
    module = name.rpartition(".")[0]
    for page in PAGES:
        if name in page.names or (module and module in page.modules):
            return page
    raise RefusedError(
        f"{name} is public and on no page of the reference.",
        "Name it, or its module, in generator/site/python_api/page_plan.py.",
    )


def _find_parts(public: PublicThings) -> dict[str, str]:
    paths = {name: path for path, (_, names) in public.items() for name in names}
    return {paths[part]: paths[whole] for part, whole in PART_OF.items()}


def _locations_of_version(version: str, module: griffe.Module) -> Iterator[tuple[str, Location]]:
    for name in ("models", "inputs", "enums"):
        page = version_page(version, "enums" if name == "enums" else "models")
        for thing in own_classes(module.modules.get(name)):
            anchor = version_anchor(version, name, thing.name)
            yield thing.path, Location(page=page, anchor=anchor, words=thing.name)
    for thing in own_classes(module.modules["client"]):
        anchor = version_anchor(version, thing.name)
        yield thing.path, Location(page=version_page(version, "index"), anchor=anchor, words=thing.name)
    for name, resource in module["resources"].modules.items():
        for thing in own_classes(resource):
            location = Location(
                page=version_page(version, name), anchor=version_anchor(version, name), words=thing.name
            )
            yield thing.path, location
