"""The packages of the extra `contacts`, imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading

_INSTALL_HINT = "python -m pip install 'aftership-tracking-client[contacts]'"


def load_phonenumbers() -> Any:
    """Import `phonenumbers`. Raises UsageError if it is missing."""
    try:
        with loading:
            import phonenumbers
    except ImportError:
        raise missing("phonenumbers") from None
    return phonenumbers


def load_package(module: str, package: str) -> Any:
    """Import a module. Raises UsageError, which names its package, if it is missing."""
    try:
        with loading:
            return import_module(module)
    except ImportError:
        raise missing(package) from None


def missing(package: str) -> UsageError:
    """The error that says which package is missing."""
    return UsageError(f"the package `{package}` is not installed", hint=_INSTALL_HINT)
