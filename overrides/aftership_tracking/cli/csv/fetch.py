"""`aftership csv fetch`: a file from somebody else's server, once, for cron or a timer."""

from __future__ import annotations

import math
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from aftership_tracking.cli import exit_codes
from aftership_tracking.cli.output import CommandError, remark, write
from aftership_tracking.cli.results import write_object
from aftership_tracking.cli.settings.config_file import read_config
from aftership_tracking.cli.settings.secrets import read_stored_secret
from aftership_tracking.cli.shared_options import output_options
from aftership_tracking.csv_files.fetching.address import FeedAddress, read_address
from aftership_tracking.csv_files.fetching.errors import FetchError
from aftership_tracking.csv_files.fetching.fetch import FetchResult, fetch
from aftership_tracking.csv_files.fetching.settings import DEADLINE, TIMEOUT, FetchSettings, Login
from aftership_tracking.csv_files.fetching.state import state_path

USER, PASSWORD = "AFTERSHIP_CSV_USER", "AFTERSHIP_CSV_PASSWORD"
_CODES = {
    "refused": exit_codes.FAILED,
    "usage": exit_codes.USAGE,
    "auth": exit_codes.AUTH,
    "not_found": exit_codes.NOT_FOUND,
    "limited": exit_codes.LIMITED,
    "network": exit_codes.SERVICE,
}


def run(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="https://HOST/PATH or sftp://HOST/PATH.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: the name in URL, here.")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What is remembered. Default: .NAME.fetched.json beside the file."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Write the file even if it is unchanged.")] = False,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="The profile that has the login of the server.")
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The certificates that https trusts, as PEM.")
    ] = None,
    known_hosts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The host keys that sftp trusts. Default: ~/.ssh/known_hosts."),
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A private key for sftp, without a passphrase.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="For the connection, and for each wait.")
    ] = TIMEOUT,
    deadline: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="For all of it.")] = DEADLINE,
) -> None:
    """Fetch a CSV file, once, and write it if its content is new. At most 5 MB.

    User name and password come from AFTERSHIP_CSV_USER and AFTERSHIP_CSV_PASSWORD, or from a profile. Exit
    code 0 also if the file is unchanged; nothing is written then.
    """
    options = output_options(context)
    for name, value in (("--timeout", timeout), ("--deadline", deadline)):
        if not math.isfinite(value):
            raise CommandError(f"{name} must be a number of seconds.", exit_codes.USAGE)
    try:
        address = read_address(url)
        _refuse_unused(address, ca_file=ca_file, known_hosts=known_hosts, identity=identity)
        target = output or _own_name(address)
        settings = FetchSettings(
            login=_find_login(address, profile),
            timeout=timeout,
            deadline=deadline,
            ca_file=ca_file,
            known_hosts=known_hosts,
            identity=identity,
        )
        result = fetch(address, target, state or state_path(target), settings, again=again)
    except FetchError as error:
        raise CommandError(error.message, _CODES[error.kind], hint=error.hint) from None
    if options.as_json or options.as_ndjson or options.fields:
        write_object(asdict(result), options)
    else:
        write(_describe(result))
    if result.result == "unchanged" and not target.exists():
        remark(f"{target} is not there any more; --again writes it.")


def _describe(result: FetchResult) -> str:
    if result.result == "unchanged":
        return f"{result.file}: unchanged since {result.fetched_at}, nothing was written."
    return f"{result.file}: {result.bytes:,} bytes were fetched."


def _own_name(address: FeedAddress) -> Path:
    if not address.file_name:
        raise FetchError(
            "The address does not end in the name of a file.", "usage", hint="Give --output FILE."
        )
    return Path(address.file_name)


def _refuse_unused(address: FeedAddress, **given: Path | None) -> None:
    for name, value in given.items():
        scheme = "https" if name == "ca_file" else "sftp"
        if value is not None and address.scheme != scheme:
            option = f"--{name.replace('_', '-')}"
            raise FetchError(
                f"{option} has an effect only with {scheme}.", "usage", hint=f"Leave {option} out."
            )


def _find_login(address: FeedAddress, profile: str | None) -> Login | None:
    """The login of the environment, or that of a profile for this very host."""
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if profile is None and user:
        return Login(user=user, password=password or None)
    if profile is None and password:
        raise FetchError(f"{PASSWORD} is set, and {USER} is not.", "usage", hint=f"Set {USER}.")
    config = read_config()
    name = config.select(profile)
    stored = config.profiles.get(name, {})
    if stored.get("csv_host", "").lower() != address.host:
        if profile is not None:
            raise FetchError(
                f"The profile {profile} has no login for {address.host}.",
                "usage",
                hint=f"Run: aftership config set csv_host {address.host} --profile {profile}",
            )
        # A password never goes to a host that nobody named for it.
        return None
    if "csv_user" not in stored:
        raise FetchError(
            f"The profile {name} has csv_host, and no csv_user.",
            "usage",
            hint=f"Run: aftership config set csv_user NAME --profile {name}",
        )
    secret = read_stored_secret("csv_password", name, stored)
    return Login(user=stored["csv_user"], password=None if secret is None else secret.value)
