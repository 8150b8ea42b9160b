"""What the judges of requests and responses have in common: what they know, and what they have found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.testing.traffic.field_walk import walk_fields
from aftership_tracking.testing.traffic.records import Finding, Kind, Side
from aftership_tracking.testing.traffic.rules import body_findings, broken_rules


@dataclass(slots=True)
class MessageJudge:
    """Judges one message of a call. What is found is in its attributes afterwards."""

    SIDE: ClassVar[Side]

    api: Api
    operation: ApiOperation
    secrets: Collection[str]
    findings: list[Finding] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    not_judged: list[str] = field(default_factory=list)

    def _add(self, kind: Kind, location: str, reason: str, rule: str = "") -> None:
        self.findings.append(Finding(side=self.SIDE, kind=kind, location=location, reason=reason, rule=rule))

    def _judge_value(self, schema: str, value: Any) -> None:
        """Judge the value of a body by its schema, and note its fields."""
        for path, reason, rule in broken_rules(self.api, schema, value, self.secrets):
            self._add("break", f"body {path}".rstrip(), reason, rule)
        walked = walk_fields(SchemaNode(self.api.document, schema), value, self.secrets)
        self.fields |= walked.declared
        self.findings += body_findings(self.SIDE, walked)
