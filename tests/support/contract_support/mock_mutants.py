"""Faults planted in front of the mock: what passes in or out is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_support.asgi import Answer, Request
from contract_support.mutant import (
    Behaves,
    Mutant,
    Odd,
    Plant,
    World,
    chains,
    crowd,
    edited,
    faults,
    single,
    walk,
)
from contract_support.run import API_KEY
from contract_support.semantic import meta_code

GET = "get-tracking-by-id"
CREATE = "create-tracking"
DELETE = "delete-tracking-by-id"
UPDATE = "update-tracking-by-id"
LIST = "get-trackings"


def _answers(change: Callable[[Request, Answer], Answer]) -> Plant:
    def plant(world: World) -> None:
        world.on_answer = change

    return plant


def _requests(change: Callable[[Request], Request | Answer]) -> Plant:
    def plant(world: World) -> None:
        world.on_request = change

    return plant


def _with_tracking(change: Callable[[dict[str, Any]], None]) -> Plant:
    """Change the tracking inside every answer that has one."""

    def on_answer(sent: Request, answer: Answer) -> Answer:
        tracking = _tracking_in(answer.json()["data"]) if answer.status < 300 else None
        return answer if tracking is None else edited(answer, lambda body: change(_tracking_in(body["data"])))

    return _answers(on_answer)


def _tracking_in(data: Any) -> Any:
    """The one tracking of an answer, with or without a wrapper around it; None where there is none."""
    tracking = data.get("tracking", data)
    return tracking if "tracking_number" in tracking else None


def _without_header(name: bytes) -> Plant:
    def on_answer(sent: Request, answer: Answer) -> Answer:
        return replace(answer, headers=tuple(pair for pair in answer.headers if pair[0].lower() != name))

    return _answers(on_answer)


def _with_header(name: bytes, value: bytes) -> Plant:
    def on_answer(sent: Request, answer: Answer) -> Answer:
        kept = tuple(pair for pair in answer.headers if pair[0].lower() != name)
        return replace(answer, headers=(*kept, (name, value)))

    return _answers(on_answer)


def _wrong_status(sent: Request, answer: Answer) -> Answer:
    return replace(answer, status=200) if answer.status == 201 else answer


def _no_code(sent: Request, answer: Answer) -> Answer:
    return edited(answer, lambda body: body["meta"].pop("code", None))


def _undocumented_code(sent: Request, answer: Answer) -> Answer:
    if answer.status != 404:
        return answer
    return edited(answer, lambda body: body["meta"].update(code=4040))


def _without_filter(name: bytes) -> Plant:
    def on_request(sent: Request) -> Request:
        pairs = [pair for pair in sent.query.split(b"&") if not pair.startswith(name + b"=")]
        return replace(sent, query=b"&".join(pairs))

    return _requests(on_request)


def _nulls_lost(tracking: dict[str, Any]) -> None:
    for name in [name for name, value in tracking.items() if value is None]:
        del tracking[name]


def _any_key(sent: Request) -> Request:
    others = tuple(pair for pair in sent.headers if pair[0].lower() != b"as-api-key")
    return replace(sent, headers=(*others, (b"as-api-key", API_KEY.encode())))


def _delete_reads(sent: Request) -> Request:
    return replace(sent, method="GET") if sent.method == "DELETE" else sent


def _update_forgets(sent: Request) -> Request | Answer:
    if sent.method != "PUT":
        return sent
    # Unknown fields are ignored, so this changes nothing with a wrapper and without one.
    return replace(sent, body=b'{"tracking": {}}')


def _last_item_lost(sent: Request, answer: Answer) -> Answer:
    if sent.method != "GET" or answer.status != 200 or "trackings" not in answer.json()["data"]:
        return answer
    return edited(answer, lambda body: body["data"].update(trackings=body["data"]["trackings"][:-1]))


def _broken_on_long_bodies(sent: Request) -> Request | Answer:
    if len(sent.body) <= 3000:
        return sent
    return Answer(500, ((b"content-type", b"application/json"),), b'{"meta": {"code": 500}, "data": {}}')


def _number_as_text(sent: Request) -> Request:
    try:
        body = json.loads(sent.body)
        fields = body.get("tracking", body)
        number = fields["tracking_number"]
    except (ValueError, LookupError, TypeError, AttributeError):
        return sent
    if not isinstance(number, int) or isinstance(number, bool):
        return sent
    fields["tracking_number"] = f"NUMBER{abs(number)}"[:50]
    return replace(sent, body=json.dumps(body).encode())


def _unreadable_id(sent: Request, answer: Answer) -> Answer:
    if answer.status != 201:
        return answer
    return edited(answer, lambda body: body["data"].get("tracking", body["data"]).update(id="another"))


def _created_twice(sent: Request, answer: Answer) -> Answer:
    if meta_code(answer.body) != 4003:
        return answer
    return replace(edited(answer, lambda body: body["meta"].update(code=201)), status=201)


def _plain_rate_limit(sent: Request, answer: Answer) -> Answer:
    return replace(answer, body=b"slow down") if answer.status == 429 else answer


def _active_as_text(tracking: dict[str, Any]) -> None:
    tracking["active"] = str(tracking.get("active")).lower()


def _cursor_stands_still(sent: Request) -> Request:
    """Every page is the first one."""
    pairs = [pair for pair in sent.query.split(b"&") if not pair.startswith((b"cursor=", b"page="))]
    return replace(sent, query=b"&".join(pairs))


MOCK_MUTANTS = (
    Mutant("wrong type: active is a text", "mock", _with_tracking(_active_as_text), (single(CREATE),)),
    Mutant("missing required member: meta.code", "mock", _answers(_no_code), (single(CREATE),)),
    Mutant("wrong status: create answers 200", "mock", _answers(_wrong_status), (single(CREATE),)),
    Mutant("undocumented code 4040", "mock", _answers(_undocumented_code), (single(GET),)),
    Mutant("dropped filter: tag", "mock", _without_filter(b"tag"), (Behaves("filters"),)),
    Mutant(
        "dropped filter: created_at_min", "mock", _without_filter(b"created_at_min"), (Behaves("filters"),)
    ),
    Mutant("lost nulls", "mock", _with_tracking(_nulls_lost), (Behaves("fullness"),)),
    Mutant("ignored auth", "mock", _requests(_any_key), (single("detect-courier"),)),
    Mutant("missing response header", "mock", _without_header(b"x-ratelimit-reset"), (single(LIST),)),
    Mutant(
        "response header of a wrong type",
        "mock",
        _with_header(b"x-ratelimit-limit", b"many"),
        (single(LIST),),
    ),
    Mutant(
        "wrong content type",
        "mock",
        _with_header(b"content-type", b"text/html"),
        (single("detect-courier"),),
    ),
    Mutant("405 without Allow", "mock", _without_header(b"allow"), (single("detect-courier"),)),
    Mutant("delete that does not delete", "mock", _requests(_delete_reads), (chains(CREATE, GET, DELETE),)),
    Mutant("create gives an id that is not there", "mock", _answers(_unreadable_id), (walk,)),
    Mutant("a number can be created twice", "mock", _answers(_created_twice), (crowd,)),
    Mutant("update that forgets", "mock", _requests(_update_forgets), (Behaves("echo"),)),
    Mutant("last item of each page lost", "mock", _answers(_last_item_lost), (Behaves("paging"),)),
    Mutant("every page is the first", "mock", _requests(_cursor_stands_still), (Behaves("paging"),)),
    Mutant("500 on long bodies", "mock", _requests(_broken_on_long_bodies), (Odd("title of"),)),
    Mutant("number taken where text is required", "mock", _requests(_number_as_text), (single(CREATE),)),
    Mutant("429 without an envelope", "mock", _answers(_plain_rate_limit), (faults,)),
)
