"""The only module that imports openapi-python-client: a new release of it touches this file alone.

What the library does here:
- It parses a document that was prepared by `generator.client.library_input`, and complains about mistakes.
- It chooses the names of arguments, and their order.
- It lends its Jinja environment, which finds our templates.
- It marks what a document says as `UntrustedString`, so that no template prints it unquoted by accident.

Types, models, docstrings and everything else come from our own reading of the document.
docs/dependencies.md says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.schema import UntrustedString
from openapi_python_client.strings import PythonIdentifier

from generator.client.library_input import operation_name, prepare
from generator.client.schema_classes import Schemas
from generator.document.document import Document

__all__ = [
    "LibraryNames",
    "UntrustedString",
    "jinja_environment",
    "plain_string",
    "python_name",
    "read_names",
]

FIELD_PREFIX = "field_"
_OBJECT_ADDRESS = re.compile(r"<[\w.]*UntrustedString object at 0x[0-9a-f]+>")


@dataclass(frozen=True, slots=True)
class LibraryNames:
    """The names that the library gives, as plain values."""

    enum_members: Mapping[str, tuple[str, ...]]
    """Member names of each enum component, in the order of its values."""
    arguments: Mapping[tuple[str, str], Mapping[tuple[str, str], str]]
    """For each (path, method): the argument of each parameter, by (in, name), in signature order."""
    parsed: GeneratorData = field(repr=False)
    """The document as the library parsed it, only for `jinja_environment`."""
    config: Config = field(repr=False)


def plain_string(value: UntrustedString | str) -> str:
    """The plain string again, for lookups and comparisons; never for a template."""
    return value.get_untrusted_value() if isinstance(value, UntrustedString) else value


def python_name(wire: str) -> str:
    """The argument name for a name on the wire: snake case, not a keyword, not a builtin."""
    return str(PythonIdentifier(wire, FIELD_PREFIX))


def read_names(document: Document) -> LibraryNames:
    """Let the library parse the prepared document.

    Raises an `ExceptionGroup` of `SpecError`: one for each complaint, and one for each schema or operation
    that the library lost without a complaint.
    """
    config = _config()
    try:
        parsed = GeneratorData.from_dict(prepare(document), config=config)
    except ValueError as error:
        raise _complaints(document, [str(error)]) from error
    if isinstance(parsed, GeneratorError):
        raise _complaints(document, [_sentence(parsed)])
    errors = list(parsed.errors)
    for collection in parsed.endpoint_collections_by_tag.values():
        errors.extend(collection.parse_errors)
    if errors:
        raise _complaints(document, [_sentence(error) for error in errors])
    names = LibraryNames(
        enum_members={
            _component(enum.name): tuple(str(member) for member in enum.values) for enum in parsed.enums
        },
        arguments=dict(_arguments(document, parsed)),
        parsed=parsed,
        config=config,
    )
    lost = list(_lost(document, names))
    if lost:
        raise _complaints(document, lost)
    return names


def jinja_environment(names: LibraryNames, templates: Path) -> jinja2.Environment:
    """The library's Jinja environment. It prefers the templates of our folder.

    Only the public constructor of the library's `Project` is used; the project writes nothing.
    """
    project = Project(openapi=names.parsed, config=names.config, custom_template_path=templates)
    return project.env


def _config() -> Config:
    return Config.from_sources(
        # No hooks: formatting happens once, over all versions, and checks the exit code.
        ConfigFile(post_hooks=[], field_prefix=FIELD_PREFIX, project_name_override="client"),
        meta_type=MetaType.NONE,
        document_source="",
        file_encoding="utf-8",
        overwrite=True,
        output_path=None,
    )


def _arguments(
    document: Document, parsed: GeneratorData
) -> Iterator[tuple[tuple[str, str], Mapping[tuple[str, str], str]]]:
    by_name = {
        str(endpoint.name): endpoint
        for collection in parsed.endpoint_collections_by_tag.values()
        for endpoint in collection.endpoints
    }
    for number, operation in enumerate(document.operations()):
        endpoint = by_name.get(operation_name(number))
        if endpoint is not None:
            yield (
                (operation.path, operation.method),
                {
                    (str(location.value), plain_string(parameter.name)): str(parameter.python_name)
                    for location, parameter in endpoint.iter_all_parameters()
                },
            )


def _lost(document: Document, names: LibraryNames) -> Iterator[str]:
    """What the library dropped or renamed without a complaint."""
    schemas = Schemas(document)
    parsed = names.parsed
    classes = {_component(item.name): str(item.class_info.name) for item in (*parsed.models, *parsed.enums)}
    for name in (*schemas.models(), *schemas.enums()):
        if name not in classes:
            yield f'the schema "{name}" was dropped'
        elif classes[name] != name:
            yield f'the schema "{name}" would become the class "{classes[name]}"; give it that name'
    for name in schemas.enums():
        known = schemas.named[name].get("x-open-enum", schemas.named[name].get("enum", ()))
        expected = sum(value is not None for value in known)
        if len(names.enum_members.get(name, ())) != expected:
            yield f'values of the enum "{name}" were dropped'
    for operation in document.operations():
        if (operation.path, operation.method) not in names.arguments:
            yield f"the operation {operation.method.upper()} {operation.path} was dropped"


def _component(name: UntrustedString | str) -> str:
    return plain_string(name).removeprefix("/components/schemas/")


def _sentence(error: GeneratorError) -> str:
    parts = (part for part in (error.header, error.detail) if part)
    return _OBJECT_ADDRESS.sub("(text)", " ".join(" ".join(parts).split()))


def _complaints(document: Document, sentences: list[str]) -> ExceptionGroup[Exception]:
    return ExceptionGroup(
        "openapi-python-client",
        [
            document.error(
                "",
                f"openapi-python-client cannot take the document as it is: {sentence.rstrip('.')}.",
                "Change the document, or let generator/client/library_input.py rewrite this.",
            )
            for sentence in sentences
        ],
    )
