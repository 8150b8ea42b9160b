"""Tries one SDK: every method once for each way to sign."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from interop_support.calls import Call, UnknownMethodError, prepare
from interop_support.sandbox import KEY, KINDS, Sandbox
from interop_support.sdks import Sdk

ERROR = "(a tracking that does not exist)"
"""Stands among the methods."""
NO_SUCH = "f" * 32
NOT_FOUND = 4004


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one call. `failure` is empty if all was right."""

    sdk: Sdk
    method: str
    kind: str
    failure: str


@dataclass(frozen=True, kw_only=True)
class Driver:
    """The process that calls an SDK."""

    process: subprocess.Popen[str]
    methods: Mapping[str, list[str]]

    def ask(self, method: str, call: Call, sandbox: Sandbox) -> Mapping[str, Any]:
        wanted = {
            "url": sandbox.url,
            "key": KEY,
            "secret": sandbox.secret,
            "kind": sandbox.kind,
            "method": method,
            "arguments": call.arguments,
            "query": call.query,
        }
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        return self._line()

    def _line(self) -> Mapping[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the driver of the SDK has ended"
        found: Mapping[str, Any] = json.loads(line)
        return found


@contextmanager
def driver(sdk: Sdk) -> Iterator[Driver]:
    """The driver of an SDK, which has found its methods. Raises NotInstalledError."""
    # Some releases keep the names of parameters in a set: each process has queries in another order.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONHASHSEED"] = "1"
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(sdk.installed(), env=environment, **pipes) as process:
        try:
            assert process.stdout is not None
            first = json.loads(process.stdout.readline() or "{}")
            assert first["version"] == sdk.release, first
            yield Driver(
                process=process, methods={each["name"]: each["parameters"] for each in first["methods"]}
            )
        finally:
            process.kill()


def try_sdk(sdk: Sdk, sandboxes: Mapping[str, Sandbox]) -> Iterator[Outcome]:
    """Call every method of an SDK with every way to sign, and ask for a tracking that does not exist."""
    with driver(sdk) as found:
        for kind in KINDS:
            for method in found.methods:
                yield try_method(sdk, found, method, sandboxes[kind])
            yield try_error(sdk, found, sandboxes[kind])


def try_method(sdk: Sdk, found: Driver, method: str, sandbox: Sandbox) -> Outcome:
    """Call one method and compare result and journal with what has to be."""
    try:
        connection = _connection(sdk, found, sandbox) if "onnection" in method else ""
        call = prepare(method, found.methods[method], sdk.version, sandbox, connection)
    except UnknownMethodError as error:
        return Outcome(sdk=sdk, method=method, kind=sandbox.kind, failure=str(error))
    sandbox.new_records()
    returned = found.ask(method, call, sandbox)
    records = sandbox.new_records()
    failure = returned.get("error") or ""
    if not failure and call.expected not in json.dumps(returned["result"]):
        failure = f"the result has no {call.expected}: {json.dumps(returned['result'])[:200]}"
    if not failure:
        failure = _journal_failure(records, call, sdk)
    return Outcome(sdk=sdk, method=method, kind=sandbox.kind, failure=failure)


def _journal_failure(records: list[dict[str, Any]], call: Call, sdk: Sdk) -> str:
    got = [(each["version"], each["operation_id"], each["status"] < 300) for each in records]
    return "" if got == [(sdk.version, call.operation, True)] else f"the mock received {got}"


def try_error(sdk: Sdk, found: Driver, sandbox: Sandbox) -> Outcome:
    """Ask for a tracking that does not exist: the SDK has to raise an error with the code of the document."""
    method = _named(found, "gettrackingbyid")
    parameter = next(each for each in found.methods[method] if each.lower().endswith("id"))
    call = Call(operation="", arguments={parameter: NO_SUCH}, query={}, expected="")
    result = found.ask(method, call, sandbox)
    failure = "" if result.get("code") == NOT_FOUND else f"no error with the code {NOT_FOUND}: {result}"
    return Outcome(sdk=sdk, method=ERROR, kind=sandbox.kind, failure=failure)


def _named(found: Driver, name: str) -> str:
    """The method of this name, whatever its group and spelling."""
    for method in found.methods:
        if method.partition(".")[2].lower().replace("_", "") == name:
            return method
    raise UnknownMethodError(f"the SDK has no method {name}")


def _connection(sdk: Sdk, found: Driver, sandbox: Sandbox) -> str:
    """The id of a new courier connection, made by the SDK itself."""
    method = _named(found, "postcourierconnections")
    call = prepare(method, found.methods[method], sdk.version, sandbox, "")
    returned = found.ask(method, call, sandbox)
    result = returned.get("result", returned)
    # Some releases return the value, others the envelope.
    return str(result.get("data", result).get("id", result))
