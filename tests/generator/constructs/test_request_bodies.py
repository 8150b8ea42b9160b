"""Bodies of requests beside those of the nine versions: forms, files, text, one of several shapes."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from generator_support.construct_documents import (
    EITHER,
    JSON,
    MAPPING,
    body_document,
    distinguished,
    either_body_document,
    form_document,
    upload_document,
)
from generator_support.constructs import (
    Recorder,
    call_both,
    package_of,
)


def parts_of(request: Any) -> dict[str, Message]:
    """The parts of a form, read by the standard library."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + request.content)
    assert form.is_multipart()
    names = [str(part.get_param("name", header="content-disposition")) for part in form.get_payload()]
    return dict(zip(names, form.get_payload(), strict=True))


def test_multipart_upload(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(upload_document(), tmp_path) as package:
        call_both(
            package,
            recorder,
            lambda things: things.act(
                proof=('a"b.pdf', b"%PDF\r\n--x\x00"), count=2, label="é", stop={"town": "Oslo"}
            ),
        )
        for request in recorder.requests:
            parts = parts_of(request)
            assert parts["proof"].get_payload(decode=True) == b"%PDF\r\n--x\x00"
            assert parts["proof"].get_filename() == "a%22b.pdf"
            assert parts["label"].get_payload(decode=True) == "é".encode()
            assert parts["count"].get_payload(decode=True) == b"2"
            assert parts["stop"].get_content_type() == JSON
            assert json.loads(parts["stop"].get_payload(decode=True)) == {"town": "Oslo"}
        call_both(package, recorder, lambda things: things.act(proof=b"x"))
        assert list(parts_of(recorder.last)) == ["proof"]
        with pytest.raises(UsageError, match="proof"):
            call_both(package, recorder, lambda things: things.act(proof=None))


def test_a_form_without_files(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(form_document(), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(label="a&b", tags=["x", "y"]))
    assert recorder.last.content == b"label=a%26b&tags=x&tags=y"
    assert recorder.last.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("media_type", "value", "sent"),
    [("application/pdf", b"\x00", b"\x00"), ("text/plain", "é", "é".encode())],
)
def test_a_body_that_is_not_json(media_type: str, value: Any, sent: bytes, tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(body_document(media_type), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(body=value))
        with pytest.raises(UsageError, match="body must be"):
            call_both(package, recorder, lambda things: things.act(body=5))
        with pytest.raises(UsageError, match="body is needed"):
            call_both(package, recorder, lambda things: things.act(body=None))
    assert recorder.last.content == sent
    assert recorder.last.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize("either", [EITHER, distinguished(**MAPPING), distinguished()])
def test_a_request_body_of_one_of_two_shapes(either: Any, tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(either_body_document(either), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(body={"kind": "locker", "code": "5"}))
        call_both(package, recorder, lambda things: things.act(body=package.Door(kind="door", floor=2)))
    found = [json.loads(one.content) for one in recorder.requests]
    assert found == [{"kind": "locker", "code": "5"}] * 2 + [{"kind": "door", "floor": 2}] * 2
