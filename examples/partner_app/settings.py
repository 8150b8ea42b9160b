"""What the app knows about itself and about the service. Nearly all of it is an assumption."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aftership_tracking import OAuthApp
from aftership_tracking.oauth import HmacRecipe

APPS = Path(__file__).with_name("apps.toml")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`service`: the address of the service, or of the mock. `home`: where this app is reached."""

    service: str
    oauth: OAuthApp
    home: str

    @property
    def port(self) -> int:
        return urlsplit(self.home).port or 80


def read_settings(service: str, path: Path = APPS) -> Settings:
    """Read the file that the mock reads too."""
    with path.open("rb") as file:
        app = tomllib.load(file)["apps"][0]
    redirect_uri: str = app["redirect_uris"][0]
    oauth = OAuthApp(
        app["client_id"],
        app["client_secret"],
        # No address of the service's OAuth is documented: these are those of the mock.
        authorize_url=f"{service}/oauth/authorize",
        token_url=f"{service}/oauth/token",
        revoke_url=f"{service}/oauth/revoke",
        redirect_uri=redirect_uri,
        hmac_recipe=HmacRecipe(**app["hmac"]),
    )
    return Settings(service=service, oauth=oauth, home=redirect_uri.rpartition("/")[0])
