"""Decides with which key, to which address and in which version a command calls, and where each comes from.

From strong to weak: the command line, a profile named there, the environment, the default profile. A stored
key goes only to the address of its profile.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aftership_tracking import documents
from aftership_tracking.cli.command_tree import did_you_mean
from aftership_tracking.cli.exit_codes import AUTH, USAGE
from aftership_tracking.cli.output import CommandError, remark
from aftership_tracking.cli.settings.config_file import AUTH_KINDS, ConfigFile, read_config
from aftership_tracking.cli.settings.secrets import read_stored_secret

if TYPE_CHECKING:
    from aftership_tracking.cli.shared_options import ConnectionOptions

SERVICE_URL = "https://api.aftership.com"
COMMAND_LINE = "command line"
BUILT_IN = "default"
# Ours first, then the name that the official SDK reads.
VARIABLES = {
    "api_key": ("AFTERSHIP_API_KEY", "AFTERSHIP_TRACKING_SDK_API_KEY"),
    "api_secret": ("AFTERSHIP_API_SECRET", "AFTERSHIP_TRACKING_SDK_API_SECRET"),
    "base_url": ("AFTERSHIP_BASE_URL", "AFTERSHIP_TRACKING_SDK_DOMAIN"),
    "auth": ("AFTERSHIP_TRACKING_SDK_AUTHENTICATION_TYPE",),
}
NO_KEY = (
    "Set AFTERSHIP_API_KEY, or run: aftership config set api_key. To try it without an account: aftership "
    "mock, then --base-url http://127.0.0.1:4010 --api-key any-key."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A value, and where it comes from."""

    value: str = field(repr=False)
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """All that a client needs. Its repr shows no secret."""

    profile: Setting
    version: Setting
    base_url: Setting
    auth: Setting
    api_key: Setting | None
    api_secret: Setting | None

    def require_key(self) -> str:
        """Return the key. Raises CommandError if there is none."""
        if self.api_key is None:
            raise CommandError("There is no API key.", AUTH, hint=NO_KEY)
        return self.api_key.value

    def require_secret(self) -> str:
        """Return the secret. Raises CommandError if there is none."""
        if self.api_secret is None:
            kind = self.auth
            why = "" if kind.value == "api_key" else f", and auth is {kind.value} ({kind.source})"
            hint = "Set AFTERSHIP_API_SECRET, or run: aftership config set api_secret"
            raise CommandError(f"There is no API secret{why}.", AUTH, hint=hint)
        return self.api_secret.value


def resolve(options: ConnectionOptions, *, signs: bool = False) -> Connection:
    """Decide all settings of a call. A missing key is None. Raises CommandError.

    `signs`: the secret is needed, whatever `auth` is.
    """
    config = read_config()
    profile = config.select(options.profile)
    reader = _Reader(config.profiles.get(profile, {}), f"profile {profile}", options.profile is not None)
    base_url = _base_url(reader, config, options.base_url)
    auth = reader.find("auth") or Setting(value="api_key", source=BUILT_IN)
    kind = "aes" if auth.value.lower() == "hmac" else auth.value.lower()
    if kind not in AUTH_KINDS:
        raise CommandError(f"auth is '{auth.value}' ({auth.source}); it must be api_key, aes or rsa.", USAGE)
    return Connection(
        profile=_profile(options, config),
        version=choose_version(options.api_version, reader.find("api_version")),
        base_url=base_url,
        auth=Setting(value=kind, source=auth.source),
        api_key=_key(reader, profile, options.api_key, base_url),
        api_secret=reader.secret("api_secret", profile, base_url) if signs or kind != "api_key" else None,
    )


def resolve_version(options: ConnectionOptions) -> str:
    """Decide only the version, without looking at keys. Raises CommandError."""
    config = read_config()
    profile = config.select(options.profile)
    stored = config.profiles.get(profile, {}).get("api_version")
    configured = None if stored is None else Setting(value=stored, source=f"profile {profile}")
    return choose_version(options.api_version, configured).value


def _profile(options: ConnectionOptions, config: ConfigFile) -> Setting:
    if options.profile is not None:
        return Setting(value=options.profile, source=COMMAND_LINE)
    return Setting(value=config.profile, source="config file" if config.is_chosen else BUILT_IN)


