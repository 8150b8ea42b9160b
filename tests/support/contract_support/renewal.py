"""Makes room for a create that meets a tracking which exists already.

The coverage phase sends the same number hundreds of times. Each time after the first it would be refused,
and nothing behind that refusal would ever be tested. So the tracking in the way is deleted, through the API,
and the create is sent again. One refusal in a few is let through: it has to be judged as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from contract_support.asgi import (
    Answer,
    Application,
    Message,
    Receive,
    Request,
    Send,
    exchange,
    respond,
    whole,
)
from contract_support.operations import member
from contract_support.semantic import meta_code

ALREADY_EXISTS = 4003
REFUSED_ONE_IN = 10


@dataclass
class Renewed:
    """An application in which hardly any create is refused for a tracking that exists.

    `place` is where an answer to a create has the tracking, in the words of `x-unwrap`.
    """

    application: Application
    place: str
    _refusals: int = field(default=0)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        sent = await whole(scope, receive)
        answer = await exchange(self.application, sent)
        if meta_code(answer.body) == ALREADY_EXISTS:
            self._refusals += 1
            if self._refusals % REFUSED_ONE_IN:
                # Twice at most: one tracking may have the id in the way, another the number.
                answer = await self._again(sent, answer)
                if meta_code(answer.body) == ALREADY_EXISTS:
                    answer = await self._again(sent, answer)
        await respond(answer, send)

    async def _again(self, sent: Request, refusal: Answer) -> Answer:
        identifier = member(json.loads(refusal.body), self.place)["id"]
        path = sent.path + b"/" + identifier.encode()
        await exchange(self.application, replace(sent, method="DELETE", path=path, query=b"", body=b""))
        return await exchange(self.application, sent)
