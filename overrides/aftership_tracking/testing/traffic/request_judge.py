"""Judges a request: path, query, headers and body against its operation. All that is wrong is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aftership_tracking.mock.documents.deprecation import OPERATION
from aftership_tracking.mock.documents.parameter import Parameter
from aftership_tracking.mock.documents.router import Match
from aftership_tracking.mock.pipeline.parameters import (
    SentParameter,
    header_parameters,
    path_parameters,
    query_parameters,
    read_query,
)
from aftership_tracking.mock.pipeline.request_body import read_body
from aftership_tracking.mock.wire.json_body import UnreadableBodyError
from aftership_tracking.runtime.keywords import nearest
from aftership_tracking.testing.traffic.field_walk import MOST_NAMES, show_name
from aftership_tracking.testing.traffic.message_judge import MessageJudge
from aftership_tracking.testing.traffic.rules import broken_rules

LEGACY_KEY_HEADER = "aftership-api-key"


@dataclass(slots=True)
class RequestJudge(MessageJudge):
    """Judges one request. What is found is in its attributes afterwards."""

    SIDE = "request"

    parameters: set[str] = field(default_factory=set)

    def judge(self, match: Match, query: bytes, headers: Mapping[str, str], body: bytes | None) -> None:
        """Judge a request. `headers` have lower-case names; `body` is None if it was not recorded."""
        if OPERATION in self.operation.deprecated:
            self._add("deprecated", "operation", self.operation.deprecated[OPERATION])
        for parameter in path_parameters(self.operation, match.path_values):
            self._judge_parameter(parameter)
        self._judge_query(query)
        self._judge_headers(headers)
        self._judge_body(headers.get("content-type", ""), body)

    def _judge_query(self, raw: bytes) -> None:
        sent = read_query(raw)
        if sent is None:
            self._add("break", "query", "a name is not UTF-8")
            return
        rest = set(sent)
        for parameter in query_parameters(self.operation, sent):
            rest -= parameter.names
            self._judge_parameter(parameter)
        known = [each.name for each in self.operation.parameters if each.location == "query"]
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

    def _judge_headers(self, headers: Mapping[str, str]) -> None:
        # Without any, they were not recorded.
        for parameter in header_parameters(self.operation, headers) if headers else ():
            self._judge_parameter(parameter)
        key = self.api.key_header
        if LEGACY_KEY_HEADER in headers and key not in headers and key != LEGACY_KEY_HEADER:
            self._add("break", f"header {LEGACY_KEY_HEADER}", f"this version takes the key as {key}")

    def _judge_parameter(self, sent: SentParameter) -> None:
        parameter = sent.parameter
        where = f"{parameter.location} {parameter.name}"
        if sent.problem != "missing":
            self._note_use(parameter)
        if sent.problem is not None:
            self._add("break", where, _problem(sent), parameter.schema)
        elif not sent.is_free:
            for path, reason, rule in broken_rules(self.api, parameter.schema, sent.value, self.secrets):
                self._add("break", where, f"{path} {reason}".strip(), rule)

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
        self._judge_value(content.schema, value)

    def _note_use(self, parameter: Parameter) -> None:
        name = f"{parameter.location} {parameter.name}"
        self.parameters.add(name)
        if name in self.operation.deprecated:
            self._add("deprecated", name, self.operation.deprecated[name], parameter.schema)


def _problem(sent: SentParameter) -> str:
    """What is wrong with a parameter, in words."""
    if sent.problem in ("repeated", "not UTF-8") and sent.parameter.is_spread:
        return "a key is there twice or not UTF-8"
    return {
        "missing": "is missing",
        "repeated": "is there more than once",
        "not UTF-8": "is not UTF-8",
        "type": f"must be of the type {' or '.join(sent.parameter.kinds)}",
        "default": "is not a time with an offset; the service uses its default instead",
    }[sent.problem or "missing"]
