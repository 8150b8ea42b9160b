"""What the diff does not say: the one list, each keyword with its reason.

The changes of these keywords are tried as well, so a reason that has become false is found.
"""

from __future__ import annotations

from collections.abc import Mapping

from diff_support.keyword_edits import COMPONENTS, LINK, Key

_PROOF = "how something is known changes nothing of what it is"
_READ_BY_PEOPLE = "words for those who read the document; what it says about a value is in descriptions"
_TRIED = "an example shows what the schema says; the lint compares the two"
_COVERED = "what uses it is compared, and it is not there for itself"
_HELP = "a hint of ours for people; what the service does is the same"
NOT_REPORTED: Mapping[Key, str] = {
    ("document", "openapi"): "the lint demands one value",
    ("document", "components"): _COVERED,
    ("document", "info"): "of it only the end of support is a fact of the API",
    ("document", "tags"): "tags group the operations on a page; methods do not depend on them",
    ("document", "externalDocs"): _READ_BY_PEOPLE,
    (
        "document",
        "x-errors/message",
    ): "the message of an error is a sentence for people, and comes with the response",
    ("document", "x-errors/hint"): _HELP,
    ("info", "title"): _READ_BY_PEOPLE,
    ("info", "version"): "every version has another name, and the heading of the diff says both",
    **{
        ("info", key): _READ_BY_PEOPLE
        for key in ("summary", "description", "termsOfService", "contact", "license")
    },
    ("info", "x-released"): "every version has a day of its own; its entry of the changelog begins with it",
    ("server", "description"): _READ_BY_PEOPLE,
    ("operation", "tags"): "tags group the operations on a page; methods do not depend on them",
    ("operation", "summary"): _READ_BY_PEOPLE,
    ("operation", "x-retry-reason"): _PROOF,
    ("operation", "x-provenance"): _PROOF,
    (
        "webhook",
        "responses",
    ): "what the service makes of a response of a receiver is described, and nothing of its shape",
    ("webhook", "operationId"): "receivers know an event by its name",
    ("webhook", "security"): "webhooks are signed; how is said by their headers",
    ("webhook", "tags"): "tags group the events on a page",
    ("webhook", "summary"): _READ_BY_PEOPLE,
    ("webhook", "x-provenance"): _PROOF,
    ("parameter", "content"): "the lint refuses it",
    ("parameter", "example"): _TRIED,
    ("parameter", "examples"): _TRIED,
    ("parameter", "x-provenance"): _PROOF,
    ("request-body", "description"): _READ_BY_PEOPLE,
    ("media-type", "examples"): _TRIED,
    ("media-type", "example"): _TRIED,
    ("response", "description"): _READ_BY_PEOPLE,
    ("response", "links"): "a link shows a way between operations that are there without it",
    ("response", "x-provenance"): _PROOF,
    ("header", "content"): "the lint refuses it",
    ("header", "description"): _READ_BY_PEOPLE,
    ("header", "example"): _TRIED,
    ("header", "examples"): _TRIED,
    ("header", "x-provenance"): _PROOF,
    **{("example", key): _TRIED for key in ("value", "summary", "description")},
    **{("link", key): "a link shows a way between operations that are there without it" for key in LINK},
    **{("tag", key): "tags group the operations on a page" for key in ("name", "description")},
    **{("components", key): _COVERED for key in COMPONENTS},
    ("security-scheme", "description"): _READ_BY_PEOPLE,
    ("security-scheme", "x-provenance"): _PROOF,
    (
        "discriminator",
        "propertyName",
    ): "the alternatives tell themselves apart by the values of their property, which are compared",
    (
        "discriminator",
        "mapping",
    ): "the alternatives tell themselves apart by the values of their property, which are compared",
    (
        "schema",
        "discriminator",
    ): "the alternatives tell themselves apart by the values of their property, which are compared",
    ("schema", "x-constraints"): _PROOF,
    ("schema", "x-provenance"): _PROOF,
    ("schema", "examples"): _TRIED,
    ("schema", "example"): _TRIED,
    ("schema", "$comment"): _READ_BY_PEOPLE,
}
"""What the diff does not report, with the reason."""
