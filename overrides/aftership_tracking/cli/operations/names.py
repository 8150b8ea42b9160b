"""How resources and methods of the documents are called on the command line. Both names are understood."""

from __future__ import annotations

from aftership_tracking import documents
from aftership_tracking.cli.operations.document_operations import read_resources

# Short where people would not type the name of the document; every other name is that of the document.
_RESOURCES = {"estimated_delivery_dates": "edd", "courier_connections": "connections"}
_METHODS = {"mark_as_completed": "complete", "mark_as_completed_by_number": "complete-by-number"}


def resource_command(resource: str) -> str:
    """The command of a resource."""
    return _RESOURCES.get(resource, resource.replace("_", "-"))


def method_command(method: str) -> str:
    """The command of a method of a resource."""
    return _METHODS.get(method, method.replace("_", "-"))


def is_resource(name: str, resource: str) -> bool:
    """Whether a command means this resource."""
    return name in (resource_command(resource), resource, resource.replace("_", "-"))


def is_method(name: str, method: str) -> bool:
    """Whether a command means this method."""
    return name in (method_command(method), method, method.replace("_", "-"))


def resource_rows() -> dict[str, str]:
    """Every resource as a command, with a sentence about it. Only two documents are read for that."""
    versions = documents.versions()
    newest = {resource_command(name): text for name, text in read_resources(versions[-1]).items()}
    # What later versions dropped can still be called in the oldest.
    oldest = {
        resource_command(name): f"{text} Dropped later: needs --api-version {versions[0]}."
        for name, text in read_resources(versions[0]).items()
    }
    return {**newest, **{name: text for name, text in oldest.items() if name not in newest}}
