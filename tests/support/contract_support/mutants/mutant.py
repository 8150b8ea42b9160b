"""A fault that is planted on purpose, the world it is planted in, and the checks that must find it.

A mutant changes one thing: what passes to and from the mock, the document that the tests use, or the
generated client. The probes are the checks of the test suite, on the operations concerned.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest import mock as patching

from hypothesis import find
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import NoSuchExample

from aftership_tracking.mock import Mock
from contract_support import target
from contract_support.behaviour import checks, concurrency, links
from contract_support.behaviour import declared_errors as error_checks
from contract_support.behaviour.odd_requests import complaints as odd_complaints
from contract_support.behaviour.odd_requests import odd_requests
from contract_support.calls.asgi import Request, Response, Tampered
from contract_support.client import checks as client_checks
from contract_support.document.json_values import values_for
from contract_support.document.operations import operation_named
from contract_support.property_run.run import CHAINS, SINGLE, Settings, run

EXAMPLES = 10


@dataclass
class World:
    """Where a mutant is planted. Mutants share nothing in it."""

    version: str
    document: dict[str, Any]
    patches: ExitStack
    on_request: Callable[[Request], Request | Response] = lambda sent: sent
    on_response: Callable[[Request, Response], Response] = lambda sent, response: response

    def mock(self) -> Mock:
        return target.fresh_mock()

    def application(self, mock: Mock) -> Tampered:
        """The mock with the fault in front."""
        return Tampered(mock, self.on_request, self.on_response)

    def patch(self, holder: Any, name: str, value: Any) -> None:
        """Replace a name of the generated client until the mutant is done."""
        self.patches.enter_context(patching.patch.object(holder, name, value))


Probe = Callable[[World], list[str]]
Plant = Callable[[World], None]


@dataclass(frozen=True)
class Mutant:
    """One fault: its name, where it is, how it is planted, and which probes should find it."""

    name: str
    where: str
    plant: Plant
    probes: tuple[Probe, ...]


@dataclass(frozen=True)
class Verdict:
    """The result of a mutant; `caught_by` is empty when it survived."""

    mutant: str
    where: str
    caught_by: str = ""
    complaint: str = ""


def run_mutant(mutant: Mutant, version: str) -> Verdict:
    """Plant one mutant in its own world and run its probes until one complains."""
    with ExitStack() as patches:
        world = World(version, copy.deepcopy(dict(target.document(version))), patches)
        mutant.plant(world)
        for probe in mutant.probes:
            if complaints := _complaints_of(probe, world):
                name, _, complaint = complaints[0].partition(": ")
                return Verdict(mutant.name, mutant.where, name, complaint)
    return Verdict(mutant.name, mutant.where)


@cache
def run_without_fault(probe: Probe, version: str) -> list[str]:
    """Run a probe without any fault. A probe that complains then proves nothing."""
    with ExitStack() as patches:
        return probe(World(version, copy.deepcopy(dict(target.document(version))), patches))


def _complaints_of(probe: Probe, world: World) -> list[str]:
    """Return the complaints of a probe. An exception counts, because it would fail its test as well."""
    try:
        return probe(world)
    except Exception as error:  # noqa: BLE001 - whatever a planted fault raises
        name = getattr(probe, "__name__", type(probe).__name__)
        return [f"{name}, {type(error).__name__}: {error}"]


@dataclass(frozen=True)
class PropertyRun:
    """The property run on a few operations: its findings, and declared things that it did not reach."""

    phases: tuple[str, ...]
    operations: tuple[str, ...]
    complete: bool = False

    def __call__(self, world: World) -> list[str]:
        # No more than the suite sends to this version: a check that needs more would not work there.
        examples = min(EXAMPLES, target.settings(world.version, self.phases).examples)
        settings = Settings(
            examples=examples, phases=self.phases, operations=self.operations, slugs=target.slugs()
        )
        mock = world.mock()
        report = run(world.document, world.application(mock), settings, forget=mock.reset)
        found = [f"property run, {item.check}: {item.operation} {item.message}" for item in report.findings]
        labels = {operation_named(world.document, name).label for name in self.operations}
        missing = report.reached.missing() if self.complete else []
        gaps = [gap for gap in missing if gap.partition(": ")[0] in labels]
        return found + [f"property run, accounting: {gap}" for gap in gaps]


def single(*operations: str, complete: bool = False) -> PropertyRun:
    """Single requests to a few operations."""
    return PropertyRun(SINGLE, operations, complete)


def chains(*operations: str) -> PropertyRun:
    """Chains of requests over a few operations."""
    return PropertyRun(CHAINS, operations)


@dataclass(frozen=True)
class Behaves:
    """One of the checks of `behaviour`."""

    check: str

    def __call__(self, world: World) -> list[str]:
        mock = world.mock()
        found = checks.CHECKS[self.check](world.document, mock, world.application(mock))
        return [f"behaviour, {self.check}: {complaint}" for complaint in found]


@dataclass(frozen=True)
class Odd:
    """The odd requests whose name contains a string."""

    part: str

    def __call__(self, world: World) -> list[str]:
        return [
            f"odd requests: {complaint}"
            for odd in odd_requests(world.document)
            if self.part in odd.name
            for complaint in odd_complaints(world.document, world.application(world.mock()), odd)
        ]


def declared_errors(world: World) -> list[str]:
    """Cause every declared error."""
    mock = world.mock()
    found = error_checks.complaints(world.document, mock, world.application(mock))
    return [f"declared errors: {complaint}" for complaint in found]


def declared_links(world: World) -> list[str]:
    """Follow every declared link once."""
    found = []
    for link in links.declared_links(world.document):
        mock = world.mock()
        found += links.complaints(world.document, mock, world.application(mock), link)
    return [f"links: {complaint}" for complaint in found]


def many_callers(world: World) -> list[str]:
    """Many callers at once."""
    application = world.application(world.mock())
    found = concurrency.complaints(world.document, application, concurrency.WAYS["tasks"])
    return [f"concurrency: {complaint}" for complaint in found]


@dataclass(frozen=True)
class Calls:
    """The generated test of one operation, sync or async."""

    identifier: str
    variant: str = "sync"

    def __call__(self, world: World) -> list[str]:
        operation = operation_named(world.document, self.identifier)
        found = client_checks.call_complaints(
            world.document, world.version, operation, self.variant, world.mock()
        )
        return [f"client call, {self.variant}: {complaint}" for complaint in found]


@dataclass(frozen=True)
class Raises:
    """The test of one documented error of one operation."""

    identifier: str
    code: int
    variant: str = "sync"

    def __call__(self, world: World) -> list[str]:
        operation = operation_named(world.document, self.identifier)
        found = client_checks.error_complaints(
            world.document, world.version, operation, (self.code,), self.variant, world.mock()
        )
        return [f"client errors: {complaint}" for complaint in found]


@dataclass(frozen=True)
class RoundTrip:
    """The property test of one model."""

    model: str

    def __call__(self, world: World) -> list[str]:
        values = values_for(world.document, world.document["components"]["schemas"][self.model])

        def complaints(value: Any) -> list[str]:
            return client_checks.round_trip_complaints(world.version, self.model, value)

        size = hypothesis_settings(max_examples=60, database=None, derandomize=True, deadline=None)
        try:
            worst = find(values, lambda value: bool(complaints(value)), settings=size)
        except NoSuchExample:
            return []
        return [f"model round trip: {complaint}" for complaint in complaints(worst)]


def client_surface(world: World) -> list[str]:
    """Compare the public names of the client with the document."""
    found = client_checks.surface_complaints(world.document, world.version)
    return [f"client surface: {complaint}" for complaint in found]


def edit_json(response: Response, change: Callable[[Any], None]) -> Response:
    """Return a copy of a response with a JSON body that a function has changed."""
    body = response.json()
    change(body)
    return response.with_json(body)


def schema_of(world: World, name: str) -> dict[str, Any]:
    """Return a component of the mutable document."""
    schema: dict[str, Any] = world.document["components"]["schemas"][name]
    return schema


def definition_of(world: World, identifier: str) -> dict[str, Any]:
    """Return an operation of the mutable document."""
    definition: Mapping[str, Any] = operation_named(world.document, identifier).definition
    assert isinstance(definition, dict)
    return definition
