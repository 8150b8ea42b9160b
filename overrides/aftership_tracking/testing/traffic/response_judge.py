"""Judges a response: status, headers, content and code against its operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock.documents.contents import Content
from aftership_tracking.mock.wire.json_body import UnreadableBodyError, read_json
from aftership_tracking.testing.traffic.message_judge import MessageJudge

FIRST_ERROR = 400


@dataclass(slots=True)
class ResponseJudge(MessageJudge):
    """Judges one response. What is found is in its attributes afterwards."""

    SIDE = "response"

    code: int | None = None

    def judge(self, status: int, headers: Mapping[str, str], body: bytes | None) -> None:
        """Judge a response. `headers` have lower-case names; `body` is None if it was not recorded."""
        declared = self.operation.response_for(status)
        if declared is None:
            self._add("break", "status", f"the operation does not document {status}")
            return
        # Stubs and some recorders leave all of them out, which says nothing about the service.
        if not declared.headers.keys() & headers.keys():
            self.not_judged.append("the response has none of the documented headers")
        else:
            for name in sorted(declared.required_headers - headers.keys()):
                self._add("break", f"header {name}", "is missing", declared.headers[name])
        if body is None:
            if declared.content is not None:
                self.not_judged.append("the body of the response was not recorded")
        elif declared.content is None:
            if body:
                self._add("break", "body", f"the document has none for {status}")
        else:
            self._judge_content(status, declared.content, headers.get("content-type", ""), body)

    def _judge_content(self, status: int, content: Content, header: str, body: bytes) -> None:
        sent = header.partition(";")[0].strip().lower()
        if sent and sent != content.media_type and "*" not in content.media_type:
            self._add("break", "header content-type", f"must be {content.media_type}")
            return
        if content.kind != "json":
            return
        try:
            value = read_json(body)
        except UnreadableBodyError as error:
            self._add("break", "body", str(error))
            return
        self._judge_code(status, value)
        if content.schema is None:
            return
        self._judge_value(content.schema, value)

    def _judge_code(self, status: int, value: Any) -> None:
        meta = value.get("meta") if isinstance(value, dict) else None
        code = meta.get("code") if isinstance(meta, dict) else None
        if not isinstance(code, int) or isinstance(code, bool) or not 0 <= code < 100_000:
            return
        self.code = code
        if status >= FIRST_ERROR and code not in self.operation.codes and code not in self.api.errors:
            self._add("undeclared", "code", f"the document does not know the code {code}")
