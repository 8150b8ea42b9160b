"""Where a profile stores its secrets: in the config file, in a file of their own, or in the keyring of the
system. No message shows one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from aftership_tracking.cli.exit_codes import AUTH, INSTALL, MISSING_PACKAGE
from aftership_tracking.cli.output import CommandError
from aftership_tracking.cli.settings.config_file import refuse_readable

SERVICE = "aftership-tracking-client"


class StoredSecret(NamedTuple):
    """A secret of a profile."""

    value: str
    where: str

    def __repr__(self) -> str:
        return f"StoredSecret({self.where!r})"


def read_stored_secret(name: str, profile: str, settings: Mapping[str, str]) -> StoredSecret | None:
    """Return a secret of a profile; None if it has none. Raises CommandError if it cannot be read."""
    file = settings.get(f"{name}_file")
    if file is not None:
        return StoredSecret(_read_file(Path(file).expanduser()), f"file {file}")
    if name in settings:
        return StoredSecret(settings[name], "config file")
    if name in in_keyring(settings):
        value = _use_keyring("get_password", profile, name)
        if value is None:
            raise CommandError(
                f"The keyring has no {name} of profile {profile}.",
                AUTH,
                hint=f"Run: aftership config set {name} --keyring --profile {profile}",
            )
        return StoredSecret(str(value), "keyring")
    return None


def in_keyring(settings: Mapping[str, str]) -> list[str]:
    """The names of the secrets that a profile has in the keyring."""
    return [name.strip() for name in settings.get("keyring", "").split(",") if name.strip()]


def store_in_keyring(profile: str, name: str, value: str) -> None:
    """Store a secret in the keyring of the system. Raises CommandError if there is none."""
    _use_keyring("set_password", profile, name, value)


def remove_from_keyring(profile: str, name: str) -> None:
    """Remove a secret from the keyring of the system. Raises CommandError if there is none."""
    _use_keyring("delete_password", profile, name)


def mask(value: str) -> str:
    """Return a secret so that people can tell one from another, and use none."""
    return f"...{value[-4:]}" if len(value) >= 16 else "..."


def _read_file(path: Path) -> str:
    refuse_readable(path, "holds a secret")
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise CommandError(f"{path} cannot be read: {reason}.", AUTH) from None


def _use_keyring(action: str, profile: str, name: str, *values: str) -> Any:
    try:
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError
    except ImportError:
        raise CommandError(
            f"The keyring needs one more package: {INSTALL.format(extras='keyring')}", MISSING_PACKAGE
        ) from None
    try:
        return getattr(keyring, action)(SERVICE, f"{profile}/{name}", *values)
    except PasswordDeleteError:
        return None
    except KeyringError as error:
        # The error of a keyring never holds the value.
        reason = str(error).partition("\n")[0] or "it failed"
        raise CommandError(
            f"The keyring of this system cannot be used: {reason}",
            AUTH,
            hint="Use a file instead: aftership config set api_key_file PATH",
        ) from None
