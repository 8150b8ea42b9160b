"""`aftership config`: shows and changes the settings. Secrets are read from a prompt or from standard input,
never from the command line, and are never shown.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from aftership_tracking.cli.command_tree import PLAIN, did_you_mean
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.output import CommandError, remark, write
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.settings import config_file, secrets
from aftership_tracking.cli.settings.connection import Connection, Setting, choose_version, resolve
from aftership_tracking.cli.shared_options import connection_options, output_options

application = typer.Typer(
    help="Show and change the settings: profiles, keys, addresses.",
    no_args_is_help=True,
    **PLAIN,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help=f"One of: {', '.join(config_file.NAMES)}.")]


@application.command("show")
def show(context: typer.Context) -> None:
    """Show every setting, with its source. Secrets are masked."""
    connection = resolve(connection_options(context))
    output = output_options(context)
    config = config_file.read_config()
    rows = [{"setting": name, **row} for name, row in _rows(connection).items()]
    if output.as_json:
        content = {row["setting"]: {"value": row["value"], "source": row["source"]} for row in rows}
        write_object({"file": str(config.path), "profiles": sorted(config.profiles), **content}, output)
        return
    write_items(rows, output, columns=("setting", "value", "source"))
    if not output.as_ndjson:
        found = "" if config.path.exists() else " (there is none yet)"
        remark(f"Config file: {config.path}{found}")


def _rows(connection: Connection) -> dict[str, dict[str, str | None]]:
    def row(setting: Setting | None, *, secret: bool = False) -> dict[str, str | None]:
        if setting is None:
            return {"value": None, "source": None}
        return {"value": secrets.mask(setting.value) if secret else setting.value, "source": setting.source}

    found: dict[str, dict[str, str | None]] = {
        "profile": row(connection.profile),
        "api_version": row(connection.version),
        "base_url": row(connection.base_url),
        "auth": row(connection.auth),
        "api_key": row(connection.api_key, secret=True),
    }
    if connection.auth.value != "api_key":
        found["api_secret"] = row(connection.api_secret, secret=True)
    return found


@application.command("path")
def path() -> None:
    """Print the path of the config file."""
    write(str(config_file.config_path()))


@application.command("set")
def set_value(
    context: typer.Context,
    name: Name,
    value: Annotated[
        str | None,
        typer.Argument(metavar="VALUE", help="The value. A secret is read from a prompt or standard input."),
    ] = None,
    keyring: Annotated[
        bool, typer.Option("--keyring", help="Store a secret in the keyring of the system.")
    ] = False,
) -> None:
    """Store a setting in a profile. `aftership config set api_key < FILE` reads a secret from a file."""
    profile = _profile(context)
    _check_name(name)
    is_secret = name in config_file.SECRETS
    if is_secret and value is not None:
        raise CommandError(
            f"{name} is never an argument: others can see what is on a command line.",
            USAGE,
            hint=f"Run: aftership config set {name}, and type it or send it to standard input.",
        )
    if keyring and not is_secret:
        raise typer.BadParameter(f"is for {', '.join(config_file.SECRETS)}", param_hint="--keyring")
    if is_secret:
        value = _read_secret(name)
    if value is None:
        raise typer.BadParameter(f"is missing: {config_file.NAMES[name]}", param_hint="VALUE")
    _check_value(name, value)
    if keyring:
        secrets.store_in_keyring(profile, name, value)
    stored = value

    def change(settings: Any) -> None:
        names = secrets.in_keyring(settings)
        if keyring:
            settings["keyring"] = ",".join(dict.fromkeys([*names, name]))
            settings.pop(name, None)
        else:
            settings[name] = stored
        if is_secret:
            settings.pop(f"{name}_file", None)

    file = config_file.change_profile(profile, change)
    remark(f"{name} of profile {profile} is in {'the keyring' if keyring else file}.")


@application.command("unset")
def unset(context: typer.Context, name: Name) -> None:
    """Remove a setting from a profile, and a secret from the keyring too."""
    profile = _profile(context)
    _check_name(name)
    settings = config_file.read_config().profiles.get(profile, {})
    names = secrets.in_keyring(settings)
    if name not in settings and name not in names:
        raise CommandError(f"Profile {profile} has no {name}.")
    if name in names:
        secrets.remove_from_keyring(profile, name)

    def change(settings: Any) -> None:
        settings.pop(name, None)
        left = [other for other in names if other != name]
        if name in names and left:
            settings["keyring"] = ",".join(left)
        elif name in names:
            settings.pop("keyring", None)

    config_file.change_profile(profile, change)
    remark(f"{name} is removed from profile {profile}.")


@application.command("use")
def use(profile: Annotated[str, typer.Argument(metavar="PROFILE", help="A profile that exists.")]) -> None:
    """Use this profile whenever none is named."""
    config = config_file.read_config()
    config_file.choose_profile(config.select(profile))
    remark(f"Profile {profile} is used from now on.")


def _profile(context: typer.Context) -> str:
    profile = connection_options(context).profile or config_file.read_config().profile
    if not profile.strip() or not profile.isprintable():
        raise typer.BadParameter("must be a name", param_hint="--profile")
    return profile


def _check_name(name: str) -> None:
    if name not in config_file.NAMES or name == "keyring":
        names = [known for known in config_file.NAMES if known != "keyring"]
        raise CommandError(
            f"There is no setting '{name}'{did_you_mean(name, names)}",
            USAGE,
            hint=f"There are: {', '.join(names)}.",
        )


def _check_value(name: str, value: str) -> None:
    if not value.strip():
        raise CommandError(
            f"{name} must not be empty.", USAGE, hint=f"To remove it: aftership config unset {name}"
        )
    if name == "auth" and value not in config_file.AUTH_KINDS:
        raise CommandError(f"auth must be one of: {', '.join(config_file.AUTH_KINDS)}.", USAGE)
    if name == "api_version":
        choose_version(value)
    if name == "base_url":
        from aftership_tracking.runtime.settings import read_base_url

        read_base_url(value)
    if name == "api_key" and (not value.isascii() or not value.isprintable() or " " in value):
        raise CommandError("The API key contains characters that no key has.", USAGE)


def _read_secret(name: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(name, hide_input=True, err=True)).strip()
    return sys.stdin.read().strip()
