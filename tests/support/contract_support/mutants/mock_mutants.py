"""Faults planted in front of the mock: requests or responses are changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_support.calls.api import API_KEY
from contract_support.calls.asgi import Request, Response, meta_code
from contract_support.mutants.mutant import (
    Behaves,
    Mutant,
    Odd,
    Plant,
    World,
    chains,
    declared_errors,
    declared_links,
    edit_json,
    many_callers,
    single,
)

GET = "get-tracking-by-id"
CREATE = "create-tracking"
DELETE = "delete-tracking-by-id"
UPDATE = "update-tracking-by-id"
LIST = "get-trackings"


def _change_responses(change: Callable[[Request, Response], Response]) -> Plant:
    def plant(world: World) -> None:
        world.on_response = change

    return plant


def _change_requests(change: Callable[[Request], Request | Response]) -> Plant:
    def plant(world: World) -> None:
        world.on_request = change

    return plant


def _with_tracking(change: Callable[[dict[str, Any]], None]) -> Plant:
    """Change the tracking in every response that has one."""

    def on_response(sent: Request, response: Response) -> Response:
        tracking = _tracking_in(response.json()["data"]) if response.status < 300 else None
        return (
            response
            if tracking is None
            else edit_json(response, lambda body: change(_tracking_in(body["data"])))
        )

    return _change_responses(on_response)


def _tracking_in(data: Any) -> Any:
    """Return the tracking of a response, with or without a wrapper; None when it has no single tracking."""
    tracking = data.get("tracking", data)
    return tracking if "tracking_number" in tracking else None


def _without_header(name: bytes) -> Plant:
    def on_response(sent: Request, response: Response) -> Response:
        return replace(response, headers=tuple(pair for pair in response.headers if pair[0].lower() != name))

    return _change_responses(on_response)


def _with_header(name: bytes, value: bytes) -> Plant:
    def on_response(sent: Request, response: Response) -> Response:
        others = tuple(pair for pair in response.headers if pair[0].lower() != name)
        return replace(response, headers=(*others, (name, value)))

    return _change_responses(on_response)


def _wrong_status(sent: Request, response: Response) -> Response:
    return replace(response, status=200) if response.status == 201 else response


def _no_code(sent: Request, response: Response) -> Response:
    return edit_json(response, lambda body: body["meta"].pop("code", None))


def _undocumented_code(sent: Request, response: Response) -> Response:
    if response.status != 404:
        return response
    return edit_json(response, lambda body: body["meta"].update(code=4040))


def _without_filter(name: bytes) -> Plant:
    def on_request(sent: Request) -> Request:
        pairs = [pair for pair in sent.query.split(b"&") if not pair.startswith(name + b"=")]
        return replace(sent, query=b"&".join(pairs))

    return _change_requests(on_request)


def _nulls_lost(tracking: dict[str, Any]) -> None:
    for name in [name for name, value in tracking.items() if value is None]:
        del tracking[name]


def _checkpoints_shortened(sent: Request, response: Response) -> Response:
    """Null or not: the key is gone."""
    if response.status >= 300 or "trackings" not in response.json()["data"]:
        return response

    def shorten(body: Any) -> None:
        for tracking in body["data"]["trackings"]:
            for checkpoint in tracking["checkpoints"]:
                checkpoint.pop("raw_tag", None)

    return edit_json(response, shorten)


def _couriers_shortened(sent: Request, response: Response) -> Response:
    if response.status >= 300 or "couriers" not in response.json()["data"]:
        return response

    def shorten(body: Any) -> None:
        for courier in body["data"]["couriers"]:
            courier.pop("support_languages", None)

    return edit_json(response, shorten)


def _any_key(sent: Request) -> Request:
    others = tuple(pair for pair in sent.headers if pair[0].lower() != b"as-api-key")
    return replace(sent, headers=(*others, (b"as-api-key", API_KEY.encode())))


def _delete_reads(sent: Request) -> Request:
    return replace(sent, method="GET") if sent.method == "DELETE" else sent


def _update_forgets(sent: Request) -> Request | Response:
    if sent.method != "PUT":
        return sent
    # Unknown fields are ignored, so this changes nothing with a wrapper and without one.
    return replace(sent, body=b'{"tracking": {}}')


def _last_item_lost(sent: Request, response: Response) -> Response:
    if sent.method != "GET" or response.status != 200 or "trackings" not in response.json()["data"]:
        return response
    return edit_json(response, lambda body: body["data"].update(trackings=body["data"]["trackings"][:-1]))


def _broken_on_long_bodies(sent: Request) -> Request | Response:
    if len(sent.body) <= 3000:
        return sent
    return Response(500, ((b"content-type", b"application/json"),), b'{"meta": {"code": 500}, "data": {}}')


def _number_as_string(sent: Request) -> Request:
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


def _unreadable_id(sent: Request, response: Response) -> Response:
    if response.status != 201:
        return response
    return edit_json(response, lambda body: body["data"].get("tracking", body["data"]).update(id="another"))


def _created_twice(sent: Request, response: Response) -> Response:
    if meta_code(response.body) != 4003:
        return response
    return replace(edit_json(response, lambda body: body["meta"].update(code=201)), status=201)


def _plain_rate_limit(sent: Request, response: Response) -> Response:
    return replace(response, body=b"slow down") if response.status == 429 else response


def _active_as_string(tracking: dict[str, Any]) -> None:
    tracking["active"] = str(tracking.get("active")).lower()


def _cursor_stands_still(sent: Request) -> Request:
    """Every page is the first one."""
    pairs = [pair for pair in sent.query.split(b"&") if not pair.startswith((b"cursor=", b"page="))]
    return replace(sent, query=b"&".join(pairs))


def _number_made_up(sent: Request) -> Request:
    """A body without its required field is taken."""
    try:
        body = json.loads(sent.body)
        fields = body.get("tracking", body)
    except (ValueError, AttributeError):
        return sent
    if not isinstance(fields, dict) or "tracking_number" in fields or sent.method != "POST":
        return sent
    fields["tracking_number"] = f"MADEUP{len(sent.body):06}"
    return replace(sent, body=json.dumps(body).encode())


MOCK_MUTANTS = (
    Mutant("wrong type: active is a string", "mock", _with_tracking(_active_as_string), (single(CREATE),)),
    Mutant("missing required member: meta.code", "mock", _change_responses(_no_code), (single(CREATE),)),
    Mutant("wrong status: create responds 200", "mock", _change_responses(_wrong_status), (single(CREATE),)),
    Mutant("undocumented code 4040", "mock", _change_responses(_undocumented_code), (single(GET),)),
    Mutant("dropped filter: tag", "mock", _without_filter(b"tag"), (Behaves("filters"),)),
    Mutant(
        "dropped filter: created_at_min", "mock", _without_filter(b"created_at_min"), (Behaves("filters"),)
    ),
    Mutant("lost nulls", "mock", _with_tracking(_nulls_lost), (Behaves("fullness"),)),
    Mutant(
        "a key of checkpoints lost", "mock", _change_responses(_checkpoints_shortened), (Behaves("fullness"),)
    ),
    Mutant("a key of couriers lost", "mock", _change_responses(_couriers_shortened), (Behaves("fullness"),)),
    Mutant("ignored auth", "mock", _change_requests(_any_key), (single("detect-courier"),)),
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
    Mutant(
        "delete that does not delete", "mock", _change_requests(_delete_reads), (chains(CREATE, GET, DELETE),)
    ),
    Mutant(
        "create gives an id that is not there", "mock", _change_responses(_unreadable_id), (declared_links,)
    ),
    Mutant("a number can be created twice", "mock", _change_responses(_created_twice), (many_callers,)),
    Mutant("update that forgets", "mock", _change_requests(_update_forgets), (Behaves("echo"),)),
    Mutant("last item of each page lost", "mock", _change_responses(_last_item_lost), (Behaves("paging"),)),
    Mutant("every page is the first", "mock", _change_requests(_cursor_stands_still), (Behaves("paging"),)),
    Mutant("500 on long bodies", "mock", _change_requests(_broken_on_long_bodies), (Odd("title of"),)),
    Mutant(
        "number accepted where a string is required",
        "mock",
        _change_requests(_number_as_string),
        (single(CREATE),),
    ),
    Mutant("required field not needed", "mock", _change_requests(_number_made_up), (single(CREATE),)),
    Mutant("429 without an envelope", "mock", _change_responses(_plain_rate_limit), (declared_errors,)),
)
