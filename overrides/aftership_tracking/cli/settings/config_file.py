"""The config file: profiles of settings, in TOML. Reading needs only the standard library; writing, which
leaves comments alone, needs `tomlkit`.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aftership_tracking.cli.command_tree import did_you_mean
from aftership_tracking.cli.exit_codes import INSTALL, MISSING_PACKAGE, USAGE
from aftership_tracking.cli.output import CommandError
from aftership_tracking.runtime.storage.toml_text import (
    Position,
    TomlError,
    TomlText,
    describe_position,
    read_toml,
)

PATH_VARIABLE = "AFTERSHIP_CONFIG"
DEFAULT_PROFILE = "default"
SECRETS = ("api_key", "api_secret", "csv_password")
AUTH_KINDS = ("api_key", "aes", "rsa")
NAMES: dict[str, str] = {
    "base_url": "the address of the service; without it, the real one",
    "api_version": "the version of the API; without it, the newest",
    "auth": "how requests are signed: api_key, aes or rsa",
    "api_key": "the API key",
    "api_secret": "the secret of a key that signs; for rsa the private key",
    "api_key_file": "a file of mode 600 that holds the key",
    "api_secret_file": "a file of mode 600 that holds the secret",
    "csv_host": "the server that csv_user and csv_password are for, and no other",
    "csv_user": "the user name on that server, for csv fetch",
    "csv_password": "the password on that server",
    "csv_password_file": "a file of mode 600 that holds the password",
    "keyring": "which secrets are in the keyring of the system, with commas between",
}
"""The settings of a profile, and what each means."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigFile:
    """The content of the config file; empty if there is none."""

    path: Path
    profile: str = DEFAULT_PROFILE
    """The profile that is used when none is named."""
    is_chosen: bool = False
    """Whether the file names that profile."""
    profiles: Mapping[str, Mapping[str, str]]

    def select(self, named: str | None) -> str:
        """Return the profile that the command line names, or the one that is used without. Raises
        CommandError if there is none of that name.
        """
        if named is not None and named not in self.profiles:
            raise CommandError(
                f"There is no profile '{named}' in {self.path}{did_you_mean(named, list(self.profiles))}",
                USAGE,
                hint=f"Run: aftership config set base_url URL --profile {named}",
            )
        return self.profile if named is None else named

    def __repr__(self) -> str:
        # A profile may hold secrets.
        return f"ConfigFile({str(self.path)!r}, profiles={sorted(self.profiles)})"


def config_path() -> Path:
    """Return the path of the config file: AFTERSHIP_CONFIG, or where the system keeps configuration."""
    given = os.environ.get(PATH_VARIABLE)
    if given:
        return Path(given).expanduser()
    # The same as git and gh: `~/.config` on every system but Windows.
    if sys.platform == "win32":
        folder = os.environ.get("APPDATA") or "~/AppData/Roaming"
    else:
        folder = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(folder).expanduser() / "aftership" / "config.toml"


def read_config() -> ConfigFile:
    """Read the config file. Raises CommandError if it cannot be used."""
    path = config_path()
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ConfigFile(path=path, profiles={})
    except OSError as error:
        raise _broken(path, f"it cannot be read: {error.strerror}") from None
    try:
        toml = read_toml(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise _broken(path, "it is not UTF-8") from None
    except TomlError as error:
        # It names the location, and never the line itself.
        raise _broken(path, error.message, error.position) from None
    config = _check(path, toml)
    if any(name in profile for profile in config.profiles.values() for name in SECRETS):
        refuse_readable(path, "holds a secret")
    return config


def refuse_readable(path: Path, why: str) -> None:
    """Refuse a file with a secret that others can read. Raises CommandError."""
    if os.name != "posix":
        return
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _broken(path, f"it cannot be read: {error.strerror}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CommandError(
            f"{path} {why}, and others can read it (mode {stat.S_IMODE(mode):o}).",
            USAGE,
            hint=f"Run: chmod 600 {path}",
        )


def change_profile(profile: str, change: Callable[[Any], None]) -> Path:
    """Change one profile and write the file, with mode 600. Comments in it stay. Returns its path."""

    def change_document(document: Any) -> None:
        profiles = document.setdefault("profiles", _toolkit().table(is_super_table=True))
        change(profiles.setdefault(profile, _toolkit().table()))
        if not profiles[profile]:
            del profiles[profile]

    return _change(change_document)


def choose_profile(profile: str) -> Path:
    """Make a profile the one that is used when none is named. Returns the path of the file."""

    def change(document: Any) -> None:
        document["profile"] = profile

    return _change(change)


def _change(change: Callable[[Any], None]) -> Path:
    toolkit = _toolkit()
    read_config()
    path = config_path()
    document = toolkit.parse(path.read_text("utf-8")) if path.exists() else toolkit.document()
    change(document)
    try:
        content = toolkit.dumps(document).encode()
    except UnicodeEncodeError:
        raise CommandError("The value is not text: it has bytes that are not UTF-8.", USAGE) from None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A link to a file in another folder stays a link.
        target = path.resolve()
        written = target.with_name(f"{path.name}.{os.getpid()}.new")
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        written.replace(target)
    except OSError as error:
        raise _broken(path, f"it cannot be written: {error.strerror}") from None
    return path


def _toolkit() -> Any:
    try:
        import tomlkit
    except ImportError:
        raise CommandError(
            f"Writing settings needs one more package: {INSTALL.format(extras='cli')}", MISSING_PACKAGE
        ) from None
    return tomlkit


def _check(path: Path, toml: TomlText) -> ConfigFile:
    def wrong(why: str, *keys: str) -> CommandError:
        return _broken(path, why, toml.find(keys))

    for name in toml.value:
        if name not in ("profile", "profiles"):
            meant = did_you_mean(name, ["profile", "profiles"])
            raise wrong(f"there is an unknown key '{name}'{meant}", name)
    profile, profiles = toml.value.get("profile", DEFAULT_PROFILE), toml.value.get("profiles", {})
    if not isinstance(profile, str):
        raise wrong("profile must be a string", "profile")
    if not isinstance(profiles, dict):
        raise wrong("profiles must be tables: [profiles.NAME]", "profiles")
    for each, settings in profiles.items():
        if not isinstance(settings, dict):
            raise wrong(f"profiles.{each} must be a table", "profiles", each)
        for name, value in settings.items():
            if name not in NAMES:
                meant = did_you_mean(name, list(NAMES))
                raise wrong(f"profiles.{each} has an unknown key '{name}'{meant}", "profiles", each, name)
            if not isinstance(value, str):
                raise wrong(f"profiles.{each}.{name} must be a string", "profiles", each, name)
    return ConfigFile(path=path, profile=profile, is_chosen="profile" in toml.value, profiles=profiles)


def _broken(path: Path, why: str, position: Position | None = None) -> CommandError:
    where = "" if position is None else f" {describe_position(position)}:"
    end = "" if why.endswith((".", "?")) else "."
    return CommandError(f"The config file {path}:{where} {why}{end}", USAGE)
