"""Deletes the existing tracking when a create is refused because of it, and sends the create again.

The coverage phase sends the same number hundreds of times. Each create after the first would be refused, and
nothing after that refusal would be tested. One refusal in a few is passed on, because it has to be checked
too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from contract_support.calls.asgi import (
    Application,
    Message,
    Receive,
    Request,
    Response,
    Send,
    exchange,
    meta_code,
    read_request,
    respond,
)
from contract_support.document.operations import member

ALREADY_EXISTS = 4003
REFUSED_ONE_IN = 10


@dataclass
class RenewingApplication:
    """An application in which hardly any create is refused for a tracking that exists.

    `path` leads to the tracking in the response to a create, in the form of `x-unwrap`.
    """

    application: Application
    path: str
    _refusals: int = field(default=0)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        sent = await read_request(scope, receive)
        response = await exchange(self.application, sent)
        if meta_code(response.body) == ALREADY_EXISTS:
            self._refusals += 1
            if self._refusals % REFUSED_ONE_IN:
                # Twice at most: one tracking may have the same id, another the same number.
                response = await self._retry(sent, response)
                if meta_code(response.body) == ALREADY_EXISTS:
                    response = await self._retry(sent, response)
        await respond(response, send)

    async def _retry(self, sent: Request, refusal: Response) -> Response:
        identifier = member(json.loads(refusal.body), self.path)["id"]
        target = sent.path + b"/" + identifier.encode()
        await exchange(self.application, replace(sent, method="DELETE", path=target, query=b"", body=b""))
        return await exchange(self.application, sent)
