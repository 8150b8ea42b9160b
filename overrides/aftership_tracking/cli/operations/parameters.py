"""The options and arguments of a command, typed as the document says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from aftership_tracking import documents
from aftership_tracking.cli.completion import complete_id
from aftership_tracking.cli.operations.arguments import SET, option_name
from aftership_tracking.cli.operations.document_operations import DocumentOperation, DocumentParameter
from aftership_tracking.cli.typer_parameters import make_argument, make_option

_TYPES = {"integer": int, "number": float, "boolean": bool}
_METAVARS = {"integer": "N", "number": "N", "boolean": "true|false"}
_MOST_VALUES = 12
"""A longer list of known values is not printed in the help."""


def as_parameters(operation: DocumentOperation, without: Collection[str] = ()) -> list[Any]:
    """Return the arguments and options of an operation, those that are needed first. `without`: not these."""
    parameters: list[Any] = []
    # What is needed comes first.
    for each in sorted(operation.parameters, key=lambda parameter: not parameter.required):
        if each.name in without:
            continue
        if each.location == "path":
            parameters.append(
                make_argument(
                    param_decls=[each.argument],
                    metavar=option_name(each),
                    help=each.description,
                    autocompletion=complete_id if _is_tracking_id(operation, each) else None,
                )
            )
        elif not _is_own(operation, each):
            parameters.append(_option(each))
    if operation.paging is not None and operation.paging["limit"] not in without:
        parameters += _paging_options(operation)
    if any(each.is_json for each in operation.parameters):
        parameters.append(
            make_option(
                param_decls=[SET, "sets"],
                multiple=True,
                metavar="A.B=VALUE",
                help="One field of an object, such as customers.0.name=Ada; may be repeated.",
            )
        )
    return parameters


def _is_tracking_id(operation: DocumentOperation, parameter: DocumentParameter) -> bool:
    return parameter.name == "tracking_id" or (parameter.name == "id" and operation.resource == "trackings")


def _is_own(operation: DocumentOperation, parameter: DocumentParameter) -> bool:
    """Whether a parameter has an option of ours instead: people think of a number of items, not of pages."""
    return operation.paging is not None and parameter.name == operation.paging["limit"]


def _option(parameter: DocumentParameter) -> Any:
    values = parameter.known_values
    known = f" Known: {', '.join(values)}." if 0 < len(values) <= _MOST_VALUES else ""
    repeated = parameter.kind == "array" and not parameter.is_json
    needed = " Required." if parameter.required else ""
    settings: dict[str, Any] = {"multiple": True} if repeated else {}
    kind = parameter.item_kind if repeated else parameter.kind
    most = parameter.schema.get("maxItems")
    again = f" May be repeated{f', {most} times at most' if most else ''}." if repeated else ""
    return make_option(
        param_decls=[option_name(parameter), parameter.argument],
        # What is JSON is read from a string.
        type=_TYPES.get(kind, str),
        metavar="JSON|@FILE" if parameter.is_json else _METAVARS.get(kind, "TEXT"),
        help=f"{parameter.description}{known}{again}{needed}",
        default=None,
        autocompletion=None if parameter.is_json else _completer(parameter),
        **settings,
    )


def _completer(parameter: DocumentParameter) -> Callable[..., list[str]] | None:
    """What a shell proposes: known values, and the slugs of the known couriers."""
    if parameter.known_values:
        return lambda incomplete: _beginning(parameter.known_values, incomplete)
    if parameter.name in ("slug", "courier_slug"):
        return lambda incomplete: _beginning(_slugs(), incomplete)
    return None


def _slugs() -> list[str]:
    return sorted(courier["slug"] for courier in documents.data("couriers")["couriers"])


def _beginning(values: Iterable[str], begun: str) -> list[str]:
    return [value for value in values if value.startswith(begun)]


def _paging_options(operation: DocumentOperation) -> list[Any]:
    assert operation.paging is not None  # noqa: S101 - for type checkers
    default = operation.paging["default-limit"]
    return [
        make_option(
            param_decls=["--limit", "limit"],
            type=int,
            metavar="N",
            help=f"At most so many. Default: {default}.",
        ),
        make_option(
            param_decls=["--all", "read_all"], is_flag=True, default=False, help="All, page after page."
        ),
    ]
