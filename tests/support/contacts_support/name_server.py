"""A name server on loopback: it knows the domains of its zone, and remembers the questions."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

SILENT = "silent"
"""The server never responds."""
BROKEN = "broken"
"""The server says that it failed."""
Zone = Mapping[str, Mapping[str, str] | str]
"""Domain -> type of record -> its text, or one of the words above."""

ZONE: Zone = {
    "mail.example.com": {"MX": "10 mx.mail.example.com."},
    "address.example.com": {"A": "93.184.215.14"},
    "inside.example.com": {"A": "127.0.0.1"},
    "null.example.com": {"MX": "0 ."},
    "text.example.com": {"TXT": '"nothing"'},
    "never.example.com": {"A": "93.184.215.14", "TXT": '"v=spf1 -all"'},
    "silent.example.com": SILENT,
    "broken.example.com": BROKEN,
    "xn--bcher-kva.example.com": {"MX": "10 mx.mail.example.com."},
}


class NameServer:
    """The questions that came, by domain and type."""

    def __init__(self, zone: Zone, listener: socket.socket) -> None:
        self.zone = zone
        self.questions: Counter[tuple[str, str]] = Counter()
        self.address = "{}:{}".format(*listener.getsockname())
        self._listener = listener

    def serve(self) -> None:
        while True:
            try:
                packet, sender = self._listener.recvfrom(65_535)
            except TimeoutError:
                continue
            except OSError:
                return
            if not packet:
                return
            reply = self._reply(dns.message.from_wire(packet))
            if reply is not None:
                self._listener.sendto(reply.to_wire(), sender)

    def _reply(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        domain = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.questions[domain, kind] += 1
        known = self.zone.get(domain)
        if known == SILENT:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if known is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif isinstance(known, str):
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif kind in known:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, known[kind]))
        return reply


@contextmanager
def serve(zone: Zone = ZONE) -> Iterator[NameServer]:
    """Serve a zone until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        server = NameServer(zone, listener)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        # An empty packet ends it: closing does not wake a thread that waits.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", listener.getsockname())
        thread.join()
