"""What samples would send beyond this machine is refused.

PYTHONPATH names this folder, so every Python process of a sample begins with this module, its children too. A
host that was refused is written to the file that DOCS_GUARD_LOG names: the program may take it for a network
that is down.
"""

import ipaddress
import os
import sys
from typing import Any


def stays_here(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        # The address of a Unix socket is a path.
        if not isinstance(arguments[1], tuple):
            return
        host = arguments[1][0]
    else:
        return
    if not stays_here(host):
        with open(os.environ["DOCS_GUARD_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123 (starts early)
            log.write(f"{host}\n")
        raise PermissionError(f"a sample of a page may only talk to this machine, not to {host}")


if "DOCS_GUARD_LOG" in os.environ:
    sys.addaudithook(watch)
