"""What nobody needs after a change: links to operations that are gone, components and tags without a use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.document import pointer as pointers
from generator.document.schema_walk import as_list, as_mapping
from generator.propose.reading.described import raw_operations


def remove_leftovers(before: Mapping[str, Any], raw: dict[str, Any]) -> None:
    """Take away what was used in `before` and is not used any more. Changes `raw`."""
    _remove_links(raw)
    _mend_links(before, raw)
    while True:
        used = set(references(raw))
        gone = [
            (kind, name)
            for kind, entries in raw["components"].items()
            if kind != "securitySchemes"
            for name in entries
            if f"#/components/{kind}/{pointers.escape(name)}" not in used
            and name in as_mapping(before["components"].get(kind))
        ]
        if not gone:
            break
        for kind, name in gone:
            del raw["components"][kind][name]
    tags = [set(_tags(one)) for one in (before, raw)]
    if isinstance(raw.get("tags"), list):
        raw["tags"] = [tag for tag in raw["tags"] if tag.get("name") not in tags[0] - tags[1]]


def _remove_links(raw: dict[str, Any]) -> None:
    known = {one.get("operationId") for one in _operations(raw)}
    links = as_mapping(raw["components"].get("links"))
    gone = {name for name, link in links.items() if link.get("operationId") not in known}
    for response in _responses(raw):
        for name, link in list(as_mapping(response.get("links")).items()):
            target = str(link.get("$ref", "")).rpartition("/")[2]
            if target in gone or ("operationId" in link and link["operationId"] not in known):
                del response["links"][name]
        if response.get("links") == {}:
            del response["links"]
    for name in gone:
        del raw["components"]["links"][name]


def _mend_links(before: Mapping[str, Any], raw: dict[str, Any]) -> None:
    """Expressions of links follow a response whose content lost or got an envelope."""
    paths = [
        {one.get("operationId"): str(one.get("x-unwrap", "")) for one in _operations(document)}
        for document in (before, raw)
    ]
    changed = {
        (old, new)
        for name, old in paths[0].items()
        if (new := paths[1].get(name, old)) != old
        and (old.startswith(f"{new}.") or new.startswith(f"{old}."))
    }
    if len(changed) != 1:
        return
    [(old, new)] = changed
    links = [*as_mapping(raw["components"].get("links")).values()]
    links += [link for response in _responses(raw) for link in as_mapping(response.get("links")).values()]
    for link in links:
        for name, value in as_mapping(link.get("parameters")).items():
            start = f"$response.body#/{old.replace('.', '/')}/"
            if isinstance(value, str) and value.startswith(start):
                link["parameters"][name] = f"$response.body#/{new.replace('.', '/')}/{value[len(start) :]}"


def _operations(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return raw_operations(raw, "paths", "webhooks")


def _responses(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in _operations(raw):
        yield from as_mapping(one.get("responses")).values()
    yield from as_mapping(raw["components"].get("responses")).values()


def _tags(raw: Mapping[str, Any]) -> Iterator[str]:
    for one in _operations(raw):
        yield from as_list(one.get("tags"))


def references(value: Any) -> Iterator[str]:
    """The components that a value refers to, also by the mapping of a discriminator: `#/components/...`."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, str) and value.startswith("#/components/"):
        yield value
