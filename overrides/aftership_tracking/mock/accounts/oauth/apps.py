"""Partner apps that are registered at a mock, and the merchants that may consent to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe

MOST_NAME = 200
_SENT_PARAMETERS = ("code", "error", "product", "state", "timestamp")
"""Of install requests and redirects: a signature of that name would replace the value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MockApp:
    """A partner app. Its repr does not show the secret.

    Args:
        client_id: the id of the app.
        client_secret: what it proves itself with, and the key of `hmac`.
        redirect_uris: where the browser may be sent back to. A request has to name one of them exactly.
        scopes: what the app may request.
        name: what merchants read; the id by default.
        app_url: where an install begins; without it, no install link can be made.
        hmac: how install requests and redirects are signed. The service does not document it. None signs
            nothing: then there is no parameter `hmac`.

    Raises:
        ValueError: an id, the secret, a URL or the name is not usable.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: Sequence[str]
    scopes: Collection[str]
    name: str = ""
    app_url: str | None = None
    hmac: HmacRecipe | None = None

    def __post_init__(self) -> None:
        for name, value in (("client_id", self.client_id), ("client_secret", self.client_secret)):
            if not _is_filled(value) or not value.isprintable():
                raise ValueError(f"{name} must be a string that is not empty and has no line breaks")
        for name, texts in (("redirect_uris", self.redirect_uris), ("scopes", self.scopes)):
            if isinstance(texts, str) or not texts or not all(map(_is_filled, texts)):
                raise ValueError(f"{name} must be a list of strings that is not empty")
        for uri in self.redirect_uris:
            check_page_url("redirect_uris", uri)
            self._check_query("redirect_uris", uri)
        for scope in self.scopes:
            if not is_scope(scope):
                raise ValueError(f"scopes: {scope!r} is not a scope: one word of visible ASCII")
        if self.app_url is not None:
            check_page_url("app_url", self.app_url)
            self._check_query("app_url", self.app_url)
        if (self.name and not _is_filled(self.name)) or len(self.name) > MOST_NAME:
            raise ValueError(f"name must be a string of at most {MOST_NAME} characters")
        if self.hmac is not None and self.hmac.parameter in _SENT_PARAMETERS:
            raise ValueError(f"hmac: its parameter must not be {self.hmac.parameter}, which is sent anyway")
        if self.hmac is not None:
            # A secret that is not the key of the recipe is found here, and not at the first redirect.
            self.hmac.sign(dict.fromkeys(self.hmac.covered or (), ""), self.client_secret)

    def _check_query(self, name: str, url: str) -> None:
        """Refuse an address with a parameter that the mock adds, or with one that comes twice."""
        added = {*_SENT_PARAMETERS, *([] if self.hmac is None else [self.hmac.parameter])}
        names = [each for each, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
        wrong = next((each for each in names if each in added or names.count(each) > 1), None)
        if wrong is not None:
            raise ValueError(f"{name}: the query of {url!r} must not contain {wrong}, or it comes twice")

    @property
    def title(self) -> str:
        """What merchants read."""
        return self.name.strip() or self.client_id


@dataclass(frozen=True, kw_only=True, slots=True)
class MockMerchant:
    """A merchant who may consent.

    Args:
        name: what the authorize page shows, and what control requests name.
        key: the API key whose trackings the tokens open; by default the name, an account of its own.

    Raises:
        ValueError: the name or the key is not usable.
    """

    name: str
    key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not _is_filled(self.name) or len(self.name) > MOST_NAME:
            raise ValueError(f"the name of a merchant must have 1 to {MOST_NAME} characters")
        if self.key is not None and not _is_filled(self.key):
            raise ValueError("the key of a merchant must not be empty")

    @property
    def account(self) -> str:
        """The account that the tokens of this merchant open."""
        return self.name if self.key is None else self.key


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def check_page_url(name: str, url: str) -> None:
    """Refuse what is not the whole address of a page.

    Raises:
        ValueError: it is something else.
    """
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    # A browser would read these otherwise than we do.
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(" \"'<>\\`{}|^;,")
    if not is_right or not is_plain or "#" in url or "@" in url:
        raise ValueError(
            f"{name}: {url!r} is not the address of a page: write http(s)://HOST/PATH, percent-encoded,"
            " without a fragment or a user name"
        )


def is_scope(text: str) -> bool:
    """Whether a string can be one scope (RFC 6749, 3.3)."""
    return bool(text) and all("\x21" <= letter <= "\x7e" and letter not in '"\\' for letter in text)
