"""Judges a request: path, query, headers and body against its operation. All that is wrong is found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.deprecation import OPERATION
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.parameter import Parameter
from aftership_tracking.mock.documents.router import Match
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.time_formats import read_zoned
from aftership_tracking.mock.pipeline.parameters import (
    UNREADABLE,
    decode_segment,
    read_items,
    read_query,
    read_scalar,
    read_value,
    take_object,
)
from aftership_tracking.mock.pipeline.request_body import read_body
from aftership_tracking.mock.wire.json_body import UnreadableBodyError
from aftership_tracking.runtime.keywords import nearest
from aftership_tracking.testing.traffic.field_walk import MOST_NAMES, show_name, walk_fields
from aftership_tracking.testing.traffic.records import Finding, Kind
from aftership_tracking.testing.traffic.rules import body_findings, broken_rules

# An `x-mock` behaviour: an unreadable time filter is not refused, a default is used instead.
TIME_FILTERS = "invalid-time-filters"
LEGACY_KEY_HEADER = "aftership-api-key"


@dataclass(slots=True)
class RequestJudge:
    """Judges one request. What is found is in its attributes afterwards."""

    api: Api
    operation: ApiOperation
    secrets: Collection[str]
    findings: list[Finding] = field(default_factory=list)
    parameters: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    not_judged: list[str] = field(default_factory=list)
    selects_fields: bool = False
    """Whether the request says which fields the response holds."""

    def judge(self, match: Match, query: bytes, headers: Mapping[str, str], body: bytes | None) -> None:
        """Judge a request. `headers` have lower-case names; `body` is None if it was not recorded."""
        if OPERATION in self.operation.deprecated:
            self._add("deprecated", "operation", self.operation.deprecated[OPERATION])
        self._judge_path(match.path_values)
        self._judge_query(query)
        self._judge_headers(headers)
        self._judge_body(headers.get("content-type", ""), body)

    def _add(self, kind: Kind, location: str, reason: str, rule: str = "") -> None:
        self.findings.append(Finding(side="request", kind=kind, location=location, reason=reason, rule=rule))

    def _of(self, location: str) -> Iterator[Parameter]:
        return (each for each in self.operation.parameters if each.location == location)

    def _judge_path(self, values: Mapping[str, bytes]) -> None:
        for parameter in self._of("path"):
            raw = values[parameter.name]
            # The commas of a list are not encoded, those in its items are.
            texts = [
                decode_segment(part) for part in (raw.split(b",") if parameter.style == "list" else [raw])
            ]
            readable = [text for text in texts if text is not None]
            if len(readable) < len(texts):
                self._note_use(parameter)
                self._add("break", f"path {parameter.name}", "is not UTF-8", parameter.schema)
            elif parameter.style == "list":
                self._check(parameter, read_items(parameter, readable))
            else:
                self._check(parameter, read_value(parameter, readable[0]))

    def _judge_query(self, raw: bytes) -> None:
        sent = read_query(raw)
        if sent is None:
            self._add("break", "query", "a name is not UTF-8")
            return
        rest = set(sent)
        for parameter in self._of("query"):
            if parameter.style in ("deepObject", "exploded"):
                rest -= self._judge_object(parameter, sent)
                continue
            texts = sent.get(parameter.name)
            rest.discard(parameter.name)
            if texts is None:
                self._check_presence(parameter)
            elif len(texts) > 1:
                self._note_use(parameter)
                self._add("break", f"query {parameter.name}", "is there more than once", parameter.schema)
            else:
                self._judge_text(parameter, texts[0])
        known = [each.name for each in self._of("query")]
        if len(rest) > MOST_NAMES:
            self._add("undeclared", "query", f"has {len(rest) - MOST_NAMES} more names that are unknown")
        for name in sorted(rest)[:MOST_NAMES]:
            meant = nearest(name[:100], known)
            hint = f"; did you mean {meant}?" if meant else ""
            self._add(
                "undeclared",
                f"query {show_name(name, self.secrets)}",
                f"the operation does not know it{hint}",
            )

    def _judge_object(self, parameter: Parameter, sent: Mapping[str, list[str | None]]) -> set[str]:
        others = frozenset(each.name for each in self._of("query") if each is not parameter)
        taken = take_object(parameter, sent, others)
        if not taken:
            self._check_presence(parameter)
            return set()
        if any(len(texts) > 1 or texts[0] is None for texts in taken.values()):
            self._note_use(parameter)
            self._add(
                "break", f"query {parameter.name}", "a key is there twice or not UTF-8", parameter.schema
            )
        else:
            value = {
                name: read_scalar(parameter.fields.kinds_of(name), texts[0] or "")
                for name, texts in taken.items()
            }
            self._check(parameter, UNREADABLE if UNREADABLE in value.values() else value)
        if parameter.style == "deepObject":
            return {f"{parameter.name}[{name}]" for name in taken}
        return set(taken)

    def _judge_text(self, parameter: Parameter, text: str | None) -> None:
        where = f"{parameter.location} {parameter.name}"
        if text is None:
            self._note_use(parameter)
            self._add("break", where, "is not UTF-8", parameter.schema)
        elif parameter.is_time and self.operation.behaviour.get(TIME_FILTERS) == "default":
            self._note_use(parameter)
            if not read_zoned(text):
                reason = "is not a time with an offset; the service uses its default instead"
                self._add("break", where, reason, parameter.schema)
        else:
            self._check(parameter, read_value(parameter, text))

    def _judge_headers(self, headers: Mapping[str, str]) -> None:
        for parameter in self._of("header"):
            text = headers.get(parameter.name.lower())
            if text is not None:
                self._judge_text(parameter, text)
            elif headers:
                self._check_presence(parameter)
        key = self.api.key_header
        if LEGACY_KEY_HEADER in headers and key not in headers and key != LEGACY_KEY_HEADER:
            self._add("break", f"header {LEGACY_KEY_HEADER}", f"this version takes the key as {key}")

    def _judge_body(self, content_type: str, body: bytes | None) -> None:
        content = self.operation.body
        if body is None:
            if content is not None:
                self.not_judged.append("the body of the request was not recorded")
            return
        if content is None:
            if body:
                self._add("undeclared", "body", "the operation takes none")
            return
        if not body and not self.operation.body_required:
            return
        try:
            value = read_body(content, content_type, body, self.api.document)
        except UnreadableBodyError as error:
            self._add("break", "body", str(error))
            return
        if content.schema is None or isinstance(value, bytes):
            return
        for path, reason, rule in broken_rules(self.api, content.schema, value, self.secrets):
            self._add("break", f"body {path}".rstrip(), reason, rule)
        walked = walk_fields(SchemaNode(self.api.document, content.schema), value, self.secrets)
        self.fields |= walked.declared
        self.findings += body_findings("request", walked)

    def _check_presence(self, parameter: Parameter) -> None:
        if parameter.required:
            self._add("break", f"{parameter.location} {parameter.name}", "is missing", parameter.schema)

    def _note_use(self, parameter: Parameter) -> None:
        name = f"{parameter.location} {parameter.name}"
        self.parameters.add(name)
        self.selects_fields |= name == "query fields"
        if name in self.operation.deprecated:
            self._add("deprecated", name, self.operation.deprecated[name], parameter.schema)

    def _check(self, parameter: Parameter, value: Any) -> None:
        self._note_use(parameter)
        where = f"{parameter.location} {parameter.name}"
        if value is UNREADABLE:
            kinds = " or ".join(parameter.kinds)
            self._add("break", where, f"must be of the type {kinds}", parameter.schema)
            return
        for path, reason, rule in broken_rules(self.api, parameter.schema, value, self.secrets):
            self._add("break", where, f"{path} {reason}".strip(), rule)
