"""How the `hmac` of a redirect or of an install request may be computed.

That it is an HMAC-SHA256 is known of the install request. What it covers, in which order, with which key and
encoding is not public: a recipe is an assumption that somebody writes down. Nothing of the package is
imported here, so that an app and the mock can use the very same recipe.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote_plus

__all__ = ["HmacRecipe"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HmacRecipe:
    """How the parameters of a request are signed. Every default is an assumption of this package.

        recipe = HmacRecipe(covered=("code", "state"), encoding="base64")
        recipe.sign({"code": "c-1", "state": "s-1"}, client_secret)

    The signed message is the covered parameters as `name=value`, joined with `&`.

    Raises ValueError for values that cannot work: an unknown word, or a `parameter` that covers itself.
    """

    covered: tuple[str, ...] | None = None
    """The names of the parameters that are signed; None: all of the request except `parameter`."""
    order: Literal["name", "covered"] = "name"
    """Sorted by name, or in the order of `covered`."""
    values: Literal["encoded", "plain"] = "encoded"
    """Names and values as a query has them (`a b&` is `a+b%26`), or decoded. Decoded ones are ambiguous: a
    value may contain `&` and `=`, and then read like further parameters."""
    key: Literal["text", "hex", "base64"] = "text"
    """How the secret becomes the key: its characters as UTF-8, or the bytes that it writes in hex or base64.
    """
    digest: Literal["sha256", "sha384", "sha512"] = "sha256"
    """The hash function of the HMAC."""
    encoding: Literal["hex", "base64"] = "hex"
    """How the signature is written: lower-case hex, or base64 with its padding."""
    parameter: str = "hmac"
    """The name of the parameter that holds the signature."""

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                given = getattr(self, name)
                raise ValueError(f"{name} of an HmacRecipe is {' or '.join(map(repr, words))}, not {given!r}")
        names: object = self.covered
        if isinstance(names, str) or names == ():
            raise ValueError("covered of an HmacRecipe is a tuple of names, or None for all parameters")
        if self.covered is None and self.order == "covered":
            raise ValueError("order='covered' of an HmacRecipe needs the names in covered")
        if not self.parameter or self.parameter in (self.covered or ()):
            raise ValueError("parameter of an HmacRecipe is a name that is not among those covered")

    def sign(self, parameters: Mapping[str, str], secret: str) -> str:
        """Return the signature of parameters, decoded as a web framework gives them. Others than the covered
        ones are ignored.

        Raises ValueError if a covered parameter is missing, or if the secret cannot be the key.
        """
        key = self._key(secret)
        del secret
        if key is None:
            raise ValueError(f"the secret is blank or not {self.key}, as the HmacRecipe says")
        message = self._message(parameters)
        if message is None:
            missing = next(name for name in self.covered or () if name not in parameters)
            raise ValueError(f"the HmacRecipe covers {missing}, and the parameters lack it")
        return self._encode(hmac.digest(key, message, self.digest))

    def check(self, parameters: Mapping[str, str], secret: str) -> bool:
        """Return whether the signature among the parameters is right, in constant time. False if it or a
        covered parameter is missing.

        Raises ValueError if the secret cannot be the key.
        """
        given = parameters.get(self.parameter)
        if not given or any(name not in parameters for name in self.covered or ()):
            return False
        expected = self.sign(parameters, secret)
        # Some write hex in capitals; base64 depends on the case.
        found = given.lower() if self.encoding == "hex" else given
        return hmac.compare_digest(found.encode("utf-8", "replace"), expected.encode())

    def _key(self, secret: str) -> bytes | None:
        if not secret.strip():
            return None
        try:
            if self.key == "hex":
                return bytes.fromhex(secret)
            return base64.b64decode(secret, validate=True) if self.key == "base64" else secret.encode()
        except (ValueError, binascii.Error):
            return None

    def _message(self, parameters: Mapping[str, str]) -> bytes | None:
        names = self.covered
        if names is None:
            names = tuple(name for name in parameters if name != self.parameter)
        if any(name not in parameters for name in names):
            return None
        ordered = sorted(names) if self.order == "name" else names
        write = quote_plus if self.values == "encoded" else str
        pairs = (f"{write(name)}={write(parameters[name])}" for name in ordered)
        return "&".join(pairs).encode("utf-8", "surrogatepass")

    def _encode(self, digest: bytes) -> str:
        return digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode("ascii")


_WORDS = {
    "order": ("name", "covered"),
    "values": ("encoded", "plain"),
    "key": ("text", "hex", "base64"),
    "digest": ("sha256", "sha384", "sha512"),
    "encoding": ("hex", "base64"),
}
