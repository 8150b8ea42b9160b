"""oauth_scopes.py of the package: the scopes of partner apps that the documents name, as an open enum."""

from __future__ import annotations

from collections.abc import Sequence

from generator.client.content_reader import scopes_of_schemes
from generator.client.enum_member_names import member_names
from generator.client.quoting import literal, prose
from generator.client.render import PACKAGE
from generator.document.document import Document

_PREFIX = "aftership:"
"""What all of them begin with says nothing in the name of a member."""


def render_oauth_scopes(documents: Sequence[Document]) -> dict[str, str]:
    """The module. `documents`: all versions, oldest first. A scope that one of them names is known."""
    meanings = {scope: text for document in documents for scope, text in scopes_of_schemes(document).items()}
    named = dict(zip(meanings, member_names(one.removeprefix(_PREFIX) for one in meanings), strict=True))
    lines = [*_head(list(meanings)), *_CLASS]
    for scope, name in named.items():
        lines += [f"    {name} = {literal(scope)}", f'    """{prose(meanings[scope])}"""']
    lines += _MEANING
    lines += [f"    {literal(scope)}: {literal(text)}," for scope, text in meanings.items()]
    return {f"{PACKAGE}/oauth_scopes.py": "\n".join([*lines, "}", ""])}


def _head(scopes: list[str]) -> list[str]:
    # A `Literal` of nothing is not a type.
    names = ["Literal[", *(f"    {literal(scope)}," for scope in scopes), "]"] if scopes else ["str"]
    return [
        '"""The OAuth scopes that the documents name. They are open: a new one is `Scope("...")`."""',
        "",
        "from __future__ import annotations",
        "",
        f"from typing import {'Literal, ' if scopes else ''}TypeAlias",
        "",
        "from aftership_tracking.runtime.models.enums import OpenEnum",
        "",
        f"ScopeName: TypeAlias = {names[0]}",
        *names[1:],
        '"""The scopes as plain strings."""',
    ]


_CLASS = (
    "",
    "",
    "class Scope(OpenEnum):",
    '    """What a merchant allows a partner app. `Scope("...")` makes one that is not listed here."""',
    "",
)
_MEANING = (
    "",
    "    @property",
    "    def meaning(self) -> str | None:",
    '        """What the scope allows, in English; None for an unknown scope."""',
    "        return _MEANINGS.get(self._value_)",
    "",
    "",
    "_MEANINGS: dict[str, str] = {",
)
