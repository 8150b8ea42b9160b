"""Fetches a file over sftp, from a server whose host key is known."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import asyncssh

from aftership_tracking.csv_files.fetching.address import FeedAddress
from aftership_tracking.csv_files.fetching.content import Received
from aftership_tracking.csv_files.fetching.errors import FetchError
from aftership_tracking.csv_files.fetching.settings import FetchSettings

_CHUNK = 32 * 1024
"""Bytes. Every server sends so much at once."""


async def fetch_sftp(address: FeedAddress, settings: FetchSettings) -> bytes:
    """Return the content of a file. Raises FetchError."""
    login = settings.login
    if login is None:
        raise FetchError("sftp needs a user name.", "usage", hint="Set AFTERSHIP_CSV_USER.")
    if login.password is None and settings.identity is None:
        hint = "Set AFTERSHIP_CSV_PASSWORD, or give --identity FILE."
        raise FetchError("sftp needs a password or a key.", "usage", hint=hint)
    hosts = _read_known_hosts(settings.known_hosts, address)
    keys = _read_identity(settings.identity)
    try:
        async with asyncssh.connect(
            address.host,
            address.port,
            username=login.user,
            password=login.password,
            client_keys=keys,
            known_hosts=hosts,
            # Neither ~/.ssh/config, which may run programs, nor keys that nobody named.
            config=None,
            agent_path=None,
            gss_host=None,
            connect_timeout=settings.timeout,
            login_timeout=settings.timeout,
        ) as connection:
            return await _read(connection, address, settings.timeout)
    except asyncssh.HostKeyNotVerifiable:
        raise _unknown_host(address, settings.known_hosts) from None
    except asyncssh.PermissionDenied:
        raise FetchError(f"{address.host} does not let {login.user} in.", "auth") from None
    except asyncssh.SFTPNoSuchFile:
        raise FetchError(f"{address.shown} does not exist.", "not_found") from None
    except asyncssh.SFTPPermissionDenied:
        raise FetchError(f"{login.user} may not read {address.shown}.", "auth") from None
    except TimeoutError:
        message = f"{address.host} did not respond within {settings.timeout:g} seconds."
        raise FetchError(message, "network") from None
    except (asyncssh.Error, OSError, UnicodeError) as error:
        # UnicodeError: a name that no host can have.
        reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
        message = f"{address.host} cannot be reached, or broke off: {reason}."
        raise FetchError(message, "network") from None


async def _read(connection: asyncssh.SSHClientConnection, address: FeedAddress, timeout: float) -> bytes:
    """Each wait has its limit; that for all of it is the caller's."""
    received = Received(address.shown)
    async with asyncio.timeout(timeout):
        client = await connection.start_sftp_client()
    async with asyncio.timeout(timeout):
        file = await client.open(_remote_path(address), "rb", block_size=0)  # one read at a time
        received.expect((await file.stat()).size)
    # The size may be wrong, or the file may grow meanwhile.
    while True:
        async with asyncio.timeout(timeout):
            chunk = await file.read(_CHUNK)
        if not chunk:
            return received.complete()
        received.add(cast("bytes", chunk))  # binary, by its mode


def _remote_path(address: FeedAddress) -> str:
    """As curl does: absolute, or after `/~/` from the home of the user."""
    return address.path.removeprefix("/~/")


def _read_known_hosts(path: Path | None, address: FeedAddress) -> asyncssh.SSHKnownHosts:
    hosts = path or Path("~/.ssh/known_hosts").expanduser()
    try:
        return asyncssh.read_known_hosts(str(hosts))
    except OSError:
        raise _unknown_host(address, path) from None
    except ValueError as error:
        raise FetchError(f"{hosts} is not a file of host keys: {error}.", "usage") from None


def _read_identity(path: Path | None) -> list[asyncssh.SSHKey] | None:
    if path is None:
        return None  # an empty list would mean the keys in ~/.ssh
    try:
        return [asyncssh.read_private_key(str(path))]
    except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        message = f"{path} is not a private key without a passphrase, or cannot be read."
        raise FetchError(message, "usage") from None


def _unknown_host(address: FeedAddress, path: Path | None) -> FetchError:
    hosts = path or "~/.ssh/known_hosts"
    return FetchError(
        f"{hosts} does not have the host key that {address.host} port {address.port} shows.",
        "network",
        hint=f"If this is the first time: ssh-keyscan -p {address.port} {address.host}, compare the key with "
        f"the one that the owner of the server names, then add it to {hosts}.",
    )
