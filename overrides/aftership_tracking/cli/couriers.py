"""`aftership couriers search`, `show` and `sync`. Only the last one sends something; `list` and `detect` are
operations.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aftership_tracking.cli.calls.client import connection_of, open_client
from aftership_tracking.cli.exit_codes import NOT_FOUND, USAGE
from aftership_tracking.cli.output import CommandError, remark
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.settings.config_file import read_config
from aftership_tracking.cli.settings.connection import resolve_version
from aftership_tracking.cli.shared_options import ConnectionOptions, connection_options, output_options

if TYPE_CHECKING:
    from aftership_tracking.couriers import Courier, Directory, FieldsHint

COLUMNS = ("slug", "name", "aliases", "required_fields", "groups", "active")
NOT_DOCUMENTED = "not documented"


def _complete(incomplete: str) -> list[str]:
    from aftership_tracking import couriers

    return sorted(each.slug for each in couriers.load(use_live=False) if each.slug.startswith(incomplete))


Profile = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="Whose stored list is used; see sync.")
]


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What it may be called: dhl paket.")],
    limit: Annotated[int, typer.Option("--limit", help="How many couriers at most.", min=1)] = 10,
    profile: Profile = None,
) -> None:
    """Find couriers by slug or name, also begun or almost right. Nothing is sent.

    Exit code 4: nothing was found.
    """
    output = output_options(context)
    directory = _load(context, profile)
    found = directory.search(" ".join(words), limit=limit)
    if not found:
        raise CommandError(
            f"No known courier is called '{' '.join(words)}'.", NOT_FOUND, hint=_where_else(directory)
        )
    people = not (output.as_json or output.as_ndjson)
    write_items((_row(courier, people=people) for courier in found), output, columns=COLUMNS)
    _remark_on(directory)


def show(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="SLUG|NAME", help="A slug such as dhl-germany, or a name.", autocompletion=_complete
        ),
    ],
    profile: Profile = None,
) -> None:
    """Show what is known of a courier, and where it was seen. Nothing is sent.

    Exit code 4: it is not known.
    """
    output = output_options(context)
    directory = _load(context, profile)
    courier = _find(directory, name)
    write_object(_describe(courier, directory, people=not (output.as_json or output.as_ndjson)), output)
    _remark_on(directory)


def sync(context: typer.Context) -> None:
    """Read the couriers of the account, and store them: search and show use them from then on."""
    from aftership_tracking import couriers

    output = output_options(context)
    connection = connection_of(context)
    file = couriers.default_file(connection.profile.value)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{file.parent} cannot be made: {error.strerror}.") from None
    with open_client(connection) as client:
        directory = couriers.sync(client, file)
    stored = [courier for courier in directory if courier.is_live]
    write_object(
        {
            "couriers": len(stored),
            # A version may not say it.
            "active": sum(bool(courier.active) for courier in stored)
            if all(courier.active is not None for courier in stored)
            else None,
            "not_known_before": len(stored) - _count_known(stored),
            "file": os.fspath(file),
        },
        output,
    )


def _count_known(stored: list[Courier]) -> int:
    from aftership_tracking import couriers

    before = couriers.load(use_live=False)
    return sum(courier.slug in before for courier in stored)


def _load(context: typer.Context, named: str | None) -> Directory:
    from aftership_tracking import couriers

    profile = read_config().select(named)
    given = connection_options(context).api_version
    version = resolve_version(ConnectionOptions(profile=named, api_version=given))
    file = couriers.default_file(profile)
    if not file.exists():
        return couriers.load(version=version, use_live=False)
    return couriers.load(file=file, version=version)


def _find(directory: Directory, name: str) -> Courier:
    exact = directory.get(name)
    if exact is not None:
        return exact
    called = directory.find(name)
    if len(called) == 1:
        return called[0]
    if called:
        raise CommandError(
            f"'{name}' is the name of several couriers.",
            USAGE,
            hint=f"Give a slug: {', '.join(courier.slug for courier in called)}.",
        )
    from aftership_tracking.couriers.directory import find_meant

    near = find_meant(directory, name)
    meant = f"; did you mean '{near}'?" if near else "."
    raise CommandError(f"No known courier is called '{name}'{meant}", NOT_FOUND, hint=_where_else(directory))


def _where_else(directory: Directory) -> str:
    if directory.live is None:
        return "The built-in lists are of 2020 and 2024. For those of your account: aftership couriers sync"
    return f"The list of your account is of {directory.live.seen}. For a new one: aftership couriers sync"


def _remark_on(directory: Directory) -> None:
    """Say of what date the facts are, apart from the data."""
    if directory.live is None:
        remark("From lists of 2020 and 2024. For the list of your account: aftership couriers sync")
    else:
        remark(f"With the list of {directory.live.what} of {directory.live.seen}.")


def _row(courier: Courier, *, people: bool) -> dict[str, Any]:
    required = courier.required_fields
    lists = {
        "aliases": list(courier.aliases),
        "required_fields": None if required is None else list(required),
        "groups": list(courier.groups),
    }
    # A table shows no lists unless they are chosen.
    cells = {name: ", ".join(values or ()) for name, values in lists.items()} if people else lists
    return {
        "slug": courier.slug,
        "name": courier.name,
        **cells,
        "active": courier.active,
        "is_live": courier.is_live,
    }


def _describe(courier: Courier, directory: Directory, *, people: bool) -> dict[str, Any]:
    """A courier as fields; what is not known is null for programs, and words for people."""
    unknown = NOT_DOCUMENTED if people else None
    none = "none" if people else []
    groups = [directory.groups[name] for name in courier.groups]
    formats = directory.number_formats(courier.slug)

    def listed(values: tuple[str, ...] | None) -> Any:
        return unknown if values is None else list(values) or none

    def hint(each: FieldsHint) -> dict[str, Any]:
        required, optional = listed(each.required), listed(each.optional)
        return {
            "seen": each.source.seen,
            "confidence": each.source.confidence,
            # A cell of a table holds one string.
            "required": ", ".join(required) if people and isinstance(required, list) else required,
            "optional": ", ".join(optional) if people and isinstance(optional, list) else optional,
        }

    return {
        "slug": courier.slug,
        "name": courier.name,
        "aliases": list(courier.aliases) or none,
        "required_fields": listed(courier.required_fields),
        "optional_fields": listed(courier.optional_fields),
        "web_url": courier.web_url or unknown,
        "phone": courier.phone or unknown,
        "default_language": courier.default_language or unknown,
        "countries": unknown
        if courier.countries is None
        else list(courier.countries) or ("many, or not documented" if people else []),
        "is_live": courier.is_live,
        "active": courier.active,
        "source": {
            "seen": courier.source.seen,
            "confidence": courier.source.confidence,
            "what": courier.source.what,
        },
        "groups": [
            {"group": group.name, "members": len(group.members), "confidence": group.confidence}
            for group in groups
        ]
        or (none if people else []),
        "fields": [hint(each) for each in courier.hints],
        "number_formats": [
            {"form": each.form, "check": each.check, "example": each.example, "confidence": each.confidence}
            for each in formats
        ]
        or (unknown if people else []),
    }
