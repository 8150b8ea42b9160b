"""Checks phone numbers and e-mail addresses, and formats them as the API takes them, before anything is sent.

    contacts = Contacts(region="US")
    client.trackings.create(**contacts.prepare({"tracking_number": "9400", "smses": ["(201) 555-0123"]}))

`inspect_email` and `inspect_phone` say more: hints, which refuse nothing. Nothing uses this unless you do. It
needs the extra `contacts`; only `MailDomains` sends anything over the network. Errors name a field and never
its value.
"""

from __future__ import annotations

from aftership_tracking.contacts.emails import EmailFacts, email_address, inspect_email
from aftership_tracking.contacts.mail_domains import MailDomains, MailState
from aftership_tracking.contacts.phones import PhoneFacts, PhoneKind, inspect_phone, phone_number
from aftership_tracking.contacts.prepare import Contacts

__all__ = [
    "Contacts",
    "EmailFacts",
    "MailDomains",
    "MailState",
    "PhoneFacts",
    "PhoneKind",
    "email_address",
    "inspect_email",
    "inspect_phone",
    "phone_number",
]
