"""A HAR file becomes a report: nothing is silent, nothing hostile ends it, and it holds no secrets."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from aftership_tracking import documents, errors
from aftership_tracking.cli import main
from aftership_tracking.mock.documents.pointers import look_up
from aftership_tracking.testing.traffic import FORMATS, TrafficReport, check_traffic, har

SECRET = "SEKRETvalue42"
NEWEST = documents.versions()[-1]
API = f"https://api.aftership.com/tracking/{NEWEST}"
DOCUMENT = documents.document(NEWEST)
EXAMPLE = DOCUMENT["paths"]["/trackings/{id}"]["get"]["responses"]["200"]


def example() -> str:
    first = next(iter(EXAMPLE["content"]["application/json"]["examples"].values()))
    return json.dumps(look_up(DOCUMENT, first["$ref"].removeprefix("#"))["value"])


def entry(method: str = "GET", url: str = f"{API}/trackings/abc", body: Any = None, **response: Any) -> Any:
    sent: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "h2",
        "cookies": [{"name": "session", "value": SECRET}],
        "headers": [
            {"name": ":authority", "value": "api.aftership.com"},
            {"name": "as-api-key", "value": SECRET},
        ],
        "queryString": [],
        "bodySize": -1,
    }
    if body is not None:
        sent["postData"] = {"mimeType": "application/json", "text": body}
    text = response.get("text", example())
    content = {
        "size": len(text or ""),
        "mimeType": "application/json",
        "text": text,
        **response.get("content", {}),
    }
    received = {
        "status": response.get("status", 200),
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "content": content,
        "bodySize": -1,
    }
    return {"startedDateTime": "2026-07-01T00:00:00Z", "request": sent, "response": received}


def write(folder: Path, *entries: Any, mark: bytes = b"") -> Path:
    path = folder / "calls.har"
    path.write_bytes(mark + json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode())
    return path


def check(folder: Path, *entries: Any, **options: Any) -> TrafficReport:
    return check_traffic(write(folder, *entries), **options)


def reasons(report: TrafficReport) -> list[str]:
    return [str(each.finding) for each in report.breaks]


def test_good_traffic_is_good(tmp_path: Path) -> None:
    report = check_traffic(write(tmp_path, entry(), entry(), mark=b"\xef\xbb\xbf"))
    assert report.ok
    assert report.judged == 2
    (use,) = report.operations
    assert (use.operation, use.calls, use.statuses) == ("get-tracking-by-id", 2, (("200 (code 200)", 2),))
    assert use.parameters == ("path id",)
    assert "data.tag" in use.response_fields
    assert "query fields" in use.unused_parameters
    assert "404" in use.unused_statuses
    assert "create-tracking" in report.unused_operations


def test_what_breaks_the_document_is_counted_with_its_entries(tmp_path: Path) -> None:
    report = check(tmp_path, entry(), *[entry(url=f"{API}/trackings/abc?page=2")] * 7)
    (found,) = report.breaks
    assert (found.operation, found.count, found.entries) == ("get-tracking-by-id", 7, (2, 3, 4, 5, 6))
    assert not report.ok
    assert "page: the operation does not know it (7 x, entry 2, 3, 4, 5, 6, ...)" in FORMATS["text"](report)


def test_other_hosts_are_skipped_and_counted(tmp_path: Path) -> None:
    entries = [
        entry(url="https://example.com/tracking/2026-07/couriers"),
        entry(url="https://api.aftership.com.evil.example/tracking/2026-07/couriers"),
        entry(url="https://api.aftership.com:8443/tracking/2026-07/couriers"),
        entry(url="https://user:pass@example.com/x"),
        entry(url="data:text/plain,x"),
        entry(url="https://api.aftership.com/postmen/v3/rates"),
        entry("OPTIONS"),
        entry(url="http://127.0.0.1:4010/base/tracking/2026-07/trackings/abc"),
        entry(url="http://127.0.0.1:4011/base/tracking/2026-07/trackings/abc"),
    ]
    report = check(tmp_path, *entries, base_urls=["http://127.0.0.1:4010/base/"])
    assert report.judged == 1
    assert sum(count for _, count in report.skipped) == 8
    assert dict(report.skipped) == {
        "a preflight of a browser (OPTIONS)": 1,
        "another API of the same host": 1,
        "another host: 127.0.0.1:4011": 1,
        "another host: api.aftership.com.evil.example": 1,
        "another host: api.aftership.com:8443": 1,
        "another host: example.com": 2,
        "not HTTP": 1,
    }


def test_a_file_without_calls_does_not_pass(tmp_path: Path) -> None:
    report = check(tmp_path, entry(url="https://example.com/"))
    assert not report.ok
    assert "nothing is known" in FORMATS["text"](report)
    assert not check(tmp_path).ok


def broken(part: str, **changes: Any) -> Any:
    made = entry()
    holder = made if part == "entry" else made[part]
    for name, value in changes.items():
        if value is ...:
            del holder[name]
        else:
            holder[name] = value
    return made


HOSTILE = [
    5,
    None,
    [],
    {},
    broken("entry", request=...),
    broken("entry", request=[]),
    broken("entry", response=5),
    broken("request", method=...),
    broken("request", url=5),
    broken("request", headers={"as-api-key": SECRET}),
    broken("request", headers=[SECRET]),
    broken("request", headers=[{"name": "x"}]),
    broken("request", postData=SECRET),
    broken("request", postData={"text": "%%%", "encoding": "base64"}),
    broken("response", status="200"),
    broken("response", status=True),
    broken("response", status=10**30),
    broken("response", content=[SECRET]),
    broken("response", content={"text": 5}),
    broken("response", content={"text": "!!", "encoding": "base64"}),
    broken("response", content={"text": SECRET, "encoding": SECRET}),
]


def test_hostile_entries_are_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    report = check(tmp_path, *HOSTILE, entry())
    assert report.judged == 1
    assert [number for number, _ in report.unreadable] == list(range(1, len(HOSTILE) + 1))
    assert not report.ok
    assert all(SECRET not in write_report(report) for write_report in FORMATS.values())


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe{", "is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "no list log.entries"),
        (b'{"log": {"entries": {}}}', "no list log.entries"),
        (b'{"log": {"entries": [NaN]}}', "is not JSON"),
    ],
)
def test_what_is_not_a_har_is_refused(tmp_path: Path, raw: bytes, words: str) -> None:
    path = tmp_path / "x.har"
    path.write_bytes(raw)
    with pytest.raises(errors.UsageError, match=words):
        check_traffic(path)


def test_size_is_limited_also_for_what_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, entry())
    monkeypatch.setattr(har, "MAX_FILE_BYTES", 100)
    with pytest.raises(errors.UsageError, match="is longer than"):
        check_traffic(path)
    with pytest.raises(errors.UsageError, match="is longer than"):
        check_traffic("/dev/zero")
    with pytest.raises(errors.UsageError, match="cannot be read"):
        check_traffic(tmp_path)


def test_bodies_in_base64_and_bodies_that_were_not_recorded(tmp_path: Path) -> None:
    packed = base64.b64encode(b'{"meta": {"code": 200}, "data": {"id": 5}}').decode()
    report = check(tmp_path, entry(text=packed, content={"encoding": "base64"}))
    assert reasons(report) == ["response body data.id: must be of the type string"]
    missing = entry(text=None, content={"size": 900})
    missing["response"]["content"].pop("text")
    aborted = entry(status=0)
    posted = entry("POST", f"{API}/trackings", status=201)
    posted["request"]["bodySize"] = 40
    report = check(tmp_path, missing, aborted, posted)
    assert dict(report.not_judged) == {
        "no response was recorded": 1,
        "the body of the request was not recorded": 1,
        "the body of the response was not recorded": 1,
        "the response has none of the documented headers": 2,
    }


def test_no_report_holds_a_secret(tmp_path: Path) -> None:
    texts = json.dumps({SECRET: SECRET, "tracking_number": 5, "credentials": {"x": SECRET}})
    entries = [
        entry("POST", f"{API}/trackings?{SECRET}={SECRET}&api_key={SECRET}", texts, status=400, text=texts),
        entry("GET", f"{API}/{SECRET}"),
        entry("GET", f"https://{SECRET}:{SECRET}@api.aftership.com/v4/trackings/{SECRET}"),
        entry(SECRET, f"{API}/trackings"),
    ]
    report = check(tmp_path, *entries)
    assert len(report.breaks) > 5
    for write_report in FORMATS.values():
        assert SECRET.lower() not in write_report(report).lower()


def test_json_and_junit_say_the_same(tmp_path: Path) -> None:
    bad = entry(url=f"{API}/trackings/abc?page=2")
    report = check(tmp_path, entry(), bad, entry(url=f"{API}/couriers/all"), 5)
    content = json.loads(FORMATS["json"](report))
    assert content["ok"] is False
    assert content["judged"] == 3
    assert sum(found["breaks"] for found in content["findings"]) == len(report.breaks) == 2
    suite = ElementTree.fromstring(FORMATS["junit"](report))
    cases = {case.get("name"): case.find("failure") for case in suite}
    cases.pop(None)
    assert set(cases) == {"get-tracking-by-id", "calls of no operation", "the file"}
    assert all(failure is not None for failure in cases.values())
    assert (suite.get("tests"), suite.get("failures")) == ("3", "3")
    good = ElementTree.fromstring(FORMATS["junit"](check(tmp_path, entry())))
    assert good.get("failures") == "0"


@pytest.mark.parametrize("command", [["check-traffic"], ["mock", "--check-traffic"]])
def test_the_command(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*options: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*command, str(path), *options])
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out + captured.err

    path = write(tmp_path, entry())
    assert run("--api-version", NEWEST)[0] == 0
    code, text = run("--api-version", "2031-01")
    assert (code, "there is no document of version" in text) == (2, True)
    path = write(tmp_path, entry(url="http://127.0.0.1:4010/tracking/2026-07/couriers"))
    code, text = run()
    assert (code, "name it with --base-url" in text) == (1, True)
    path = write(tmp_path, entry(url=f"{API}/trackings/abc?page=2"))
    output = tmp_path / "report.xml"
    assert run("--format", "junit", "--output", str(output)) == (1, "")
    assert ElementTree.parse(output).getroot().get("failures") == "1"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--version", NEWEST], "is now --api-version"),
        (["--output", "x"], "only with --check-traffic"),
        (["--format", "json"], "only with --check-traffic"),
        (["--check-traffic", "x.har", "--port", "4011"], "no effect with --check-traffic"),
    ],
)
def test_options_without_an_effect_are_refused(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["mock", *options])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


GOOD = json.dumps({"meta": {"code": 200}, "data": {"id": "abc"}})
BAD = GOOD.replace('"abc"', "5")
ID_BREAKS = ["response body data.id: must be of the type string"]
# Where recorders differ: request, response, what is not judged beside headers, what breaks.
RECORDERS = {
    "mitmproxy": ({"bodySize": 0}, {"content": {"size": 61, "compression": 0, "text": BAD}}, [], ID_BREAKS),
    "mitmproxy without a response": ({}, {"status": 0, "content": {}}, ["no response was recorded"], []),
    "mitmproxy without a body": (
        {},
        {"content": {"size": 0, "text": None}},
        [],
        ["response body: the body is empty"],
    ),
    "Charles": ({}, {"content": {"encoding": "base64", "text": packed(BAD.encode())}}, [], ID_BREAKS),
    "Charles, compressed": (
        {},
        {"content": {"encoding": "base64", "text": packed(gzip.compress(BAD.encode()))}},
        [],
        ID_BREAKS,
    ),
    "Chrome, evicted": ({}, {"content": {"size": 61}}, ["the body of the response was not recorded"], []),
    "Proxyman, no request body": (
        {"method": "POST", "url": f"{API}/trackings"},
        {"status": 201, "content": {"text": GOOD}},
        ["the body of the request was not recorded"],
        [],
    ),
    "a form as parameters": (
        {
            "method": "POST",
            "url": f"{API}/trackings",
            "postData": {"params": [{"name": "a"}], "mimeType": "x"},
        },
        {"status": 201, "content": {"text": GOOD}},
        ["the body of the request was not recorded"],
        [],
    ),
}


@pytest.mark.parametrize("name", RECORDERS)
def test_what_recorders_write(name: str, tmp_path: Path) -> None:
    request, response, not_judged, breaks = RECORDERS[name]
    made = entry()
    made["request"] |= request
    made["response"] = {**made["response"], **response}
    report = check(tmp_path, made)
    assert report.unreadable == ()
    assert report.judged == 1
    assert [reason for reason, _ in report.not_judged if "headers" not in reason] == not_judged
    assert reasons(report) == breaks


def test_a_body_that_unpacks_to_very_much_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(har, "MAX_BODY_BYTES", 1024 * 1024)
    bomb = packed(gzip.compress(bytes(3 * 1024 * 1024)))
    cut = packed(gzip.compress(b"x" * 50)[:6] + b"zzzzzzzz")
    report = check(
        tmp_path,
        *(entry(text=text, content={"encoding": "base64"}) for text in (bomb, cut)),
        entry(),
    )
    assert [number for number, _ in report.unreadable] == [1, 2]
    assert "unpacks to more than 1 MB" in report.unreadable[0][1]


def test_half_of_a_surrogate_pair_does_not_cost_the_file(tmp_path: Path) -> None:
    report = check(tmp_path, entry(), entry(text="\ud83d", content={"comment": "\ud83d"}))
    assert report.judged == 2
    assert reasons(report) == ["response body: the body is not JSON"]


def test_the_key_of_another_call_is_not_shown(tmp_path: Path) -> None:
    bare = entry(url=f"{API}/trackings/abc?secretlike=1")
    bare["request"]["headers"] = []
    other = entry()
    other["request"]["headers"] = [{"name": "as-api-key", "value": "secretlike"}]
    assert reasons(check(tmp_path, bare, other)) == [
        "request query (a name of 10 characters): the operation does not know it"
    ]
