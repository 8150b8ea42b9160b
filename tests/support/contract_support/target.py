"""The mock as the contract tests start it: always new, with one known key and a clock that stands still."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from aftership_tracking.mock import ManualClock, Mock
from contract_support.calls.api import API_KEY, Api
from contract_support.document.installed import ReadOnce
from contract_support.property_run.run import BETWEEN_EXAMPLES, DEFAULT_EXAMPLES, PHASES, Settings
from version_sample import sample


def fresh_mock(**options: Any) -> Mock:
    """Return a mock without state. Equal requests to two of them get equal responses."""
    return Mock(keys=[API_KEY], clock=ManualClock(), seed=1, documents=ReadOnce, **options)


def restart(mock: Mock, document: Mapping[str, Any]) -> None:
    """Reset a mock to the state in which each chain begins: one active tracking and one completed."""
    mock.reset()
    api = Api(document, mock)
    api.create("CHAIN0000001", slug="usps")
    api.complete(api.create("CHAIN0000002", slug="ups")["id"], "LOST")


def versions() -> tuple[str, ...]:
    return ReadOnce.versions()


def some_versions() -> tuple[str, ...]:
    """The oldest version, the newest, and one between; all of them in `make contract`."""
    return sample(versions())


def document(version: str) -> Mapping[str, Any]:
    return ReadOnce.document(version)


def settings(version: str, phases: tuple[str, ...] = PHASES) -> Settings:
    """Return how much to send to a version, unless CONTRACT_EXAMPLES says it."""
    is_end = version in (versions()[0], versions()[-1])
    examples = DEFAULT_EXAMPLES if is_end else BETWEEN_EXAMPLES
    return Settings.from_environment(phases, slugs(), examples)


@cache
def slugs() -> tuple[str, ...]:
    """Return the couriers that need only a number."""
    couriers = ReadOnce.data("couriers")["couriers"]
    return tuple(courier["slug"] for courier in couriers if not courier.get("required_fields"))
