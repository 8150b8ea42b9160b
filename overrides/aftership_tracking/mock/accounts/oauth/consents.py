"""What merchants consent to: authorize requests, codes, installs, and the connections that come of them."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from aftership_tracking.mock.accounts.oauth.apps import MockApp, MockMerchant
from aftership_tracking.mock.accounts.oauth.authorization import (
    Authorization,
    SentBack,
    read_authorization,
    write_location,
)
from aftership_tracking.mock.accounts.oauth.issued import Issued, IssuedTokens, Kind

PRODUCT = "tracking"
UNINSTALLED = "belongs to an app that the merchant uninstalled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """An app that a merchant has connected, by one consent.

    Attributes:
        client_id: the id of the app.
        merchant: the name of the merchant.
        scopes: what the merchant allowed.
        granted_at: by the clock of the mock.
        expires_at: of the newest access token; None before there is one.
    """

    client_id: str
    merchant: str
    scopes: tuple[str, ...]
    granted_at: datetime
    expires_at: datetime | None


class Consents:
    """The consents of one mock.

    Args:
        lock: that of `issued`.
        code_lifetime: seconds that a code is good for.
        needs_pkce, scope_separator: as of `MockOAuth`.
    """

    def __init__(
        self,
        issued: IssuedTokens,
        lock: threading.Lock,
        apps: Mapping[str, MockApp],
        merchants: Mapping[str, MockMerchant],
        *,
        code_lifetime: float,
        needs_pkce: bool,
        scope_separator: str,
    ) -> None:
        self._issued = issued
        self._lock = lock
        self._apps = apps
        self._merchants = merchants
        self._code_lifetime = timedelta(seconds=code_lifetime)
        self._needs_pkce = needs_pkce
        self._scope_separator = scope_separator
        self._installing: dict[str, str] = {}

    def clear(self) -> None:
        """Forget what was installed last. The caller holds the lock."""
        self._installing = {}

    def state(self) -> dict[str, str]:
        """For whom an install was begun last, by app. The caller holds the lock."""
        return dict(self._installing)

    def load(self, state: Any) -> None:
        """Put back what `state` returned. The caller holds the lock.

        Raises:
            ValueError: it is something else.
        """
        self._installing = msgspec.convert(state, dict[str, str])

    def read(self, parameters: Mapping[str, str], repeated: Collection[str] = ()) -> Authorization | SentBack:
        """Read an authorize request; `repeated`: names that came more than once.

        Raises:
            RefusedAuthorization: nothing may be sent anywhere.
        """
        return read_authorization(
            self._apps,
            parameters,
            repeated=repeated,
            scope_separator=self._scope_separator,
            needs_pkce=self._needs_pkce,
        )

    def suggested(self, client_id: str) -> MockMerchant:
        """The merchant for whom an install was begun last, or the first one."""
        with self._lock:
            name = self._installing.get(client_id)
        return self._merchants.get(name or "") or next(iter(self._merchants.values()))

    def approve(
        self, request: Authorization, merchant: MockMerchant, scopes: Collection[str], now: datetime
    ) -> str:
        """Issue a code, and return where the browser goes. `scopes`: of those that were requested."""
        with self._lock:
            number = self._issued.new_number()
            code = IssuedTokens.name("code", number)
            issued = Issued(
                scopes=tuple(sorted(scopes)),
                account=merchant.account,
                expires_at=now + self._code_lifetime,
                client_id=request.app.client_id,
                merchant=merchant.name,
                family=f"consent-{number}",
                granted_at=now,
                redirect_uri=request.sent_redirect_uri,
                challenge=request.challenge,
                challenge_method=request.challenge_method,
            )
            self._issued.add("code", code, issued)
            self._installing.pop(request.app.client_id, None)
        return request.location(code=code)

    def install_url(self, app: MockApp, merchant: MockMerchant, now: datetime) -> str:
        """Return the signed install request of a merchant, as an address for a browser.

        Raises:
            ValueError: the app has no `app_url`.
        """
        if app.app_url is None:
            raise ValueError(f"the app {app.client_id} has no app_url, where an install begins")
        with self._lock:
            self._installing[app.client_id] = merchant.name
        sent = {"product": PRODUCT, "timestamp": str(int(now.timestamp()))}
        return write_location(app, app.app_url, None, sent)

    def uninstall(self, merchant: str, client_id: str | None = None) -> int:
        """End the codes and tokens of a merchant, of one app or of all; return how many that were."""
        with self._lock:
            return self._issued.end_all(
                lambda each: each.merchant == merchant and client_id in (None, each.client_id), UNINSTALLED
            )

    def connections(self, now: datetime) -> list[Connection]:
        """What merchants have consented to and is still good, the oldest first."""
        with self._lock:
            families: dict[str, list[tuple[Kind, Issued]]] = {}
            for kind, _, each in self._issued:
                if each.merchant and (kind != "code" or each.ended is None):
                    families.setdefault(each.family, []).append((kind, each))
        found = []
        for members in families.values():
            good = [each for _, each in members if each.why_not(now) is None]
            ends = [each.expires_at for kind, each in members if kind == "access" and each.ended is None]
            if good:
                one = good[-1]
                found.append(
                    Connection(
                        client_id=one.client_id or "",
                        merchant=one.merchant or "",
                        scopes=one.scopes,
                        granted_at=one.granted_at or now,
                        expires_at=max(filter(None, ends), default=None),
                    )
                )
        return sorted(found, key=lambda each: each.granted_at)
