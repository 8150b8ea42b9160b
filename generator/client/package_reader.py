"""Reads a document into the records of its package: everything that the templates print.

Types, texts, extensions and the order of fields come from the document as it was written. The names of
arguments and enum members come from `LibraryNames`. The result is one frozen `Package`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from generator.client import base_classes
from generator.client.content_reader import read_request
from generator.client.import_statements import imports
from generator.client.method_layout import has_documented
from generator.client.openapi_library import LibraryNames
from generator.client.operation_reader import OperationReader
from generator.client.quoting import untrusted
from generator.client.reserved_names import (
    TAKEN_CLASSES,
    class_name,
    field_problem,
    resource_problem,
)
from generator.client.schema_classes import Schemas, enum_values
from generator.client.template_records import (
    Annotation,
    Enum,
    EnumMember,
    Field,
    Model,
    Operation,
    Package,
    RateLimit,
    Resource,
    Tag,
)
from generator.client.texts.documented_values import documented_value
from generator.client.texts.notes import note
from generator.client.type_annotations import Annotator, Direction, input_name, or_none, or_unset
from generator.document import document as documents
from generator.document.contents import extra_schema
from generator.document.document import Document
from generator.document.full_response import directions, sent
from generator.document.schema_walk import Property


def package_name(version: str) -> str:
    """The package of an API version: `2024-01` becomes `v2024_01`."""
    return f"v{version.replace('-', '_')}"


def read_package(document: Document, names: LibraryNames) -> Package:
    """Everything that is generated for a document. Raises `SpecError` for what cannot become code."""
    return _PackageReader(document, names).package()


class _Bases(NamedTuple):
    """What the two classes of a resource extend."""

    names: tuple[str, str]
    code: str
    async_code: str
    used: set[str]


class _PackageReader:
    def __init__(self, document: Document, names: LibraryNames) -> None:
        self._document = document
        self._names = names
        self._schemas = Schemas(document)
        self._annotator = Annotator(document)
        self._models = self._schemas.models()
        self._inputs = self._input_models()
        self._read = directions(document).read
        self._enums = self._schemas.enums()
        self._modules = self._name_modules()

    def package(self) -> Package:
        models = tuple(self._model(name, name, "read") for name in self._models)
        inputs = tuple(self._model(name, input_name(name), "send") for name in self._inputs)
        used_by_models = _used_names(models)
        used_by_inputs = _used_names(inputs)
        return Package(
            version=self._document.version,
            name=package_name(self._document.version),
            title=untrusted(self._document.raw["info"]["title"]),
            supported_until=self._document.raw["info"].get("x-supported-until"),
            enums=tuple(self._enum(name) for name in self._enums),
            models=models,
            inputs=inputs,
            resources=tuple(self._resources()),
            model_imports=imports(
                used_by_models | {one.base for one in models} | {"Model", "model"} | _used_defaults(models),
                self._modules,
                within="models",
            ),
            input_imports=imports(
                {"NotRequired", "TypedDict"} | ({"TYPE_CHECKING"} if used_by_inputs else set()), {}
            ),
            input_typing_imports=imports(used_by_inputs, self._modules, within="inputs"),
        )

    def _input_models(self) -> list[str]:
        """The models that can be inside of a request, below the object that becomes the arguments."""
        found: set[str] = set()
        for operation in self._document.operations():
            for schema, pointer in self._sent_schemas(operation):
                found |= self._schemas.models_below(schema, pointer)
        return [name for name in self._models if name in found]

    def _sent_schemas(self, operation: documents.Operation) -> Iterable[tuple[Any, str]]:
        """The schemas of the arguments of an operation that can be objects, with their pointers."""
        for parameter, pointer in self._document.parameters(operation):
            if parameter["in"] == "query" and "schema" in parameter:
                yield parameter["schema"], f"{pointer}/schema"
        request = read_request(self._schemas, operation)
        if request is None:
            return
        if request.fields is None:
            yield request.media.schema, request.media.pointer
        else:
            for one in self._schemas.properties(*request.fields).values():
                yield one.schema, one.pointer
        if request.extra is not None:
            yield request.extra

    def _name_modules(self) -> Mapping[str, str]:
        """The module of each generated class. Refuses a name that another class or our code has already."""
        modules: dict[str, str] = {}
        groups = (
            ("models", self._models),
            ("enums", self._enums),
            ("inputs", [input_name(name) for name in self._inputs]),
        )
        for module, classes in groups:
            for name in classes:
                if name in TAKEN_CLASSES or name in modules:
                    raise self._document.error(
                        self._schemas.pointer(name.removesuffix("Input") if module == "inputs" else name),
                        f'The class name "{name}" is taken.',
                        "Rename the schema.",
                    )
                modules[name] = module
        return modules

    def _enum(self, name: str) -> Enum:
        schema = self._schemas.named[name]
        known = enum_values(schema)
        members = tuple(
            EnumMember(
                member,
                one.value if isinstance(one.value, int) else untrusted(one.value),
                untrusted(one.meaning),
                None if one.level is None else untrusted(one.level),
            )
            for member, one in zip(self._names.enum_members[name], known, strict=True)
        )
        whole = all(isinstance(one.value, int) for one in known)
        return Enum(
            name, "OpenIntEnum" if whole else "OpenEnum", untrusted(schema.get("description")), members
        )

    def _model(self, schema_name: str, name: str, direction: Direction) -> Model:
        schema, pointer = self._schemas.named[schema_name], self._schemas.pointer(schema_name)
        properties = self._schemas.properties(schema, pointer)
        classes = frozenset(self._modules)
        for property_name, one in properties.items():
            problem = field_problem(property_name, classes)
            if problem:
                raise self._document.error(one.pointer, problem, "The lint says which names are possible.")
        shadowed = frozenset(properties)
        fields = tuple(
            self._field(property_name, one, direction, shadowed) for property_name, one in properties.items()
        )
        text = untrusted(schema.get("description"))
        if direction == "send":
            return Model(name, text, fields)
        base = base_classes.MODELS.get(schema_name)
        extra = extra_schema(self._schemas, schema, pointer)
        tag = self._schemas.tags.get(schema_name)
        return Model(
            name,
            text,
            fields,
            "Model" if base is None else base.name,
            None if extra is None else self._annotator.extra(*extra, shadowed),
            None if tag is None else Tag(untrusted(tag[0]), tuple(map(untrusted, tag[1]))),
        )

    def _field(self, name: str, one: Property, direction: Direction, shadowed: frozenset[str]) -> Field:
        annotation = self._annotator.annotate(one.schema, one.pointer, direction, shadowed)
        default = ""
        if direction == "read" and not one.required:
            annotation, default = self._may_be_absent(one, annotation)
            if "sent" in shadowed:
                # In the class, that name is the field.
                default = default.replace("sent(", "sent_field(")
        secret = self._schemas.is_secret(one.schema, one.pointer)
        text = untrusted(self._schemas.description(one.schema))
        is_sent = direction == "send"
        documented = documented_value(self._schemas, one.schema, one.pointer, sent=is_sent)
        words = note(self._schemas, one.schema, one.pointer, documented, sent=is_sent)
        return Field(name, annotation, one.required, default, text, words, secret)

    def _may_be_absent(self, one: Property, annotation: Annotation) -> tuple[Annotation, str]:
        """The type and the default of a field that the schema does not require.

        The type says what a full response holds, although `fields=` may leave out any field.
        """
        certainty = sent(one) if one.pointer in self._read.properties else "sometimes"
        if certainty == "sometimes":
            return or_unset(annotation), "UNSET"
        if certainty == "inferred":
            return or_none(annotation), "sent(inferred=True)"
        return annotation, "sent()"

    def _resources(self) -> Iterable[Resource]:
        groups: dict[str, list[documents.Operation]] = {}
        for operation in self._document.operations():
            name = str(operation.raw.get("x-resource"))
            problem = resource_problem(name)
            if problem is not None:
                raise self._document.error(
                    f"{operation.pointer}/x-resource", problem, "Choose another x-resource."
                )
            groups.setdefault(name, []).append(operation)
        reader = OperationReader(self._document, self._names)
        for name, found in groups.items():
            shadowed = frozenset(str(one.raw.get("x-method")) for one in found)
            yield self._resource(name, found, tuple(reader.read(one, shadowed) for one in found))

    def _resource(
        self, name: str, found: list[documents.Operation], operations: tuple[Operation, ...]
    ) -> Resource:
        seen: set[str] = set()
        for raw, operation in zip(found, operations, strict=True):
            if operation.method in seen:
                raise self._document.error(
                    f"{raw.pointer}/x-method",
                    f'The method "{name}.{operation.method}" is there twice.',
                    "Rename one of the two.",
                )
            seen.add(operation.method)
        used = {"Any", "CallOptions", "Options", "Unpack"}
        for operation in operations:
            annotations = [operation.result, *(one.annotation for one in operation.parameters)]
            used.update(name for annotation in annotations for name in annotation.names)
            if operation.pagination is not None:
                used |= {"Page", "AsyncPages"}
        own = {class_name(name), f"Async{class_name(name)}"}
        if own & used:
            raise self._document.error(
                found[0].pointer,
                f'The resource "{name}" and a schema would be the same class.',
                "Rename one of them.",
            )
        has_unset = any(one.default == "UNSET" for operation in operations for one in operation.parameters)
        bases = self._bases(name)
        used |= bases.used
        running = {"Operation", "RateLimit", "Retry", *bases.names}
        running |= {"UNSET"} if has_unset else set()
        if any(one.body_content or one.response_content for one in operations):
            running.add("Content")
        running |= {"deprecated"} if any(one.deprecated for one in operations) else set()
        running |= {"Documented"} if any(map(has_documented, operations)) else set()
        running |= {type(one.pagination).__name__ for one in operations if one.pagination is not None}
        running |= (
            {"Path"} if any(part.is_parameter for one in operations for part in one.segments) else set()
        )
        return Resource(
            name=name,
            class_name=class_name(name),
            text=untrusted(self._tag_text(found[0])),
            operations=operations,
            limit=_common_limit(operations),
            imports=imports(running, {}),
            typing_imports=imports(used, self._modules, within="resources"),
            base=bases.code,
            async_base=bases.async_code,
        )

    def _bases(self, resource: str) -> _Bases:
        base, subject = base_classes.RESOURCES.get(resource), base_classes.SUBJECTS.get(resource)
        if base is None or subject not in self._models:
            return _Bases(("Resource", "AsyncResource"), "Resource", "AsyncResource", set())
        names = (base.name, f"Async{base.name}")
        code, async_code = (f'{name}["{subject}"]' for name in names)
        return _Bases(names, code, async_code, {subject})

    def _tag_text(self, operation: documents.Operation) -> Any:
        """The description of the tag that the operations of a resource have."""
        tags = operation.raw.get("tags") or [None]
        return next(
            (tag.get("description") for tag in self._document.raw.get("tags", ()) if tag["name"] == tags[0]),
            None,
        )


def _common_limit(operations: Iterable[Operation]) -> RateLimit | None:
    (limit, count), *_ = Counter(one.limit for one in operations).most_common(1)
    return limit if count > 1 else None


def _used_defaults(models: Iterable[Model]) -> set[str]:
    """The names that the defaults of models use."""
    found = {one.default.partition("(")[0] for model in models for one in model.fields if one.default}
    return found | {model.extra_default.partition("(")[0] for model in models if model.extra is not None}


def _used_names(models: Iterable[Model]) -> set[str]:
    annotations: list[Annotation] = [field.annotation for model in models for field in model.fields]
    annotations += [model.extra for model in models if model.extra is not None]
    return {name for annotation in annotations for name in annotation.names}
