"""Fetches a file once: checks the address, brings the content, writes what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from aftership_tracking.csv_files.fetching.address import FeedAddress
from aftership_tracking.csv_files.fetching.content import digest
from aftership_tracking.csv_files.fetching.errors import FetchError
from aftership_tracking.csv_files.fetching.settings import FetchSettings
from aftership_tracking.csv_files.fetching.state import FetchState, read_state, write_state, write_whole


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchResult:
    """What a run did."""

    result: Literal["fetched", "unchanged"]
    file: str
    bytes: int
    sha256: str
    source: str
    fetched_at: str
    """When this content was fetched first."""


def fetch(
    address: FeedAddress,
    target: Path,
    state_file: Path,
    settings: FetchSettings,
    *,
    again: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FetchResult:
    """Write the file at `address` to `target`, unless its content is that of the last time.

    `again` writes it in any case. Raises FetchError; target and state are then as they were, or the target is
    the whole new file and only the state is old, so that the next run writes it once more.
    """
    if state_file.resolve() == target.resolve():
        raise FetchError("The state file is the fetched file itself.", "usage", hint="Name another one.")
    _check_login(address, settings)
    before = read_state(state_file)
    content = asyncio.run(_receive(address, settings))
    sha256 = digest(content)
    if before is not None and before.sha256 == sha256 and not again:
        return _result("unchanged", target, before)
    after = FetchState(
        sha256=sha256,
        bytes=len(content),
        source=address.shown,
        fetched_at=now().astimezone(UTC).isoformat(timespec="seconds"),
    )
    write_whole(target, content)
    write_state(state_file, after)
    return _result("fetched", target, after)


def _check_login(address: FeedAddress, settings: FetchSettings) -> None:
    login = settings.login
    if login is None:
        return
    if ":" in login.user and address.scheme != "sftp":
        # HTTP Basic would make another user of it.
        raise FetchError("The user name has a colon, which https cannot send.", "usage")
    try:
        f"{login.user}{login.password or ''}".encode()
    except UnicodeEncodeError:
        raise FetchError("The user name or the password has bytes that are not UTF-8.", "usage") from None


async def _receive(address: FeedAddress, settings: FetchSettings) -> bytes:
    try:
        async with asyncio.timeout(settings.deadline):
            if address.scheme == "sftp":
                return await _receive_sftp(address, settings)
            from aftership_tracking.csv_files.fetching.https import fetch_https

            return await fetch_https(address, settings)
    except TimeoutError:
        raise FetchError(
            f"{address.shown} was not complete within {settings.deadline:g} seconds.", "network"
        ) from None


async def _receive_sftp(address: FeedAddress, settings: FetchSettings) -> bytes:
    try:
        from aftership_tracking.csv_files.fetching.sftp import fetch_sftp
    except ImportError:
        raise FetchError(
            "sftp needs one more package.",
            "usage",
            hint="python -m pip install 'aftership-tracking-client[cli,sftp]'",
        ) from None
    return await fetch_sftp(address, settings)


def _result(result: Literal["fetched", "unchanged"], target: Path, state: FetchState) -> FetchResult:
    return FetchResult(
        result=result,
        file=str(target),
        bytes=state.bytes,
        sha256=state.sha256,
        source=state.source,
        fetched_at=state.fetched_at,
    )
