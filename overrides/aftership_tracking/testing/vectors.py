"""Bodies with secrets and signatures that are known to be right.

They were computed once with other tools, and are data here. A program that signs and verifies with the same
fault passes every round trip, and fails with these.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Vector:
    """A body, a secret, and the signature that belongs to them."""

    name: str
    """What is special about it."""
    secret: str
    """The webhook secret."""
    body: bytes
    """The raw bytes."""
    signature: str
    """The value of the header `aftership-hmac-sha256`."""


_SECRET = "test-secret-1"  # noqa: S105 - it guards nothing
_ASCII = (
    b'{"event":"tracking_update","event_id":"00000000-0000-4000-8000-000000000001",'
    b'"is_tracking_first_tag":true,"msg":{"id":"t1","tag":"InTransit"},"ts":1700000000}'
)
_REVISED = (
    '{"event":"edd_revise","event_id":"00000000-0000-4000-8000-000000000002",'
    '"is_tracking_first_tag":false,"msg":{"id":"t1","tag":"InTransit","title":"%s"},"ts":1700000001}'
)

VECTORS = (
    Vector(
        name="ascii", secret=_SECRET, body=_ASCII, signature="R4qVg4VF5I3S8ejvcnNNp0V/0w84JFrmyvOqFi1SbyM="
    ),
    Vector(
        name="beyond-ascii",
        secret=_SECRET,
        body=(_REVISED % "Z\u00fcrich \u2192 \u6771\u4eac").encode(),
        signature="JoLiDWJEo7s9Ljg9kIWtJYe3yaQDINOEE7YG5XVe6k4=",
    ),
    # It says the same as the one before, and has another signature.
    Vector(
        name="escaped",
        secret=_SECRET,
        body=(_REVISED % r"Z\u00fcrich \u2192 \u6771\u4eac").encode(),
        signature="npdjf2bIHRvviph1mUsy2flM8aPHMG82wfmhaBWjShw=",
    ),
    Vector(
        name="odd-spelling",
        secret=_SECRET,
        body=rb'{ "event": "tracking_update", "msg": '
        rb'{ "weight": 1.0, "url": "https:\/\/e.test\/?a=1\u0026b=2" } }' + b"\n",
        signature="rlSqZBCyjqs+zC/yamTZu8r2fhZRpFw6oRUeNIR/1fk=",
    ),
    Vector(name="empty", secret=_SECRET, body=b"", signature="G4uI2pEbZG6OQN+FBz/w5uOzuC1yXaaZtEgOsr1Gans="),
    Vector(
        name="secret-beyond-ascii",
        secret="s\u00e9cret-\u00df",  # noqa: S106 - it guards nothing
        body=b"{}",
        signature="8SRW0P9iKWNrnyVfPclk7wKPi1Xf0N+f4Hw9CS9lgZs=",
    ),
    # It looks like base64, and is used as it is written.
    Vector(
        name="secret-like-base64",
        secret="dGVzdC1zZWNyZXQtMQ==",  # noqa: S106 - as above
        body=b"{}",
        signature="f6cAVtntwsMVWITeMrYmkV4BCP0wifOz0rbRCrh59Ss=",
    ),
)
"""Signatures that were computed by another program, to test a verification of your own."""

REFUSED = Vector(
    name="hex",
    secret=_SECRET,
    body=_ASCII,
    signature="478a95838545e48dd2f1e8ef72734da7457fd30f38245ae6caf3aa162d526f23",
)
"""The first vector with its digest in hex, which has to be refused."""
