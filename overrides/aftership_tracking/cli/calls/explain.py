"""`aftership explain`: what an error code means, and what a call takes. Nothing is sent."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from aftership_tracking import documents
from aftership_tracking.cli.command_tree import did_you_mean
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.operations.document_operations import DocumentOperation, read_operations
from aftership_tracking.cli.operations.names import method_command, resource_command
from aftership_tracking.cli.output import CommandError
from aftership_tracking.cli.results import write_object
from aftership_tracking.cli.settings.connection import resolve_version
from aftership_tracking.cli.shared_options import connection_options, output_options


def run(
    context: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="CODE|CALL",
            help="An error code such as 4004 or SLUG_INVALID, or a call: trackings.create.",
        ),
    ],
) -> None:
    """Explain an error code of the API, or a call. Nothing is sent."""
    output = output_options(context)
    version = resolve_version(connection_options(context))
    code = _code_of_name(subject) or subject
    if code.isdecimal():
        write_object(_explain_code(version, code), output)
    else:
        write_object(_explain_call(version, subject), output)


def _code_of_name(name: str) -> str | None:
    """Return the code that has this name in Python, as `error.code` shows it."""
    from aftership_tracking.errors import ErrorCode

    found = ErrorCode.__members__.get(name.upper().removeprefix("ERRORCODE."))
    return None if found is None else str(int(found))


def _explain_code(version: str, code: str) -> dict[str, Any]:
    found = documents.error_code(version, int(code))
    if found is None:
        known = documents.document(version).get("x-errors", {})
        hint = f"Its codes are: {', '.join(sorted(known, key=int))}."
        raise CommandError(f"The document of {version} has no code {code}.", hint=hint)
    calls = [operation.call for operation in read_operations(version) if int(code) in operation.error_codes]
    return {
        "code": int(code),
        "status": found.get("status"),
        "type": found.get("type"),
        "meaning": found.get("meaning"),
        "hint": found.get("hint"),
        "confidence": found.get("x-provenance"),
        "calls": calls,
    }


def _explain_call(version: str, name: str) -> dict[str, Any]:
    operation = find_operation(version, name)
    resource, method = resource_command(operation.resource), method_command(operation.method_name)
    limit = operation.limit
    return {
        "call": operation.call,
        "command": f"aftership {resource} {method}",
        "request": f"{operation.method} {operation.path}",
        "does": operation.description or operation.summary,
        "needs": [each.name for each in operation.parameters if each.required],
        "takes": [each.name for each in operation.parameters if not each.required],
        "limit": None if limit is None else f"{limit['requests']} in {limit['seconds']} s",
        "repeated": _RETRIES.get(operation.retry, operation.retry),
        "errors": sorted(operation.error_codes),
        "deprecated": operation.deprecated,
        "confidence": operation.provenance,
    }


def find_operation(version: str, name: str) -> DocumentOperation:
    """Return the operation that a person names: `trackings.create`, its id, or its method and path. Raises
    CommandError if the version has none of this name.
    """
    known = read_operations(version)
    operation = next((each for each in known if name in _names(each)), None)
    if operation is not None:
        return operation
    names = [each.call for each in known]
    raise CommandError(
        f"{version} has no call '{name}'{did_you_mean(name, names)}",
        USAGE,
        hint=f"Its calls are: {', '.join(sorted(names))}.",
    )


# What `x-retry` of the document means.
_RETRIES = {"safe": "yes", "upsert": "only where it creates or gets", "never": "no"}


def _names(operation: DocumentOperation) -> tuple[str, ...]:
    resource, method = resource_command(operation.resource), method_command(operation.method_name)
    return (operation.call, operation.id, f"{resource}.{method}", f"{operation.method} {operation.path}")
