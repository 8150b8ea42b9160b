"""What openapi-python-client says about a document: names, order, and everything it complains about.

The only module that looks into the library's own objects, so that a new release of it touches this file
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.strings import PythonIdentifier

from generator.client.normalise import normalise, operation_name
from generator.client.quoting import raw
from generator.client.schemas import Schemas
from generator.document.document import Document

FIELD_PREFIX = "field_"
_OBJECT_ADDRESS = re.compile(r"<[\w.]*UntrustedString object at 0x[0-9a-f]+>")


@dataclass(frozen=True, slots=True)
class Names:
    """The library's answers, in plain values."""

    enum_members: Mapping[str, tuple[str, ...]]
    """Member names of each enum component, in the order of its values."""
    arguments: Mapping[tuple[str, str], Mapping[tuple[str, str], str]]
    """For each (path, method): the argument of each parameter, by (in, name), in signature order."""
    openapi: GeneratorData = field(repr=False)
    """The parsed document, only to be handed to the library's renderer."""
    config: Config = field(repr=False)


def python_name(wire: str) -> str:
    """The argument name for a name on the wire: snake case, no keyword, no builtin."""
    return str(PythonIdentifier(wire, FIELD_PREFIX))


def read_names(document: Document) -> Names:
    """Let the library parse the normalised document.

    Raises an `ExceptionGroup` of `SpecError`: one for each complaint, and one for each schema or operation
    that was lost without one.
    """
    config = _config()
    try:
        openapi = GeneratorData.from_dict(normalise(document), config=config)
    except ValueError as error:
        raise _complaints(document, [str(error)]) from error
    if isinstance(openapi, GeneratorError):
        raise _complaints(document, [_sentence(openapi)])
    errors = list(openapi.errors)
    for collection in openapi.endpoint_collections_by_tag.values():
        errors.extend(collection.parse_errors)
    if errors:
        raise _complaints(document, [_sentence(error) for error in errors])
    names = Names(
        enum_members={
            _component(raw(enum.name)): tuple(str(member) for member in enum.values) for enum in openapi.enums
        },
        arguments=dict(_arguments(document, openapi)),
        openapi=openapi,
        config=config,
    )
    lost = list(_lost(document, openapi, names))
    if lost:
        raise _complaints(document, lost)
    return names


def _config() -> Config:
    return Config.from_sources(
        # No hooks: formatting happens once, over all versions, with a checked exit code.
        ConfigFile(post_hooks=[], field_prefix=FIELD_PREFIX, project_name_override="client"),
        meta_type=MetaType.NONE,
        document_source="",
        file_encoding="utf-8",
        overwrite=True,
        output_path=None,
    )


def _arguments(
    document: Document, openapi: GeneratorData
) -> Iterator[tuple[tuple[str, str], Mapping[tuple[str, str], str]]]:
    by_name = {
        str(endpoint.name): endpoint
        for collection in openapi.endpoint_collections_by_tag.values()
        for endpoint in collection.endpoints
    }
    for number, operation in enumerate(document.operations()):
        endpoint = by_name.get(operation_name(number))
        if endpoint is not None:
            yield (
                (operation.path, operation.method),
                {
                    (str(place.value), raw(parameter.name)): str(parameter.python_name)
                    for place, parameter in endpoint.iter_all_parameters()
                },
            )


def _lost(document: Document, openapi: GeneratorData, names: Names) -> Iterator[str]:
    """What the library dropped or renamed without a word."""
    schemas = Schemas(document)
    classes = {
        _component(raw(item.name)): str(item.class_info.name) for item in (*openapi.models, *openapi.enums)
    }
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


def _component(name: str) -> str:
    return name.removeprefix("/components/schemas/")


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
                "Change the document, or teach generator/client/normalise.py to rewrite this.",
            )
            for sentence in sentences
        ],
    )
