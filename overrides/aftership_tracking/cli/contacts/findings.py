"""What is said about each contact: findings, which count, and flags, which are only shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from aftership_tracking.cli.contacts.rows import Contact, UnreadableRow
from aftership_tracking.cli.output import count_of
from aftership_tracking.contacts import EmailFacts, MailDomains, MailState, inspect_email, inspect_phone
from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.formulas import is_formula

FINDINGS = {
    "unreadable": "the row cannot be read; its value says why",
    "invalid": "it is not written as an e-mail address or a phone number",
    "no_country": "it has no country code that is known: begin it with +, or give --region",
    "typo": "a well-known domain was probably meant",
    "disposable": "the domain gives addresses for a few minutes",
    "quoted": "many services refuse a name in quotes",
    "no_domain": "the domain does not exist",
    "no_mail": "the domain takes no mail",
    "mail_unknown": "the name servers did not tell whether the domain takes mail",
    "not_in_plan": "the country has no such number",
    "not_mobile": "it is not a mobile number",
    "formula": "a spreadsheet may run it as a formula",
}
"""What makes the exit code 1."""
FLAGS = {
    "role": "a function reads it, not a person",
    "free": "the domain gives addresses to anybody",
}
_MAIL_FINDINGS: dict[MailState, str] = {
    "no_domain": "no_domain",
    "no_mail": "no_mail",
    "unknown": "mail_unknown",
}
_LONGEST_SHOWN = 200
_ROW = "row"
"""The type of what is said about a whole row."""
_TOGETHER = 500
"""How many contacts wait for the name servers together."""


@dataclass(kw_only=True, slots=True)
class Summary:
    """What was found, by its name."""

    contacts: int = 0
    unreadable: int = 0
    """Rows that could not be read."""
    with_findings: int = 0
    names: Counter[str] = field(default_factory=Counter)

    def describe(self, rows: int) -> str:
        """One sentence for people."""
        counts = f"{count_of(self.contacts, 'contact')} in {count_of(rows, 'row')}"
        text = f"{counts}: {self.with_findings:,} with findings"
        found = self._list(FINDINGS)
        flags = self._list(FLAGS)
        return f"{text}{f' ({found})' if found else ''}.{f' Also: {flags}.' if flags else ''}"

    def _list(self, names: Iterable[str]) -> str:
        return ", ".join(f"{name} {self.names[name]:,}" for name in names if self.names[name])


def judge(
    contacts: Iterable[Contact | UnreadableRow],
    summary: Summary,
    *,
    region: str | None,
    mail: MailDomains | None,
) -> Iterator[dict[str, Any]]:
    """What is said about each contact, in their order, as an object with the same keys for all.

    Raises UsageError, before the first contact, for a region that does not exist and a missing package.
    """
    inspect_email("somebody@example.com")
    inspect_phone("+12015550123", region)
    waiting = iter(contacts)
    while batch := list(islice(waiting, _TOGETHER if mail is not None else 1)):
        judged = [_judge(each, region) for each in batch]
        if mail is not None:
            _add_mail(judged, mail)
        for row, _ in judged:
            if row["type"] == _ROW:
                summary.unreadable += 1
            else:
                summary.contacts += 1
            summary.with_findings += bool(row["findings"])
            summary.names.update([*row["findings"], *row["flags"]])
            yield row


def _judge(each: Contact | UnreadableRow, region: str | None) -> tuple[dict[str, Any], EmailFacts | None]:
    if isinstance(each, UnreadableRow):
        return _row(each.line, None, _ROW, each.reason, ["unreadable"]), None
    return _judge_phone(each, region) if each.type == "phone" else _judge_email(each)


def _new_row(contact: Contact) -> dict[str, Any]:
    text = contact.value if isinstance(contact.value, str) else repr(contact.value)
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    return _row(contact.line, contact.column, contact.type, shown, [])


def _row(line: int, column: str | None, kind: str, value: str, findings: list[str]) -> dict[str, Any]:
    return {
        "line": line,
        "column": column,
        "type": kind,
        "value": value,
        "findings": findings,
        "flags": [],
        "suggestion": None,
        "formatted": None,
        "phone_kind": None,
        "country_iso3": None,
        "mail": None,
    }


def _judge_email(contact: Contact) -> tuple[dict[str, Any], EmailFacts | None]:
    row = _new_row(contact)
    if isinstance(contact.value, str) and is_formula(contact.value):
        row["findings"].append("formula")
    try:
        facts = inspect_email(contact.value)
    except UsageError:
        row["findings"].append("invalid")
        return row, None
    row["formatted"] = facts.address
    if facts.suggested_domain is not None:
        row["findings"].append("typo")
        row["suggestion"] = f"{facts.address.rpartition('@')[0]}@{facts.suggested_domain}"
    row["findings"] += [name for name in ("disposable", "quoted") if getattr(facts, name)]
    row["flags"] += [name for name in FLAGS if getattr(facts, name)]
    return row, facts


def _judge_phone(contact: Contact, region: str | None) -> tuple[dict[str, Any], None]:
    row = _new_row(contact)
    # A number begins with `+` too.
    if isinstance(contact.value, str) and is_formula(contact.value, may_be_phone=True):
        row["findings"].append("formula")
    try:
        facts = inspect_phone(contact.value, region)
    except UsageError as error:
        # The hint says how to give the country.
        row["findings"].append("invalid" if error.hint is None else "no_country")
        return row, None
    row |= {"formatted": facts.number, "phone_kind": facts.kind, "country_iso3": facts.country_iso3}
    if not facts.in_plan:
        row["findings"].append("not_in_plan")
    if facts.kind in ("fixed", "other"):
        row["findings"].append("not_mobile")
    return row, None


def _add_mail(judged: list[tuple[dict[str, Any], EmailFacts | None]], mail: MailDomains) -> None:
    states = mail.look_up(facts.ascii_domain for _, facts in judged if facts is not None)
    for row, facts in judged:
        if facts is not None:
            row["mail"] = states[facts.ascii_domain]
            row["findings"] += [_MAIL_FINDINGS[row["mail"]]] if row["mail"] in _MAIL_FINDINGS else []
