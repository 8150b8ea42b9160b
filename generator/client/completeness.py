"""Compares what was rendered with the document, because a library or a template can lose things in silence.

The generated modules are parsed, not trusted: operations, parameters, body properties, schemas, their
properties and enum values are read back from the code and compared with the raw document.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from generator.client.reserved_names import ARGUMENT_NAMES, TRANSPORT_HEADERS
from generator.client.schema_classes import Schemas, enum_values
from generator.document import document as documents
from generator.document.contents import extra_schema
from generator.document.document import Document
from generator.document.schema_walk import Property
from generator.errors import SpecError

Difference = tuple[str, str]
"""A JSON Pointer and a sentence about what differs there."""


def check_complete(document: Document, modules: Mapping[str, str]) -> None:
    """Raise an `ExceptionGroup` of `SpecError` if the rendered modules and the document differ."""
    trees = {name: ast.parse(source) for name, source in modules.items() if name.endswith(".py")}
    differences = [
        *_operation_differences(document, trees),
        *_model_differences(document, trees),
        *_enum_differences(document, trees),
    ]
    if differences:
        raise ExceptionGroup("incomplete", [_error(document, *difference) for difference in differences])


def _error(document: Document, pointer: str, sentence: str) -> SpecError:
    return document.error(pointer, sentence, "Correct the document, or the generator that lost it.")


def _operation_differences(document: Document, trees: Mapping[str, ast.Module]) -> Iterator[Difference]:
    expected = {operation.id: operation for operation in document.operations()}
    seen: set[str] = set()
    for name, tree in trees.items():
        if not name.startswith("resources/"):
            continue
        for constant, declared in _constants(tree):
            identifier, method = map(_string, declared.args[:2])
            operation = expected.get(identifier)
            called = method, _template(declared.args[2])
            if operation is None or (operation.method.upper(), operation.path) != called:
                yield "/paths", f'The generated operation "{identifier}" differs from the document.'
                continue
            if operation.id in seen:
                yield operation.pointer, f'The operation "{operation.id}" was generated twice.'
            seen.add(operation.id)
            yield from _name_differences(document, operation, _sent_names(declared))
            yield from _method_differences(operation, constant, declared, tree)
    for identifier, operation in expected.items():
        if identifier not in seen:
            yield operation.pointer, f'The operation "{identifier}" was not generated.'


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """The operation constants of a module, and what declares each."""
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Call):
            yield ast.unparse(statement.target), statement.value


def _template(path: ast.expr) -> str:
    segments = path.elts if isinstance(path, ast.Tuple) else []
    return "".join(f"/{_segment(one)}" for one in segments)


def _segment(node: ast.expr) -> str:
    """A fixed segment, or a parameter in braces as the document writes it."""
    return f"{{{_string(node.args[0])}}}" if isinstance(node, ast.Call) else _string(node)


def _name_differences(
    document: Document, operation: documents.Operation, sent: Mapping[str, Mapping[str, str]]
) -> Iterator[Difference]:
    """An operation must send every parameter and every property of the body, and nothing else."""
    for location, wires in _expected_names(document, operation).items():
        found = sent.get(location, {}).keys()
        for wire in wires - found:
            yield operation.pointer, f'"{operation.id}" lost "{wire}" of its {location}.'
        for wire in found - wires:
            yield (
                operation.pointer,
                f'"{operation.id}" sends "{wire}" in its {location}, which is not in the document.',
            )


def _method_differences(
    operation: documents.Operation, constant: str, declared: ast.Call, tree: ast.Module
) -> Iterator[Difference]:
    """Both methods of an operation must have an argument for each name, and hand all of them on."""
    used = [argument for names in _sent_names(declared).values() for argument in names.values()]
    calls = 0
    for method in _methods(tree):
        call = _runtime_call(method)
        if call is None or [ast.unparse(one) for one in call.args] != [constant, "locals()"]:
            continue
        calls += 1
        arguments = {one.arg for one in (*method.args.args, *method.args.kwonlyargs)}
        arguments -= ARGUMENT_NAMES
        for argument in sorted(set(used) - arguments):
            yield operation.pointer, f'"{operation.id}" has no argument "{argument}".'
        if len(used) != len(set(used)) or len(used) != len(arguments):
            yield operation.pointer, f'Two parameters of "{operation.id}" share one argument.'
    if calls != 2:
        yield (
            operation.pointer,
            f'"{operation.id}" has {calls} methods instead of a sync and an async one.',
        )


def _expected_names(document: Document, operation: documents.Operation) -> dict[str, set[str]]:
    """The names on the wire that an operation can send, by location: path, query or body."""
    expected: dict[str, set[str]] = {"path": set(), "query": set(), "body": set()}
    # The runtime sends the cursor of a list: its value is the argument `cursor`.
    own_cursor = (operation.raw.get("x-pagination") or {}).get("cursor")
    for parameter, _ in document.parameters(operation):
        if parameter["in"] == "query" and parameter["name"] == own_cursor:
            continue
        if not (parameter["in"] == "header" and parameter["name"].lower() in TRANSPORT_HEADERS):
            expected.setdefault(parameter["in"], set()).add(parameter["name"])
    schemas = Schemas(document)
    body, _ = document.follow(operation.raw.get("requestBody", {}))
    for media in body.get("content", {}).values():
        schema, pointer = document.follow(media.get("schema", {}))
        wrapper = operation.raw.get("x-body-wrapper")
        if wrapper is not None:
            schema, pointer = document.follow(schemas.properties(schema, pointer)[wrapper].schema)
        # What is not an object with properties is one argument.
        expected["body"] |= schemas.properties(schema, pointer).keys() or {"body"}
        if schemas.properties(schema, pointer) and extra_schema(schemas, schema, pointer) is not None:
            expected["body"].add("extra")
    return expected


def _methods(tree: ast.Module) -> Iterable[ast.FunctionDef | ast.AsyncFunctionDef]:
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            yield from (
                one for one in statement.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            )


def _runtime_call(method: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Call | None:
    last = method.body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    value = value.value if isinstance(value, ast.Await) else value
    return value if isinstance(value, ast.Call) else None


def _sent_names(declared: ast.Call) -> dict[str, dict[str, str]]:
    """What an operation sends by location: the argument by its name on the wire."""
    keywords = {one.arg: one.value for one in declared.keywords}
    wires = dict(ast.literal_eval(keywords["renamed"])) if "renamed" in keywords else {}
    found: dict[str, dict[str, str]] = {"path": {}}
    path = declared.args[2]
    for segment in path.elts if isinstance(path, ast.Tuple) else []:
        if isinstance(segment, ast.Call):
            renamed = [_string(one.value) for one in segment.keywords if one.arg == "argument"]
            name = _string(segment.args[0])
            found["path"][name] = renamed[0] if renamed else name
    for location in ("query", "body"):
        declared_names = keywords.get(f"{location}_names")
        names = () if declared_names is None else ast.literal_eval(declared_names)
        found[location] = {wires.get(name, name): name for name in names}
    return found


def _model_differences(document: Document, trees: Mapping[str, ast.Module]) -> Iterator[Difference]:
    schemas = Schemas(document)
    classes = {one.name: one for one in trees["models.py"].body if isinstance(one, ast.ClassDef)}
    for name in schemas.models():
        if name not in classes:
            yield schemas.pointer(name), f'The schema "{name}" was not generated.'
            continue
        fields = [
            one.target.id
            for one in classes[name].body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        schema, pointer = schemas.named[name], schemas.pointer(name)
        properties = schemas.properties(schema, pointer)
        if extra_schema(schemas, schema, pointer) is not None:
            properties["extra"] = Property({}, pointer, required=False)
        if fields != list(properties):
            differing = sorted(set(fields) ^ set(properties)) or ["their order"]
            yield (
                schemas.pointer(name),
                f'The fields of "{name}" differ from the document: {", ".join(differing)}.',
            )
    for name in classes.keys() - set(schemas.models()):
        yield "/components/schemas", f'The generated class "{name}" is not in the document.'


def _enum_differences(document: Document, trees: Mapping[str, ast.Module]) -> Iterator[Difference]:
    schemas = Schemas(document)
    classes = {one.name: one for one in trees["enums.py"].body if isinstance(one, ast.ClassDef)}
    meanings, levels = (_literals(trees["enum_meanings.py"], table) for table in ("MEANINGS", "LEVELS"))
    for name in schemas.enums():
        if name not in classes:
            yield schemas.pointer(name), f'The enum "{name}" was not generated.'
            continue
        assigned = [one for one in classes[name].body if isinstance(one, ast.Assign)]
        generated = [ast.literal_eval(one.value) for one in assigned]
        known = [one.value for one in enum_values(schemas.named[name])]
        members = {ast.unparse(one.targets[0]) for one in assigned}
        if generated != known or len(members) != len(known):
            yield schemas.pointer(name), f'The values of the enum "{name}" differ from the document.'
        values = enum_values(schemas.named[name])
        expected = {one.value: one.meaning for one in values}
        if meanings.get(name, {}) != expected:
            yield schemas.pointer(name), f'The meanings of the enum "{name}" differ from the document.'
        expected = {one.value: one.level for one in values if one.level is not None}
        if levels.get(name, {}) != expected:
            yield schemas.pointer(name), f'The levels of the enum "{name}" differ from the document.'
    for name in classes.keys() - set(schemas.enums()):
        yield "/components/schemas", f'The generated enum "{name}" is not in the document.'


def _literals(tree: ast.Module, name: str) -> dict[str, dict[str | int, str]]:
    """The value of a constant of a module."""
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name and statement.value:
            found: dict[str, dict[str | int, str]] = ast.literal_eval(statement.value)
            return found
    return {}


def _string(node: ast.expr) -> str:
    value = ast.literal_eval(node)
    if not isinstance(value, str):
        raise TypeError(f"not a string in generated code: {value!r}")
    return value
