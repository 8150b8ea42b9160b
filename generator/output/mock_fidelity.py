"""docs/mock-fidelity.md: what the mock does, how that is known, and what the service may do differently.

It is made from `spec/mock-behaviours.yaml`, which people write, and from what the documents say about
operations and limits, so it cannot disagree with what the mock reads. It takes and returns values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from generator.document.constraints import KEY, OPEN_ENUM
from generator.document.document import Document, Operation
from generator.document.yaml_reader import read
from generator.errors import SpecError

BEHAVIOURS = "mock-behaviours.yaml"
MARKS = ("documented", "sdk", "observed", "inferred", "assumed")
_KEYS = {"area", "behaviour", "mark", "differs", "hints"}
# The rest of a longer pattern is in the document.
_MOST_OF_A_PATTERN = 40

_HEAD = """\
<!-- Written by python -m generator regenerate. Do not edit. -->

# How true the mock is

The mock reads the same documents as the client and checks each of its responses with them. What it does
beyond them is here, with how it is known:

| mark | meaning |
| --- | --- |
| documented | a page of the service says so |
| sdk | official clients say so |
| observed | recorded responses show it |
| inferred | concluded from the others |
| assumed | nothing is known; the mock had to choose |

A hint says the same while a program runs: in the header `as-mock-hint`, in the journal, on the terminal of
`aftership mock`, and with `--hints-in-body` in the body.
"""

_ENDPOINTS = """
## Endpoints

Codes of the kind *shape* come from the document alone: the request breaks it. Those of the kind *state* come
from what the mock stores. No page lists codes by endpoint; which can come where is concluded from the table
of all codes.
"""

_LIMITS = """
## Limits of requests

