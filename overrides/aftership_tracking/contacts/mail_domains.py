"""Whether domains take mail. Used only on request: the name server learns the domains of your customers."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any, Literal

from aftership_tracking.contacts.packages import load_package
from aftership_tracking.errors import UsageError

MailState = Literal["accepts", "no_domain", "no_mail", "unknown"]
"""`no_domain`: it does not exist. `no_mail`: it has no mail server, or says that it takes no mail (RFC 7505).
`unknown`: the name servers did not tell, or not in time."""

_MOST_WORKERS = 64


class MailDomains:
    """Looks up whether domains take mail. Each domain is looked up once, as long as it is remembered.

    Whether a mailbox exists is never checked: no mail server is contacted.
    """

    def __init__(
        self,
        *,
        server: str | None = None,
        timeout: float = 5.0,
        workers: int = 8,
        most_remembered: int = 100_000,
    ) -> None:
        """
        Args:
            server: The name server, as an IP address with or without a port: `127.0.0.1:5353`,
                `[::1]:5353`. Default: those of the system.
            timeout: Seconds for each question. A domain without mail servers takes up to four.
            workers: How many domains are looked up at once, 1 to 64.
            most_remembered: How many domains are remembered; the oldest is forgotten first.
        Raises: UsageError for a value that cannot work, if the system has no name server, and if the package
            `email-validator` is missing.
        """
        if not timeout > 0:
            raise UsageError(f"timeout must be more than 0 seconds; this is {timeout}")
        if not 1 <= workers <= _MOST_WORKERS:
            raise UsageError(f"workers must be 1 to {_MOST_WORKERS}; this is {workers}")
        if most_remembered < 1:
            raise UsageError(f"most_remembered must be 1 or more; this is {most_remembered}")
        self._library = load_package("email_validator.deliverability", "email-validator")
        self._dns = load_package("dns.resolver", "email-validator")
        self._resolver = self._make_resolver(server)
        self._resolver.lifetime = timeout
        self._workers = workers
        self._most_remembered = most_remembered
        self._known: dict[str, MailState] = {}

    def look_up(self, domains: Iterable[str]) -> dict[str, MailState]:
        """Return the state of each of these domains (`EmailFacts.ascii_domain`), several at once."""
        found, new = self._split(domains)
        if new:
            with ThreadPoolExecutor(min(self._workers, len(new))) as pool:
                try:
                    states = list(pool.map(self._ask, new))
                except BaseException:
                    # Ctrl-C waits for the questions under way, and for no others.
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
            found |= self._remember(dict(zip(new, states, strict=True)))
        return found

    async def look_up_async(self, domains: Iterable[str]) -> dict[str, MailState]:
        """Do the same as `look_up` in an event loop of asyncio or trio, which is not held up.

        The questions are sent in threads. If the task is cancelled, nobody waits for those under way.
        """
        import anyio
        from anyio.to_thread import run_sync

        found, new = self._split(domains)
        looked_up: dict[str, MailState] = {}
        limiter = anyio.CapacityLimiter(self._workers)

        async def ask(domain: str) -> None:
            looked_up[domain] = await run_sync(self._ask, domain, abandon_on_cancel=True, limiter=limiter)

        async with anyio.create_task_group() as tasks:
            for domain in new:
                tasks.start_soon(ask, domain)
        return found | self._remember(looked_up)

    def _split(self, domains: Iterable[str]) -> tuple[dict[str, MailState], list[str]]:
        """Return what is known of these domains, and those that have to be looked up."""
        wanted = dict.fromkeys(domains)
        found: dict[str, MailState] = {
            domain: self._known[domain] for domain in wanted if domain in self._known
        }
        return found, [domain for domain in wanted if domain not in found]

    def _remember(self, states: dict[str, MailState]) -> dict[str, MailState]:
        # What is unknown now may be known next time.
        self._known |= {domain: state for domain, state in states.items() if state != "unknown"}
        while len(self._known) > self._most_remembered:
            del self._known[next(iter(self._known))]
        return states

    def _ask(self, domain: str) -> MailState:
        error_class = load_package("email_validator", "email-validator").EmailUndeliverableError
        try:
            found = self._library.validate_email_deliverability(domain, domain, dns_resolver=self._resolver)
        except error_class as error:
            if isinstance(error.__cause__, self._dns.NXDOMAIN):
                return "no_domain"
            # The library raises the same error for every trouble that it does not know.
            is_known = error.__cause__ is None or isinstance(error.__cause__, self._dns.NoAnswer)
            return "no_mail" if is_known else "unknown"
        return "unknown" if "unknown-deliverability" in found else "accepts"

    def _make_resolver(self, server: str | None) -> Any:
        if server is None:
            try:
                return self._dns.Resolver()
            except self._dns.NoResolverConfiguration:
                hint = "Give one as server=, or --dns-server."
                raise UsageError("the system has no name server", hint=hint) from None
        address, port = _read_server(server)
        resolver = self._dns.Resolver(configure=False)
        resolver.nameservers = [address]
        resolver.port = port
        return resolver


def _read_server(server: str) -> tuple[str, int]:
    """The address and the port of a name server."""
    address, port = server, "53"
    if server.startswith("["):
        address, closed, rest = server[1:].partition("]")
        port = rest.removeprefix(":") if rest or not closed else port
    elif server.count(":") == 1:
        address, _, port = server.partition(":")
    is_port = port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65_536
    if not (is_port and _is_address(address)):
        raise UsageError(
            f"server must be an IP address with or without a port, such as 127.0.0.1:5353; this is {server!r}"
        )
    return address, int(port)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
