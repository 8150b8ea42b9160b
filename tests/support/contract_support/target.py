"""The mock as the contract tests start it: always fresh, one known key, a clock that stands still."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from aftership_tracking import documents
from aftership_tracking.mock import ManualClock, Mock
from contract_support.api import Api
from contract_support.run import API_KEY, BETWEEN_EXAMPLES, DEFAULT_EXAMPLES, PHASES, Settings


class ReadOnce:
    """The installed documents, each read from disk once: a new mock for every test would read them again."""

    versions = staticmethod(documents.versions)
    document = staticmethod(cache(documents.document))
    data = staticmethod(cache(documents.data))


def fresh_mock(**options: Any) -> Mock:
    """Give a mock without state. Equal requests to two of them get equal answers."""
    return Mock(keys=[API_KEY], clock=ManualClock(), seed=1, documents=ReadOnce, **options)


def restart(mock: Mock, document: Mapping[str, Any]) -> None:
    """Take a mock back to where each chain of requests begins: one active tracking, one completed."""
    mock.reset()
    api = Api(document, mock)
    api.create("CHAIN0000001", slug="usps")
    api.complete(api.create("CHAIN0000002", slug="ups")["id"], "LOST")


def versions() -> tuple[str, ...]:
    return documents.versions()


def document(version: str) -> Mapping[str, Any]:
    return ReadOnce.document(version)


def settings(version: str, phases: tuple[str, ...] = PHASES) -> Settings:
    """How much to send to a version, if CONTRACT_EXAMPLES does not say it."""
    is_end = version in (versions()[0], versions()[-1])
    examples = DEFAULT_EXAMPLES if is_end else BETWEEN_EXAMPLES
    return Settings.from_environment(phases, slugs(), examples)


@cache
def slugs() -> tuple[str, ...]:
    """Name the couriers that need nothing but a number."""
    couriers = ReadOnce.data("couriers")["couriers"]
    return tuple(courier["slug"] for courier in couriers if not courier.get("required_fields"))
