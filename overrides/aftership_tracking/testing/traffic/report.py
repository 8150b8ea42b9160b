"""Judges all calls of recorded traffic, and adds up what they exercised and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from aftership_tracking.errors import UsageError
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.testing.events import NEWEST
from aftership_tracking.testing.traffic.field_walk import declared_fields
from aftership_tracking.testing.traffic.har import HarEntry, read_har
from aftership_tracking.testing.traffic.judge_call import judge_call, load_version, secrets_of
from aftership_tracking.testing.traffic.records import Finding, Judgment

SERVICE = "https://api.aftership.com"
MOST_EXAMPLES = 5
"""So many entries are named for each finding."""
_MOST_SECRETS = 1000
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedFinding:
    """A finding, and the entries that have it."""

    operation: str | None
    """The id of the operation; None if no operation fits."""
    finding: Finding
    """What was found."""
    count: int
    """How many calls have it."""
    entries: tuple[int, ...]
    """The first of them, counted from 1 in the order of the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationUse:
    """What the traffic used of an operation, and what it did not use of what the document declares."""

    operation: str
    """The id of the operation."""
    calls: int
    """How many calls it had."""
    statuses: tuple[tuple[str, int], ...]
    """Such as ("429 (code 429)", 2)."""
    parameters: tuple[str, ...]
    """The parameters that were sent."""
    request_fields: tuple[str, ...]
    """The fields of request bodies that were sent."""
    response_fields: tuple[str, ...]
    """The fields of responses that came."""
    unused_parameters: tuple[str, ...]
    """The declared parameters that no call sent."""
    unused_statuses: tuple[str, ...]
    """The declared statuses that never came."""
    unused_request_fields: tuple[str, ...]
    """The declared fields that no request body had."""
    unused_response_fields: tuple[str, ...]
    """Of the response for success."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrafficReport:
    """The result of a check. It holds no values of the traffic."""

    version: str
    """The API version that judged."""
    judged: int
    """The calls of the API in the file."""
    operations: tuple[OperationUse, ...]
    """The operations that were called."""
    unused_operations: tuple[str, ...]
    """The ids of the operations that were not called."""
    findings: tuple[CountedFinding, ...]
    """What breaks the document comes first."""
    skipped: tuple[tuple[str, int], ...]
    """Entries that are not calls of the API, by reason."""
    unreadable: tuple[tuple[int, str], ...]
    """Entries that are not what HAR says, with the reason."""
    not_judged: tuple[tuple[str, int], ...]
    """Parts of calls that could not be judged, by reason."""

    @property
    def breaks(self) -> tuple[CountedFinding, ...]:
        """What makes the check fail."""
        return tuple(each for each in self.findings if each.finding.breaks)

    @property
    def ok(self) -> bool:
        """Whether there were calls, all entries could be read, and nothing breaks the document."""
        return self.judged > 0 and not self.breaks and not self.unreadable


def check_traffic(path: Path | str, version: str = NEWEST, *, base_urls: Sequence[str] = ()) -> TrafficReport:
    """Judge the calls in a HAR file by the document of a version.

    Args:
        path: the file.
        version: YYYY-MM; by default the newest one.
        base_urls: where else calls went than to the service, such as `http://127.0.0.1:4010` for a mock.
            Entries of other hosts are skipped and counted.

    Raises:
        UsageError: the file is not a HAR, there is no document of that version, or a base URL is not a URL.
    """
    wanted = load_version(version)[0].version
    homes = [_read_home(url) for url in (SERVICE, *base_urls)]
    entries = list(read_har(path))
    traffic = _Traffic(version=wanted, secrets=_secrets_of_all(entries))
    for entry in entries:
        traffic.add(entry, homes)
    return traffic.report()


@dataclass(slots=True)
class _Use:
    calls: int = 0
    statuses: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    parameters: set[str] = field(default_factory=set)
    request_fields: set[str] = field(default_factory=set)
    response_fields: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Traffic:
    version: str
    secrets: frozenset[str]
    judged: int = 0
    uses: dict[str, _Use] = field(default_factory=dict)
    found: dict[tuple[str | None, Finding], list[int]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    not_judged: Counter[str] = field(default_factory=Counter)

    def add(self, entry: HarEntry, homes: Sequence[SplitResult]) -> None:
        if entry.request is None:
            self.unreadable.append((entry.number, entry.problem))
            return
        reason = _reason_to_skip(entry.request.method, entry.request.url, homes)
        if reason is not None:
            self.skipped[reason] += 1
            return
        self.judged += 1
        judgment = judge_call(entry.request, entry.response, self.version, self.secrets)
        for finding in dict.fromkeys(judgment.findings):
            self.found.setdefault((judgment.operation, finding), []).append(entry.number)
        self.not_judged.update(judgment.not_judged)
        if entry.response is None:
            self.not_judged["no response was recorded"] += 1
        if judgment.operation is not None:
            self._count(judgment, judgment.operation)

    def _count(self, judgment: Judgment, operation: str) -> None:
        use = self.uses.setdefault(operation, _Use())
        use.calls += 1
        if judgment.status is not None:
            use.statuses[judgment.status, judgment.code] += 1
        use.parameters |= judgment.parameters
        use.request_fields |= judgment.request_fields
        use.response_fields |= judgment.response_fields

    def report(self) -> TrafficReport:
        api, _ = load_version(self.version)
        used = [each for each in api.operations if each.id in self.uses]
        return TrafficReport(
            version=self.version,
            judged=self.judged,
            operations=tuple(_compare(each, self.uses[each.id], api.document) for each in used),
            unused_operations=tuple(each.id for each in api.operations if each.id not in self.uses),
            findings=_sort(self.found),
            skipped=tuple(sorted(self.skipped.items())),
            unreadable=tuple(self.unreadable),
            not_judged=tuple(sorted(self.not_judged.items())),
        )


def _secrets_of_all(entries: Iterable[HarEntry]) -> frozenset[str]:
    """Return the keys and tokens of a file: one call may hold the key of another where nobody expects it.

    Signatures differ from call to call, and are not shown for their digits. A file with very many keys is not
    from one program, and its calls still hide their own.
    """
    found: set[str] = set()
    for entry in entries:
        for part in (entry.request, entry.response):
            if part is not None and len(found) < _MOST_SECRETS:
                found |= secrets_of(
                    {name: text for name, text in part.headers.items() if "signature" not in name}
                )
    return frozenset(found)


def _sort(found: dict[tuple[str | None, Finding], list[int]]) -> tuple[CountedFinding, ...]:
    order = {"break": 0, "undeclared": 1, "deprecated": 2}
    counted = [
        CountedFinding(
            operation=operation, finding=finding, count=len(entries), entries=tuple(entries[:MOST_EXAMPLES])
        )
        for (operation, finding), entries in found.items()
    ]
    return tuple(
        sorted(
            counted,
            key=lambda each: (
                not each.finding.breaks,
                order[each.finding.kind],
                each.operation or "",
                each.entries,
            ),
        )
    )


def _compare(operation: ApiOperation, use: _Use, document: dict[str, object]) -> OperationUse:
    declared = [f"{each.location} {each.name}" for each in operation.parameters]
    statuses = {str(status) for status, _ in use.statuses}
    body, content = operation.body, operation.content
    of_request = _fields(document, None if body is None else body.schema)
    of_response = _fields(document, None if content is None else content.schema)
    return OperationUse(
        operation=operation.id,
        calls=use.calls,
        statuses=tuple((_name_status(*each), count) for each, count in sorted(use.statuses.items(), key=str)),
        parameters=tuple(sorted(use.parameters)),
        request_fields=tuple(sorted(use.request_fields)),
        response_fields=tuple(sorted(use.response_fields)),
        unused_parameters=tuple(sorted(set(declared) - use.parameters)),
        unused_statuses=tuple(sorted(set(operation.responses) - statuses)),
        unused_request_fields=tuple(sorted(of_request - use.request_fields)),
        unused_response_fields=tuple(sorted(of_response - use.response_fields)),
    )


def _fields(document: dict[str, object], pointer: str | None) -> set[str]:
    return set() if pointer is None else set(declared_fields(SchemaNode(document, pointer)))


def _name_status(status: int, code: int | None) -> str:
    return str(status) if code is None else f"{status} (code {code})"


def _read_home(url: str) -> SplitResult:
    with suppress(ValueError):
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for a port that is not a number
        if parts.scheme in _PORTS and parts.hostname:
            return parts
    raise UsageError("a base URL must begin with https:// or http:// and name a host")


def _reason_to_skip(method: str, url: str, homes: Iterable[SplitResult]) -> str | None:
    """Return why an entry is not a call of the API; None if it is one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "the URL is not a URL"
    if parts.scheme not in _PORTS:
        return "not HTTP"
    here = [home for home in homes if (home.hostname, home.port or _PORTS[home.scheme]) == (host, port)]
    if not here:
        return f"another host: {_show_host(host, port)}"
    prefixes = [home.path.rstrip("/") for home in here]
    below = [parts.path.removeprefix(each) for each in prefixes if parts.path.startswith(f"{each}/")]
    if not any(_is_of_this_api(path) for path in below):
        return "another API of the same host"
    return "a preflight of a browser (OPTIONS)" if method.upper() == "OPTIONS" else None


def _is_of_this_api(path: str) -> bool:
    # The paths before versions had dates are those of old programs: they are judged, and break.
    return path.split("/")[1] in ("tracking", "v3", "v4")


def _show_host(host: str, port: int | None) -> str:
    plain = all(letter.isascii() and (letter.isalnum() or letter in ".-:_") for letter in host)
    shown = host if plain and len(host) <= 80 else "(a name that is not shown)"
    return shown if port in (None, 80, 443) else f"{shown}:{port}"
