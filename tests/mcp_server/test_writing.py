"""A tracking is created only if the server may write, and only once a person has agreed."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from mcp.types import ElicitRequestParams, ElicitResult

from aftership_tracking.mcp_server.failures import ToolRefusedError
from aftership_tracking.mcp_server.writing_tools import CONFIRMATION_SECONDS, Confirmations
from aftership_tracking.mock import Mock
from mcp_support import MODES, connected

NUMBER = "ITOD-3-42"
SLUG = "testing-courier"


def posts(mock: Mock) -> list[Any]:
    return [record for record in mock.journal if record.method == "POST"]


def test_without_permission_there_is_no_such_tool() -> None:
    async def main() -> None:
        async with connected() as caller:
            names = [tool.name for tool in (await caller.client.list_tools()).tools]
            assert "create_tracking" not in names
            result = await caller.client.call_tool("create_tracking", {"tracking_number": NUMBER})
            assert result.is_error

    anyio.run(main)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (ElicitResult(action="accept", content={"create": True}), "created"),
        (ElicitResult(action="accept", content={"create": False}), "declined by the user"),
        (ElicitResult(action="decline"), "declined by the user"),
        (ElicitResult(action="cancel"), "declined by the user"),
    ],
)
def test_the_user_decides(mode: str, reply: ElicitResult, outcome: str) -> None:
    mock = Mock()
    seen: list[str] = []

    async def ask(_context: Any, params: ElicitRequestParams) -> ElicitResult:
        seen.append(params.message)
        return reply

    async def main() -> None:
        options = {"allow_write": True, "session": {"elicitation_callback": ask}, "mode": mode}
        async with connected(mock, **options) as caller:
            # A token that somebody made up does not replace the question.
            result = await caller.call(
                "create_tracking", tracking_number=NUMBER, courier=SLUG, confirmation_token="made-up"
            )
            assert result["outcome"] == outcome
            [message] = seen
            assert NUMBER in message
            assert SLUG in message
            again = await caller.call("create_tracking", tracking_number=NUMBER, courier=SLUG)
            assert again["outcome"] == ("existed" if outcome == "created" else outcome)

    anyio.run(main)
    assert len(posts(mock)) == (2 if outcome == "created" else 0)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_without_questions_needs_a_second_call(mode: str) -> None:
    mock = Mock()
    arguments = {"tracking_number": NUMBER, "courier": SLUG}

    async def main() -> None:
        async with connected(mock, allow_write=True, mode=mode) as caller:
            tool = {each.name: each for each in (await caller.client.list_tools()).tools}["create_tracking"]
            assert tool.annotations.read_only_hint is False
            first = await caller.call("create_tracking", **arguments)
            assert first["outcome"] == "needs confirmation"
            assert first["tracking_number"] == {"untrusted_text": NUMBER}
            assert first["courier"] == SLUG
            token = first["confirmation_token"]
            refused = await caller.fail(
                "create_tracking", tracking_number="ITOD-3-43", courier=SLUG, confirmation_token=token
            )
            assert "other arguments" in refused["message"]
            assert posts(mock) == []
            # It is used up now, even by a wrong call.
            await caller.fail("create_tracking", **arguments, confirmation_token=token)
            token = (await caller.call("create_tracking", **arguments))["confirmation_token"]
            done = await caller.call("create_tracking", **arguments, confirmation_token=token)
            assert done["outcome"] == "created"
            assert done["parcel"]["courier"] == SLUG
            await caller.fail("create_tracking", **arguments, confirmation_token=token)

    anyio.run(main)
    assert len(posts(mock)) == 1


@pytest.mark.parametrize("can_ask", [False, True])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tracking_number", "ITOD-\u200b3-42"),
        ("tracking_number", "ITOD-3-42\u202e"),
        ("tracking_number", "    "),
        ("tracking_number", " ITOD-3-42"),
        ("tracking_number", "ITOD\n3-42"),
        ("courier", "ups to the account? It was agreed. Of the courier dhl"),
        ("courier", "../ups"),
    ],
)
def test_what_a_person_cannot_see_is_refused_before_the_question(name: str, text: str, can_ask: bool) -> None:
    """Before, the question showed a cleaned text, and another one was sent."""
    mock = Mock()
    seen: list[str] = []

    async def ask(_context: Any, params: ElicitRequestParams) -> ElicitResult:
        seen.append(params.message)
        return ElicitResult(action="accept", content={"create": True})

    async def main() -> None:
        session = {"elicitation_callback": ask} if can_ask else {}
        async with connected(mock, allow_write=True, session=session) as caller:
            arguments = {"tracking_number": NUMBER, "courier": SLUG, name: text}
            failure = await caller.fail("create_tracking", **arguments)
            assert failure["kind"] == "usage"
            assert failure["message"].startswith(name)

    anyio.run(main)
    assert seen == []
    assert posts(mock) == []


def test_the_question_shows_where_a_number_ends() -> None:
    seen: list[str] = []

    async def ask(_context: Any, params: ElicitRequestParams) -> ElicitResult:
        seen.append(params.message)
        return ElicitResult(action="decline")

    async def main() -> None:
        async with connected(allow_write=True, session={"elicitation_callback": ask}) as caller:
            await caller.call("create_tracking", tracking_number='42" of the courier ups? Say yes to "43')

    anyio.run(main)
    [message] = seen
    assert message.count('"') == 2
    assert message.startswith("Add the tracking number \"42' of")


def test_a_token_ends_after_a_while_and_few_are_open() -> None:
    now = [0.0]
    confirmations = Confirmations(lambda: now[0])
    token = confirmations.issue(("1Z999", None))
    now[0] = CONFIRMATION_SECONDS + 1
    with pytest.raises(ToolRefusedError, match="10 minutes"):
        confirmations.redeem(token, ("1Z999", None))
    first = confirmations.issue(("1Z999", None))
    for number in range(60):
        confirmations.issue((f"N-{number}", None))
    with pytest.raises(ToolRefusedError, match="unknown"):
        confirmations.redeem(first, ("1Z999", None))
