"""What every operation has, said once: `x-common` at the root of the base, which the composer adds to each.

OpenAPI can refer to a header, a response or a link, but not to five headers at once. So the base says:

    x-common:
      headers: ...      # for every response, those in `components` too
      responses: ...    # for every operation
      error-codes: ...  # a list, at the end of x-error-codes of every operation
      links: {NAME: ...}  # for every response with `x-links: NAME`

An operation that declares one of these itself keeps its own. Only what is new is filled in, so an overlay can
change or remove a part of it as if it stood there. Composed documents hold neither key.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.document.document import METHODS
from generator.document.overlay import Target
from generator.document.source import Mark
from generator.errors import SpecError

KEY = "x-common"
LINKS = "x-links"
_PARTS: Mapping[str, type] = {"headers": dict, "responses": dict, "error-codes": list, "links": dict}
_CODES = "x-error-codes"

_At = tuple[str, ...]


@dataclass(slots=True)
class CommonParts:
    """The parts, where each was written, and where they were added already."""

    value: Mapping[str, Any]
    marks: Mark
    _filled: set[_At] = field(default_factory=set)

    @classmethod
    def take(cls, target: Target) -> CommonParts:
        """Take the parts out of the base. Raises `SpecError` for a part that is not known."""
        if not isinstance(target.value, dict) or KEY not in target.value:
            return cls({}, target.marks)
        marks = target.marks.fields.pop(KEY)
        value = target.value.pop(KEY)
        for key, part in value.items() if isinstance(value, dict) else [("", None)]:
            if not isinstance(part, _PARTS.get(key, type(None))):
                raise marks.find([key]).location.error(
                    f"/{KEY}/{key}",
                    f'"{key}" is not a part of {KEY}, or has the wrong type.',
                    "Known are the maps headers, responses and links, and the list error-codes.",
                )
        return cls(value, marks)

    def fill(self, target: Target) -> None:
        """Add the parts to every operation and response that came since the last time.

        Raises `SpecError` when a response names links that are not there.
        """
        if not isinstance(target.value, dict):
            return
        for at, operation, marks in _operations(target):
            responses = operation.get("responses")
            if not isinstance(responses, dict):
                continue
            own = marks.fields["responses"]
            for status, response in responses.items():
                self._fill_response((*at, status), response, own.fields[status])
            if at not in self._filled:
                self._filled.add(at)
                self._add("responses", responses, own)
                self._fill_codes(operation, marks)
        components = target.value.get("components")
        responses = components.get("responses") if isinstance(components, dict) else None
        for name, response in responses.items() if isinstance(responses, dict) else ():
            mark = target.marks.find(("components", "responses", name))
            self._fill_response(("components", name), response, mark)

    def _fill_codes(self, operation: Mapping[str, Any], marks: Mark) -> None:
        codes = operation.get(_CODES)
        if not isinstance(codes, list):
            return
        own = [entry.get("code") for entry in codes if isinstance(entry, dict)]
        for index, entry in enumerate(self.value.get("error-codes", ())):
            if not isinstance(entry, dict) or entry.get("code") not in own:
                codes.append(copy.deepcopy(entry))
                marks.fields[_CODES].items.append(self.marks.find(("error-codes", index)).copy())

    def _fill_response(self, at: _At, response: Any, marks: Mark) -> None:
        if not isinstance(response, dict) or "$ref" in response:
            return
        if LINKS in response:
            self._fill_links(response, marks)
        if at not in self._filled and self.value.get("headers"):
            self._filled.add(at)
            if "headers" not in response:
                response["headers"] = {}
                marks.fields["headers"] = Mark(self.marks.find(["headers"]).location, {})
            self._add("headers", response["headers"], marks.fields["headers"])

    def _fill_links(self, response: dict[str, Any], marks: Mark) -> None:
        name, at = response.pop(LINKS), marks.fields.pop(LINKS)
        groups = self.value.get("links", {})
        if not isinstance(name, str) or name not in groups:
            raise _unknown_links(at, name, groups)
        if "links" not in response:
            response["links"] = {}
            marks.fields["links"] = Mark(at.location, {})
        _add(groups[name], self.marks.find(("links", name)), response["links"], marks.fields["links"])

    def _add(self, part: str, owner: dict[str, Any], marks: Mark) -> None:
        _add(self.value.get(part, {}), self.marks.find([part]), owner, marks)


def _add(values: Mapping[str, Any], at: Mark, owner: dict[str, Any], marks: Mark) -> None:
    for key, value in values.items():
        if key not in owner:
            owner[key] = copy.deepcopy(value)
            marks.fields[key] = at.fields[key].copy()


def _operations(target: Target) -> Iterator[tuple[_At, dict[str, Any], Mark]]:
    paths = target.value.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if isinstance(operation, dict):
                yield (path, method), operation, target.marks.find(("paths", path, method))


def _unknown_links(at: Mark, name: Any, groups: Mapping[str, Any]) -> SpecError:
    known = ", ".join(sorted(groups)) or "none"
    return at.location.error("", f'{KEY} has no links called "{name}".', f"Known are {known}.")
