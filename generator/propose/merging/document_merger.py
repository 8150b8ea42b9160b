"""Our document, changed until it has the shapes of another one. Texts, marks and examples of ours stay."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import METHODS
from generator.document.schema_walk import as_list, as_mapping
from generator.propose.merging.naming import name_components, resolve_placeholders
from generator.propose.merging.new_operations import OperationWriter, mend_page_sizes, mend_unwrap, paging_of
from generator.propose.merging.schema_merger import Context, SchemaMerger
from generator.propose.policy import Policy
from generator.propose.reading.both_documents import BothDocuments
from generator.propose.reading.described import (
    JSON,
    DescribedContent,
    DescribedOperation,
    DescribedParameter,
    raw_operations,
)
from generator.propose.reading.operation_pairs import PairedOperations, pair_operations
from generator.propose.words import pascal

Renames = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class MergedDocument:
    """The result, and what is to be said about it."""

    raw: dict[str, Any]
    contexts: dict[str, list[Context]]
    paired: PairedOperations
    webhooks: PairedOperations
    lost_envelopes: dict[str, str] = field(default_factory=dict)
    """Components whose property lost its envelope: the name inside."""
    missing: list[str] = field(default_factory=list)
    """What the other document does not describe, and what stays therefore."""
    not_carried: list[str] = field(default_factory=list)
    """What the other document has, and the draft cannot have."""


def merge_documents(both: BothDocuments, policy: Policy, renames: Renames) -> MergedDocument:
    """Our document with all that the other one has, and without what it has no more."""
    return _Merger(both, policy, renames).run()


class _Merger:
    def __init__(self, both: BothDocuments, policy: Policy, renames: Renames) -> None:
        self._both = both
        self._policy = policy
        self._renames = renames
        self._schemas = SchemaMerger(both.ours, both.reader, policy, renames)
        self._raw: dict[str, Any] = copy.deepcopy(both.ours.raw)
        self._writer = OperationWriter(both.ours, both.reader, policy, self._schemas)
        self._result = MergedDocument(
            self._raw,
            self._schemas.merged.contexts,
            pair_operations(both.operations[0], both.operations[1], both.reader),
            pair_operations(both.webhooks[0], both.webhooks[1], both.reader),
        )

    def run(self) -> MergedDocument:
        result = self._result
        for before, after in result.paired.moved:
            self._move(before, after)
        for mine, theirs in result.paired.same:
            self._operation(mine, theirs)
        for theirs in result.paired.added:
            path, method, raw = self._writer.operation(theirs, self._raw)
            self._raw["paths"].setdefault(path, {})[method] = raw
        self._remove_missing("paths", "operation", result.paired)
        self._webhooks()
        merged = self._schemas.run()
        named = self._both.ours.raw["components"]["schemas"]
        resources = {str(one["x-resource"]) for one in raw_operations(self._raw) if "x-resource" in one}
        names = name_components(merged, self._both.reader, named, resources)
        for key in sorted(merged.produced, key=lambda key: names[key]):
            if key in names and (key[0] or names[key] not in named):
                self._raw["components"]["schemas"][names[key]] = merged.produced[key]
        resolve_placeholders(self._raw, names)
        # The produced values share parts with what was read.
        self._raw = result.raw = copy.deepcopy(self._raw)
        for raw in raw_operations(self._raw):
            mend_unwrap(self._raw, raw)
        for mine, theirs in result.paired.same:
            self._paging(mine, theirs)
        result.lost_envelopes = merged.lost_envelopes
        result.missing += sorted(f"{what} of {on}" for on, what in merged.missing)
        return result

    def _remove_missing(self, root: str, word: str, paired: PairedOperations) -> None:
        for mine in paired.missing:
            if self._policy.complete:
                del self._raw[root][mine.path][mine.method]
                if not any(method in self._raw[root][mine.path] for method in METHODS):
                    del self._raw[root][mine.path]
            else:
                self._result.missing.append(
                    f"the {word} {mine.request if word == 'operation' else mine.path}"
                )

    def _webhooks(self) -> None:
        paired = self._result.webhooks
        if not self._both.webhooks[1]:
            if self._both.webhooks[0]:
                self._result.missing.append("every webhook")
            return
        for mine, theirs in paired.same:
            if mine.body is not None and theirs.body is not None:
                self._content(mine.body, theirs.body, (pascal((mine.path,)), "event"))
        for theirs in paired.added:
            if self._both.webhooks[0]:
                self._raw["webhooks"][theirs.path] = {theirs.method: self._writer.webhook(theirs, self._raw)}
        self._remove_missing("webhooks", "webhook", paired)

    def _move(self, before: str, after: str) -> None:
        paths = self._raw["paths"]
        self._raw["paths"] = {(after if path == before else path): item for path, item in paths.items()}

    def _operation(self, mine: DescribedOperation, theirs: DescribedOperation) -> None:
        path = dict(self._result.paired.moved).get(mine.path, mine.path)
        raw = self._raw["paths"][path][mine.method]
        base = pascal((mine.id,))
        self._parameters(mine, theirs, raw, base)
        if mine.body is not None and theirs.body is not None:
            self._content(mine.body, theirs.body, (f"{base}Request",), raw)
            body = as_mapping(raw.get("requestBody"))
            if "$ref" not in body and mine.body.required != theirs.body.required:
                raw["requestBody"]["required"] = theirs.body.required
        elif theirs.body is not None and theirs.body.schema is not None:
            raw["requestBody"] = self._writer.body(theirs.body, (f"{base}Request",))
        elif mine.body is not None:
            if self._policy.complete:
                del raw["requestBody"]
                raw.pop("x-body-wrapper", None)
            else:
                self._result.missing.append(f"the body of {mine.request}")
        self._responses(mine, theirs, raw, base)
        if theirs.deprecated and not mine.deprecated:
            raw["deprecated"] = True
        elif mine.deprecated and not theirs.deprecated and self._policy.complete:
            raw.pop("deprecated", None)
            raw.pop("x-deprecated", None)
        if theirs.id and theirs.id != mine.id:
            self._result.not_carried.append(
                f"the operationId {theirs.id} of {mine.request}: ours is {mine.id}"
            )

    def _responses(
        self, mine: DescribedOperation, theirs: DescribedOperation, raw: dict[str, Any], base: str
    ) -> None:
        statuses = list(mine.responses), list(theirs.responses)
        if len(statuses[0]) == len(statuses[1]) == 1 and statuses[0] != statuses[1]:
            before, after = statuses[0][0], statuses[1][0]
            pairs = [(before, after)]
            raw["responses"] = {
                (after if status == before else status): one for status, one in raw["responses"].items()
            }
        else:
            pairs = [(status, status) for status in statuses[0] if status in statuses[1]]
            for status in sorted(set(statuses[1]) - set(statuses[0])):
                self._result.not_carried.append(f"the response {status} of {theirs.request}")
            for status in sorted(set(statuses[0]) - set(statuses[1])):
                self._result.missing.append(f"the response {status} of {mine.request}")
        for before, after in pairs:
            response = raw["responses"][after]
            self._content(
                mine.responses[before], theirs.responses[after], (f"{base}Response",), raw, response
            )

    def _content(
        self,
        mine: DescribedContent,
        theirs: DescribedContent,
        hint: tuple[str, ...],
        raw: dict[str, Any] | None = None,
        response: dict[str, Any] | None = None,
    ) -> None:
        """The schema of a body or response of ours, where it stands."""
        if theirs.schema is None:
            if mine.schema is not None:
                self._result.missing.append(f"the content at #{mine.pointer}")
            return
        if mine.schema is None:
            if response is not None and "$ref" not in response:
                response["content"] = {
                    JSON: {"schema": self._schemas.writer.fresh(self._both.reader.use(theirs.schema), hint)}
                }
            return
        new = self._schemas.value(mine.schema, self._both.reader.use(theirs.schema), hint)
        if response is not None and "$ref" not in response:
            owner = response
        elif raw is not None and response is None and "$ref" not in as_mapping(raw.get("requestBody")):
            owner = raw["requestBody"]
        else:
            owner = _find(self._raw, mine.pointer)
        owner["content"][mine.media_type]["schema"] = new

    def _parameters(
        self, mine: DescribedOperation, theirs: DescribedOperation, raw: dict[str, Any], base: str
    ) -> None:
        reader = self._both.reader
        before = {key: one for key, one in mine.parameters.items() if key[0] == "query"}
        after = {key: one for key, one in theirs.parameters.items() if key[0] == "query"}
        for location, name in theirs.parameters:
            if location not in ("query", "path") and (location, name) not in mine.parameters:
                self._result.not_carried.append(f"the parameter {name} in {location} of {theirs.request}")
        uses = [
            {name: replace(reader.use(one.schema), text=one.text) for (_, name), one in side.items()}
            for side in (before, after)
        ]
        self._schemas.merged.contexts[mine.id] = [
            Context(
                on=mine.id,
                gone={name: use for name, use in uses[0].items() if name not in uses[1]},
                come={name: use for name, use in uses[1].items() if name not in uses[0]},
                stayed={name: use for name, use in uses[1].items() if name in uses[0]},
                kind="operation",
            )
        ]
        renames = self._renames.get(mine.id, {})
        left = dict(after)
        listed: list[Any] = []
        variables = self._variables(mine, theirs)
        for declared in as_list(raw.get("parameters")):
            value, _ = self._both.ours.follow(declared)
            key = (value["in"], value["name"])
            if key[0] == "path":
                listed.append(self._changed(declared, mine.parameters[key], variables.get(key[1]), base))
            elif key[0] != "query":
                listed.append(declared)
            elif key in after or ("query", renames.get(key[1], "")) in after:
                other = left.pop(key if key in after else ("query", renames[key[1]]))
                listed.append(self._changed(declared, mine.parameters[key], other, base))
            elif not self._policy.complete:
                listed.append(declared)
                self._result.missing.append(f"the parameter {key[1]} of {mine.request}")
        listed += [self._writer.parameter(left[key], base) for key in sorted(left)]
        if listed:
            raw["parameters"] = listed
        else:
            raw.pop("parameters", None)

    def _variables(
        self, mine: DescribedOperation, theirs: DescribedOperation
    ) -> dict[str, DescribedParameter]:
        """The counterparts of the variables of our path, by our names: they are known by their order."""
        names = [
            [part[1:-1] for part in one.path.split("/") if part.startswith("{")] for one in (mine, theirs)
        ]
        return {
            ours: theirs.parameters["path", other]
            for ours, other in zip(*names, strict=False)
            if ("path", other) in theirs.parameters
        }

    def _changed(
        self, declared: dict[str, Any], mine: DescribedParameter, theirs: DescribedParameter | None, base: str
    ) -> dict[str, Any]:
        """A parameter of ours as the other document has it; itself if nothing is different."""
        if theirs is None:
            return declared
        reader = self._both.reader
        own, use = reader.use(mine.schema), reader.use(theirs.schema)
        value, _ = self._both.ours.follow(declared)
        new: dict[str, Any] = copy.deepcopy(value)
        new["schema"] = self._schemas.value(mine.schema, use, (base, theirs.name))
        if mine.location == "query":
            new["name"] = theirs.name
            if mine.required != theirs.required:
                new["required"] = theirs.required
        if theirs.deprecated and not mine.deprecated:
            new["deprecated"] = True
        elif mine.deprecated and not theirs.deprecated:
            new.pop("deprecated", None)
            new.pop("x-deprecated", None)
        if own.value == use.value and {**new, "schema": 0} == {**value, "schema": 0}:
            return declared
        return new

    def _paging(self, mine: DescribedOperation, theirs: DescribedOperation) -> None:
        path = dict(self._result.paired.moved).get(mine.path, mine.path)
        raw = self._raw["paths"][path][mine.method]
        names = {name for location, name in theirs.parameters if location == "query"}
        own = as_mapping(raw.get("x-pagination"))
        if not own and "cursor" in names and ("query", "cursor") not in mine.parameters:
            found = paging_of(self._raw, raw)
            if found:
                raw["x-pagination"] = found
            return
        used = {own.get(key) for key in ("page", "cursor", "limit")} - {None}
        if own and not used <= names and self._policy.complete:
            del raw["x-pagination"]
            found = paging_of(self._raw, raw)
            if found:
                raw["x-pagination"] = found
        elif own:
            mend_page_sizes(self._raw, raw)


def _find(raw: Any, pointer: str) -> Any:
    for part in pointers.split(pointer):
        raw = raw[int(part)] if isinstance(raw, list) else raw[part]
    return raw
