"""E-mail addresses: their syntax, and hints about them. Nothing here uses the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aftership_tracking.contacts import domains
from aftership_tracking.contacts.packages import missing
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading

_LONGEST = 1_000
"""Characters. No address is that long: 64 and 255 bytes are the limits of its halves. A giant string is
refused before anything looks at each of its characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EmailFacts:
    """What can be said about an address without the network. They are hints: none refuses an address."""

    address: str = field(repr=False)
    """With its domain in lower case, and in Unicode where it is international. Not part of `repr`, which may
    end in a log."""
    ascii_domain: str = field(repr=False)
    """The domain as name servers know it."""
    role: bool
    """A function reads it rather than a person: `info`, `sales`, `noreply`."""
    free: bool
    """Its domain gives addresses to anybody, such as gmail.com."""
    disposable: bool
    """Its domain gives addresses for a few minutes."""
    quoted: bool
    """The part before the `@` is in quotes. That is valid, and many services refuse it, as `email_address`
    does."""
    suggested_domain: str | None
    """The well-known domain that was probably meant: `gmail.com` for `gmial.com`."""


def email_address(text: str, *, name: str = "the address") -> str:
    """Return an e-mail address with its domain in lower case, if its syntax is right.

    Whether the mailbox exists is not checked: neither a name server nor a mail server is contacted.

    Args:
        text: The address alone, without a name before it.
        name: The name of the address in error messages.
    Raises: UsageError, without the address; also when the package `email-validator` is missing.
    """
    address: str = _parse(text, name, allow_quoted=False).normalized
    return address


def inspect_email(text: str, *, name: str = "the address") -> EmailFacts:
    """Return hints about an e-mail address. Nothing is sent: the lists are those of installed packages.

    Args:
        text: The address alone, without a name before it.
        name: The name of the address in error messages.
    Raises: UsageError, without the address, if its syntax is wrong; also when a package of the extra
        `contacts` is missing.
    """
    found = _parse(text, name, allow_quoted=True)
    domain = found.ascii_domain.lower()
    return EmailFacts(
        address=found.normalized,
        ascii_domain=domain,
        role=domains.is_role(found.local_part),
        free=domains.is_free(domain),
        disposable=domains.is_disposable(domain),
        quoted=found.local_part.startswith('"'),
        suggested_domain=domains.suggest_domain(domain),
    )


def _parse(text: object, name: str, *, allow_quoted: bool) -> Any:
    try:
        with loading:
            from email_validator import EmailNotValidError, validate_email
    except ImportError:
        raise missing("email-validator") from None
    if not isinstance(text, str):
        raise UsageError(f"{name} must be a string, not {type(text).__name__}")
    if len(text) > _LONGEST:
        raise UsageError(f"{name} is too long for an e-mail address")
    try:
        return validate_email(text.strip(), check_deliverability=False, allow_quoted_local=allow_quoted)
    except EmailNotValidError:
        # The message of this error quotes parts of the address.
        raise UsageError(f"{name} is not written as an e-mail address") from None
