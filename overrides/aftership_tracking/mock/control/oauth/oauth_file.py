"""The file of `aftership mock --oauth FILE`: apps, merchants and settings, in TOML, YAML or JSON.

merchants = ["anna", "ben"]

[[apps]]
client_id = "parcel-pages"
client_secret = "a secret of the mock"
app_url = "http://127.0.0.1:8000/install"
redirect_uris = ["http://127.0.0.1:8000/connected"]
scopes = ["aftership:tracking:read"]
hmac = { encoding = "hex" }
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal

import msgspec

# Not `from aftership_tracking import documents`: that asks the package itself first, which loads a version.
import aftership_tracking.documents as installed_documents
from aftership_tracking.mock.accounts.oauth.apps import MockApp, MockMerchant
from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth
from aftership_tracking.mock.control.bodies import Body, read_as
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.files.located_file import LocatedFile, read_located
from aftership_tracking.mock.control.oauth.scope_texts import declared_scopes
from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe


class _Hmac(Body):
    covered: list[str] | None = None
    order: Literal["name", "covered"] = "name"
    values: Literal["encoded", "plain"] = "encoded"
    key: Literal["text", "hex", "base64"] = "text"
    digest: Literal["sha256", "sha384", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    parameter: str = "hmac"


class _App(Body):
    client_id: str
    client_secret: str
    redirect_uris: list[str]
    scopes: list[str]
    name: str = ""
    app_url: str | None = None
    hmac: _Hmac | None = None


class _Merchant(Body):
    name: str
    key: str | None = None


class _OAuthFile(Body):
    apps: list[_App]
    merchants: list[_Merchant | str] = msgspec.field(default_factory=list)
    path: str = "/oauth/token"
    authorize_path: str = "/oauth/authorize"
    revoke_path: str = "/oauth/revoke"
    lifetime: float = 3600
    code_lifetime: float = 600
    refresh_lifetime: float | None = None
    rotate: bool = True
    revoke_on_reuse: bool = False
    needs_pkce: bool = False
    scope_separator: str = " "
    header: str = "authorization"
    prefix: str = "Bearer"


_INNER: dict[str, type[Body]] = {"apps[]": _App, "apps[].hmac": _Hmac, "merchants[]": _Merchant}


def read_oauth_file(path: Path) -> MockOAuth:
    """Read apps, merchants and settings.

    Raises:
        LocatedError: the file cannot be read, or something in it is not right; the message says where.
    """
    file = read_located(path)
    try:
        content = read_as(file.value, _OAuthFile, inner=_INNER)
    except ControlError as error:
        raise file.locate(error.message) from None
    if not content.apps:
        raise file.error("apps", "apps: declare at least one")
    _refuse_twice(
        file, "app", {f"apps[{i}].client_id": each.client_id for i, each in enumerate(content.apps)}
    )
    names = {
        f"merchants[{i}]": each if isinstance(each, str) else each.name
        for i, each in enumerate(content.merchants)
    }
    _refuse_twice(file, "merchant", names)
    apps = [_read_app(file, index, each) for index, each in enumerate(content.apps)]
    settings = {name: getattr(content, name) for name in content.__struct_fields__}
    merchants = [_read_merchant(file, index, each) for index, each in enumerate(settings.pop("merchants"))]
    try:
        return MockOAuth(**{**settings, "apps": apps}, merchants=merchants)
    except ValueError as error:
        raise file.locate(str(error)) from None


def _refuse_twice(file: LocatedFile, what: str, names: dict[str, str]) -> None:
    """Refuse the second of two equal names. `names`: by their paths."""
    found: set[str] = set()
    for path, name in names.items():
        if name in found:
            raise file.error(path, f"{path}: there are two {what}s named {name!r}")
        found.add(name)


def _read_app(file: LocatedFile, index: int, body: _App) -> MockApp:
    where = f"apps[{index}]"
    known = declared_scopes(installed_documents.document(installed_documents.versions()[-1]))
    for number, scope in enumerate(body.scopes):
        if scope not in known:
            close = difflib.get_close_matches(scope, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            message = f"{where}.scopes: there is no scope {scope!r}; {hint}"
            raise file.error(f"{where}.scopes[{number}]", message)
    try:
        hmac = None if body.hmac is None else _read_recipe(body.hmac)
    except ValueError as error:
        raise file.error(f"{where}.hmac", f"{where}.hmac: {error}") from None
    try:
        return MockApp(
            client_id=body.client_id,
            client_secret=body.client_secret,
            redirect_uris=tuple(body.redirect_uris),
            scopes=tuple(body.scopes),
            name=body.name,
            app_url=body.app_url,
            hmac=hmac,
        )
    except ValueError as error:
        raise file.locate(f"{where}: {error}") from None


def _read_merchant(file: LocatedFile, index: int, body: _Merchant | str) -> MockMerchant:
    try:
        return (
            MockMerchant(name=body) if isinstance(body, str) else MockMerchant(name=body.name, key=body.key)
        )
    except ValueError as error:
        raise file.error(f"merchants[{index}]", f"merchants[{index}]: {error}") from None


def _read_recipe(body: _Hmac) -> HmacRecipe:
    return HmacRecipe(
        covered=None if body.covered is None else tuple(body.covered),
        order=body.order,
        values=body.values,
        key=body.key,
        digest=body.digest,
        encoding=body.encoding,
        parameter=body.parameter,
    )
