"""Chooses the models that read a delivery, by the version that its header names.

The choice is made for each delivery: a URL keeps the old version for retries while new deliveries come in the
new one, and at the end of a version AfterShip moves URLs to another one by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models import codec

__all__ = ["ENVELOPE", "ModelChoice", "choose_models", "newest_version"]

ENVELOPE = "WebhookEvent"
"""The model of a whole body, in the models of every version."""
_VERSION = re.compile(r"\d{4}-\d{2}")


class ModelChoice(NamedTuple):
    """Which models read a delivery."""

    version: str | None
    """What the header says."""
    model_version: str
    models: str
    is_known: bool
    decode: Callable[[bytes], Any]
    """The fast decoder. It raises ValueError for a body that is not as documented."""


def newest_version() -> str:
    """Return the newest version of this package."""
    return registry.versions()[-1]


# Bounded: the header is not signed, so anyone on the way may write anything into it.
@lru_cache(maxsize=64)
def choose_models(version_header: tuple[str, ...]) -> ModelChoice:
    """Choose the models, given all values of the version header.

    Without a header the URL is older than webhook versions, and the oldest models fit best. A version between
    two known ones is read as the older of them, since every version stays until a later one changes it.
    """
    known = registry.versions()
    version = _named_version(version_header) if version_header else None
    if version in known:
        chosen = version
    elif version is None:
        chosen = known[0]
    elif _VERSION.fullmatch(version):
        chosen = max((one for one in known if one <= version), default=known[0])
    else:
        chosen = known[-1]
    models = registry.models(chosen)
    return ModelChoice(version, chosen, models, version in known, codec.fast_decoder(models, ENVELOPE))


def _named_version(values: tuple[str, ...]) -> str | None:
    """Return the version in the header. Equal values count as one. Different values are joined by commas."""
    named = {value.strip() for value in values}
    return named.pop() if len(named) == 1 else ", ".join(values)