def choose_version(given: str | None, configured: Setting | None = None) -> Setting:
    """Return the version of the API. Raises CommandError for one that is not in this package."""
    versions = documents.versions()
    chosen = Setting(value=given, source=COMMAND_LINE) if given is not None else configured
    if chosen is None or chosen.value == "newest":
        return Setting(value=versions[-1], source=BUILT_IN if chosen is None else chosen.source)
    if chosen.value not in versions:
        raise CommandError(
            f"There is no version '{chosen.value}' ({chosen.source}){did_you_mean(chosen.value, versions)}",
            USAGE,
            hint=f"There are: {', '.join(versions)}.",
        )
    return chosen


class _Reader:
    """Reads settings from the environment and a profile, the stronger one first."""

    def __init__(self, settings: Mapping[str, str], source: str, profile_wins: bool) -> None:
        self.settings = settings
        self.source = source
        self.profile_wins = profile_wins

    def find(self, name: str) -> Setting | None:
        """A setting other than a secret."""
        stored = self.settings.get(name)
        in_profile = None if stored is None else Setting(value=stored, source=self.source)
        in_environment = _from_environment(name)
        return (in_profile or in_environment) if self.profile_wins else (in_environment or in_profile)

    def secret(self, name: str, profile: str, base_url: Setting) -> Setting | None:
        """A secret. One of the profile goes to the address of that profile only."""
        in_environment = _from_environment(name)
        if in_environment is not None and not self.profile_wins:
            return in_environment
        stored = read_stored_secret(name, profile, self.settings)
        if stored is None:
            return in_environment
        own = self.settings.get("base_url", SERVICE_URL)
        if read_origin(base_url.value) != read_origin(own):
            raise CommandError(
                f"The stored {name} of profile {profile} is for {_host(own)}, and is not sent to "
                f"{_host(base_url.value)} ({base_url.source}).",
                AUTH,
                hint="For a mock on this machine give --api-key any-key; else set AFTERSHIP_API_KEY, or "
                "store the address in a profile of its own.",
            )
        return Setting(value=stored.value, source=f"{self.source}, {stored.where}")


def _from_environment(name: str) -> Setting | None:
    for variable in VARIABLES.get(name, ()):
        if value := os.environ.get(variable):
            return Setting(value=value, source=variable)
    return None


def _base_url(reader: _Reader, config: ConfigFile, given: str | None) -> Setting:
    from aftership_tracking.errors import UsageError
    from aftership_tracking.runtime.settings import read_base_url

    found = Setting(value=given, source=COMMAND_LINE) if given is not None else reader.find("base_url")
    found = found or Setting(value=SERVICE_URL, source=BUILT_IN)
    value = found.value if "://" in found.value else f"https://{found.value}"
    try:
        checked = read_base_url(value)
    except UsageError as error:
        raise CommandError(f"The base URL of {found.source} cannot be used: {error}", USAGE) from None
    if given is not None and not _is_here(checked):
        # A command that somebody copies must not send a key elsewhere.
        others = [profile.get("base_url") for profile in config.profiles.values()]
        environment = _from_environment("base_url")
        known = {read_origin(url) for url in [SERVICE_URL, *others, environment and environment.value] if url}
        if read_origin(checked) not in known:
            raise CommandError(
                f"--base-url {_host(checked)} is neither on this machine nor an address of your settings.",
                USAGE,
                hint="To trust it: aftership config set base_url URL --profile NAME, then --profile NAME.",
            )
    if urlsplit(checked).scheme == "http" and not _is_here(checked):
        remark(f"Warning: the key goes to {_host(checked)} without encryption.")
    return Setting(value=checked, source=found.source)


def _key(reader: _Reader, profile: str, given: str | None, base_url: Setting) -> Setting | None:
    if given is None:
        return reader.secret("api_key", profile, base_url)
    if not _is_here(base_url.value):
        raise CommandError(
            "--api-key is for a mock on this machine: others can see what is on a command line.",
            USAGE,
            hint="Set AFTERSHIP_API_KEY, or run: aftership config set api_key",
        )
    return Setting(value=given, source=COMMAND_LINE)


def _is_here(url: str) -> bool:
    """Return whether a URL leads to this machine."""
    # Imported only here: most calls go to the address of AfterShip.
    from aftership_tracking.runtime.wire.loopback import is_loopback

    return is_loopback(urlsplit(url).hostname or "")


def read_origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL; https if it has no scheme."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    ports: dict[str, Any] = {"http": 80, "https": 443}
    return parts.scheme, (parts.hostname or "").lower(), parts.port or ports.get(parts.scheme)


def _host(url: str) -> str:
    return urlsplit(url if "://" in url else f"https://{url}").netloc.rpartition("@")[2]