Refused in the versions whose documentation has the limit, unless the mode is `lenient`. In the others the
request is taken and gets the hint `undocumented-limit`, or `unmatched-value` for a filter.
"""


def render_mock_fidelity(spec_dir: Path, documents: Sequence[Document]) -> str:
    """Return the page.

    Raises:
        SpecError: an entry of `spec/mock-behaviours.yaml` is incomplete, or has an unknown key or mark.
    """
    versions = [document.version for document in documents]
    return "".join(
        (
            _HEAD,
            *_behaviours(spec_dir / BEHAVIOURS),
            _ENDPOINTS,
            *_table(
                ("endpoint", "versions", "known from", "shape", "state"), _endpoints(documents, versions)
            ),
            _LIMITS,
            *_table(
                ("field", "limit", "refused", "taken with a hint", "endpoints"), _limits(documents, versions)
            ),
        )
    )


def _behaviours(path: Path) -> Iterator[str]:
    entries = read(path).value
    for number, entry in enumerate(entries):
        if not {"area", "behaviour", "mark"} <= entry.keys() <= _KEYS or entry["mark"] not in MARKS:
            raise SpecError(
                f"Entry {number + 1} needs area, behaviour and a mark, and may have differs and hints.",
                file=path.name,
                hint=f"Marks are {', '.join(MARKS)}.",
            )
    for area, found in groupby(entries, key=lambda entry: entry["area"]):
        yield f"\n## {area}\n"
        rows = [
            (
                entry["behaviour"],
                entry["mark"],
                entry.get("differs", ""),
                ", ".join(f"`{hint}`" for hint in entry.get("hints", ())),
            )
            for entry in found
        ]
        yield from _table(("the mock", "known", "the service may differ", "hints"), rows)


def _endpoints(documents: Sequence[Document], versions: Sequence[str]) -> list[Sequence[str]]:
    found: dict[tuple[str, str], list[tuple[str, Operation]]] = {}
    for document in documents:
        for operation in document.operations():
            found.setdefault((operation.path, operation.method), []).append((document.version, operation))
    rows: list[Sequence[str]] = []
    for (path, method), having in sorted(found.items()):
        raw = having[-1][1].raw
        codes: dict[str, list[str]] = {"shape": [], "state": []}
        for entry in raw.get("x-error-codes", ()):
            codes.setdefault(entry["kind"], []).append(str(entry["code"]))
        rows.append(
            (
                f"`{method.upper()} {path}`",
                _ranges([version for version, _ in having], versions),
                str(raw.get("x-provenance", "")),
                ", ".join(codes["shape"]),
                ", ".join(codes["state"]),
            )
        )
    return rows


def _limits(documents: Sequence[Document], versions: Sequence[str]) -> list[Sequence[str]]:
    """The constraints of all requests. Endpoints with the same limit of the same field share a line."""
    found: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for document in documents:
        for endpoint, where, limit, mark in sorted(set(_limits_of(document))):
            kind = "refused" if mark == "documented" else "hinted"
            having = found.setdefault((endpoint, where, limit), {"refused": [], "hinted": []})[kind]
            if document.version not in having:
                having.append(document.version)
    lines: dict[tuple[str, str, str, str], list[str]] = {}
    for (endpoint, where, limit), by in sorted(found.items()):
        line = (where, limit, _ranges(by["refused"], versions), _ranges(by["hinted"], versions))
        lines.setdefault(line, []).append(endpoint)
    return [
        (where, limit, refused, hinted, ", ".join(f"`{endpoint}`" for endpoint in endpoints))
        for (where, limit, refused, hinted), endpoints in sorted(lines.items())
    ]


def _limits_of(document: Document) -> Iterator[tuple[str, str, str, str]]:
    for operation in document.operations():
        for where, schema in _parts(document, operation):
            for field, keyword, value, mark in _marked(document, schema, where, ()):
                # A wrapper is in some versions only, and says nothing about the fields in it.
                wrapper = f"body `{operation.raw.get('x-body-wrapper')}`"
                field = f"body{field.removeprefix(wrapper)}" if field.startswith(wrapper) else field
                yield f"{operation.method.upper()} {operation.path}", field, _limit(keyword, value), mark


def _parts(document: Document, operation: Operation) -> Iterator[tuple[str, Any]]:
    for parameter, _ in document.parameters(operation):
        if parameter["in"] == "query":
            yield f"query `{parameter['name']}`", parameter.get("schema")
    for media in operation.raw.get("requestBody", {}).get("content", {}).values():
        yield "body", media.get("schema")


def _marked(
    document: Document, schema: Any, where: str, seen: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    if not isinstance(schema, Mapping):
        return
    for keyword, mark in schema.get(KEY, {}).items():
        yield where, keyword, str(schema.get(keyword)), mark
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        target = document.raw["components"]["schemas"][reference.rpartition("/")[2]]
        yield from _marked(document, target, where, (*seen, reference))
    for name, inner in schema.get("properties", {}).items():
        yield from _marked(document, inner, f"{where} `{name}`", seen)
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        yield from _marked(document, inner, f"{where}, each", seen)
    for group in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(group, ()):
            yield from _marked(document, inner, where, seen)


def _limit(keyword: str, value: str) -> str:
    if keyword == OPEN_ENUM:
        return "only the known values"
    if keyword == "not":
        return "fields that exclude or need each other"
    shown = value if len(value) <= _MOST_OF_A_PATTERN else f"{value[:_MOST_OF_A_PATTERN]}..."
    return f"`{keyword}` `{shown}`".replace("|", "\\|")


def _ranges(having: Sequence[str], versions: Sequence[str]) -> str:
    """Versions as ranges: of neighbours, only the first and the last."""
    runs: list[list[str]] = []
    for version in having:
        if runs and versions.index(version) == versions.index(runs[-1][-1]) + 1:
            runs[-1].append(version)
        else:
            runs.append([version])
    if list(having) == list(versions):
        return "all"
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"\n| {' | '.join(head)} |\n| {' | '.join('---' for _ in head)} |\n"
    for row in rows:
        yield f"| {' | '.join(cell.strip() for cell in row)} |\n"
