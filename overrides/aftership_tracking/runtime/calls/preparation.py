"""What the first call of a client imports, all at once and under the lock that a fork waits for.

A module that calls import lazily belongs here, whether it is ours or not. `test_fork_during_first_use.py`
finds those that are missing.
"""

from __future__ import annotations

from contextlib import suppress

from aftership_tracking.runtime.lazy_imports import load, loading

__all__ = ["import_for_calls"]


def import_for_calls(models: str, *, use_httpx: bool, use_async: bool) -> None:
    """Import what a call may need, with the models of a version. Costs nothing the next time.

    `use_httpx`: connections are opened by httpx. `use_async`: the client is async.
    """
    with loading:
        _import_reading()
        load(models)
        if use_httpx:
            _import_httpx()
        if use_async:
            _import_anyio()


def _import_reading() -> None:
    import email.utils  # noqa: F401
    import http  # noqa: F401
    import importlib.metadata  # noqa: F401

    # It reads odd times.
    import dateutil.parser  # noqa: F401

    import aftership_tracking.runtime.calls.argument_checks
    import aftership_tracking.runtime.calls.documented_limits
    import aftership_tracking.runtime.calls.error_hints
    import aftership_tracking.runtime.calls.likely_mistakes
    import aftership_tracking.runtime.models.codec
    import aftership_tracking.runtime.models.model
    import aftership_tracking.runtime.registry
    import aftership_tracking.runtime.surprise
    import aftership_tracking.runtime.wire.deadline
    import aftership_tracking.runtime.wire.query  # noqa: F401


def _import_httpx() -> None:
    # `getaddrinfo` imports it for every host that is a string.
    import encodings.idna  # noqa: F401
    import urllib.request  # noqa: F401

    import httpx  # noqa: F401

    import aftership_tracking.runtime.wire.certificates
    import aftership_tracking.runtime.wire.proxies  # noqa: F401


def _import_anyio() -> None:
    import asyncio  # noqa: F401

    import anyio
    import anyio.to_thread

    # httpcore imports it at each request, to know which library runs the loop. trio brings it.
    with suppress(ImportError):
        import sniffio  # noqa: F401  # pyright: ignore[reportMissingImports]

    # anyio imports it when it first meets a loop of asyncio. Private, so it may move; then the first call
    # imports it.
    with suppress(ImportError):
        import anyio._backends._asyncio  # noqa: F401
