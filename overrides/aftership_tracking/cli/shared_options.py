"""The options that many commands take, declared once: how to reach the API, and how to write results.

They are added to a command when it is loaded, so that no function has to list them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from aftership_tracking.cli.typer_parameters import make_option

_STORE = "aftership_tracking.cli.shared"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputOptions:
    """How results are written."""

    as_json: bool = False
    as_ndjson: bool = False
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionOptions:
    """Where the settings of a call come from, as far as the command line says."""

    profile: str | None = None
    api_version: str | None = None
    base_url: str | None = None
    api_key: str | None = None


def output_options(context: typer.Context) -> OutputOptions:
    """Return how the command line requests results. Raises BadParameter if that contradicts itself."""
    given = context.meta.get(_STORE, {})
    if given.get("json") and given.get("ndjson"):
        raise typer.BadParameter("give one of --json and --ndjson", param_hint="--ndjson")
    fields = [name.strip() for name in (given.get("fields") or "").split(",")]
    if given.get("fields") is not None and not all(fields):
        raise typer.BadParameter("must be names with commas between, such as id,tag", param_hint="--fields")
    return OutputOptions(
        as_json=bool(given.get("json")),
        as_ndjson=bool(given.get("ndjson")),
        fields=tuple(fields) if given.get("fields") is not None else (),
    )


def connection_options(context: typer.Context) -> ConnectionOptions:
    """Return what the command line says about the account and the service."""
    given = context.meta.get(_STORE, {})
    names = ("profile", "api_version", "base_url", "api_key")
    return ConnectionOptions(**{name: given.get(name) for name in names})


def is_dry_run(context: typer.Context) -> bool:
    """Return whether --dry-run is given."""
    return bool(context.meta.get(_STORE, {}).get("dry_run"))


def add_shared(command: Any, groups: Sequence[str]) -> None:
    """Add groups of shared options to a command, or to every command of a group."""
    for inner in getattr(command, "commands", {}).values():
        add_shared(inner, groups)
    if not getattr(command, "commands", None):
        own = {option for parameter in command.params for option in parameter.opts}
        command.params += [option for option in shared(groups) if not own & set(option.opts)]


def shared(groups: Iterable[str]) -> list[Any]:
    """Return new options of these groups."""
    return [_option(*each) for group in groups for each in _GROUPS[group]]


_VERSION = (
    "--api-version",
    "YYYY-MM",
    "The version of the API. Default: that of the profile, or the newest.",
)
_GROUPS: dict[str, tuple[tuple[str, str | None, str], ...]] = {
    "version": (_VERSION,),
    "connection": (
        ("--profile", "NAME", "The profile of the config file; wins over the environment."),
        _VERSION,
        ("--base-url", "URL", "The address of the service, such as http://127.0.0.1:4010 for a mock."),
        ("--api-key", "KEY", "A key of a mock on this machine. A real key is never an argument."),
    ),
    "dry_run": (("--dry-run", None, "Print the request, with secrets masked, and send nothing."),),
    "output": (
        ("--json", None, "Write JSON."),
        ("--ndjson", None, "Write one line of JSON for each item."),
        ("--fields", "A,B.C", "Only these fields; the name of an inner one is a path."),
    ),
}


def _option(name: str, metavar: str | None, help_text: str) -> Any:
    key = name.removeprefix("--").replace("-", "_")

    def store(context: typer.Context, value: Any) -> Any:
        # A group may take the option too: what is closest to the end of the line wins.
        if value is not None and value is not False:
            context.meta.setdefault(_STORE, {})[key] = value
        return value

    flag: dict[str, Any] = {"is_flag": True} if metavar is None else {"metavar": metavar}
    return make_option(  # An operation may have an argument of that name.
        param_decls=[name, f"common_{key}"], help=help_text, expose_value=False, callback=store, **flag
    )
