"""What the token endpoint and the revocation endpoint do with codes and tokens (RFC 6749, 7009 and 7636)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftership_tracking.mock.accounts.oauth.issued import Issued, IssuedTokens, Kind
from aftership_tracking.mock.accounts.oauth.token_forms import TokenFailure, TokenForm, check_verifier

REVOKED = "was revoked"
USED = "was used already"


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRules:
    """How tokens live; `MockOAuth` says what each setting means.

    Raises:
        ValueError: they contradict each other, or a lifetime is not usable.
    """

    lifetime: float
    refresh_lifetime: float | None
    rotate: bool
    revoke_on_reuse: bool

    def __post_init__(self) -> None:
        check_lifetime("lifetime", self.lifetime)
        check_lifetime("refresh_lifetime", self.refresh_lifetime)
        if self.revoke_on_reuse and not self.rotate:
            raise ValueError(
                "revoke_on_reuse needs rotate: without it a refresh token is used again and again"
            )


class TokenEndpoint:
    """Exchanges codes, renews tokens and ends them. Hold the lock of `MockOAuth`."""

    def __init__(self, issued: IssuedTokens, rules: TokenRules) -> None:
        self._issued = issued
        self._rules = rules

    def grant(self, form: TokenForm, now: datetime) -> dict[str, object]:
        """Return the response to a request for tokens. Raises TokenFailure for what gets none."""
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._exchange(form, now)
        if kind == "refresh_token":
            return self._renew(form, now)
        if kind is None:
            raise TokenFailure("invalid_request", "grant_type is missing")
        raise TokenFailure(
            "unsupported_grant_type", "grant_type has to be authorization_code or refresh_token"
        )

    def _exchange(self, form: TokenForm, now: datetime) -> dict[str, object]:
        code = form.get("code") or ""
        issued = self._issued.get("code", code)
        if issued is None:
            raise TokenFailure("invalid_grant", "the code is not one of this mock")
        _check_owner(issued, form, "code")
        if issued.ended == USED:
            # RFC 6749, 4.1.2: somebody else may have used it.
            self._end_family(issued, "came of a code that was used twice")
        why_not = issued.why_not(now)
        if why_not is None and issued.redirect_uri is not None:
            sent = form.get("redirect_uri")
            if sent != issued.redirect_uri:
                why_not = "was issued for another redirect_uri" if sent else "needs its redirect_uri"
        if why_not is None and issued.merchant is not None:
            sent = form.get("code_verifier")
            why_not = check_verifier(sent, issued.challenge, issued.challenge_method)
        if why_not is not None:
            raise TokenFailure("invalid_grant", f"the code {why_not}")
        self._issued.end("code", code, USED)
        return self._issue(issued, now, None)

    def _renew(self, form: TokenForm, now: datetime) -> dict[str, object]:
        old = form.get("refresh_token") or ""
        issued = self._issued.get("refresh", old)
        if issued is None:
            raise TokenFailure("invalid_grant", "the refresh token is not one of this mock")
        _check_owner(issued, form, "refresh token")
        if issued.ended == USED and self._rules.revoke_on_reuse:
            self._end_family(issued, "belongs to a refresh token that was used twice")
        why_not = issued.why_not(now)
        if why_not is not None:
            raise TokenFailure("invalid_grant", f"the refresh token {why_not}")
        wanted = tuple(filter(None, (form.get("scope") or "").split(" ")))
        if not set(wanted) <= set(issued.scopes):
            raise TokenFailure("invalid_scope", "scope: more than what the merchant allowed")
        if self._rules.rotate:
            self._issued.end("refresh", old, USED)
        return self._issue(issued, now, None if self._rules.rotate else old, wanted)

    def _issue(
        self, issued: Issued, now: datetime, old_refresh: str | None, scopes: tuple[str, ...] = ()
    ) -> dict[str, object]:
        number = self._issued.new_number()
        access = IssuedTokens.name("access", number)
        refresh = IssuedTokens.name("refresh", number) if old_refresh is None else old_refresh
        common = replace(
            issued,
            account=issued.account or access,
            redirect_uri=None,
            challenge=None,
            challenge_method=None,
            ended=None,
        )
        allowed, lifetime = scopes or issued.scopes, self._rules.lifetime
        self._issued.add(
            "access",
            access,
            replace(common, scopes=allowed, expires_at=now + timedelta(seconds=lifetime)),
        )
        life = self._rules.refresh_lifetime
        end = None if life is None else now + timedelta(seconds=life)
        # One that is used again keeps its end, and its account, which may have been found only now.
        stays = replace(issued, account=common.account)
        self._issued.add(
            "refresh", refresh, replace(common, expires_at=end) if old_refresh is None else stays
        )
        return {
            "access_token": access,
            "token_type": "Bearer",
            # A whole number if it is one: some clients read no other.
            "expires_in": int(lifetime) if lifetime == int(lifetime) else lifetime,
            "refresh_token": refresh,
            "scope": " ".join(sorted(allowed)),
        }

    def revoke(self, form: TokenForm, now: datetime) -> None:
        """End a token. Raises TokenFailure if it is that of another app, or missing."""
        token = form.needed("token")
        # RFC 7009, 2.1: the type is a hint only, so both are searched. 2.2: unknown tokens are not an error.
        kinds: tuple[Kind, Kind] = ("refresh", "access")
        for kind in kinds:
            issued = self._issued.get(kind, token)
            if issued is None or issued.why_not(now) is not None:
                continue
            _check_owner(issued, form, f"{kind} token")
            if kind == "refresh":
                self._end_family(issued, REVOKED)
                self._issued.end("refresh", token, REVOKED)
            else:
                self._issued.end("access", token, REVOKED)

    def _end_family(self, issued: Issued, why: str) -> None:
        # Tokens of a snapshot from before there were families have none, and nothing in common.
        if issued.family:
            self._issued.end_all(lambda each: each.family == issued.family, why)


def _check_owner(issued: Issued, form: TokenForm, what: str) -> None:
    if issued.client_id is not None and issued.client_id != form.client_id:
        raise TokenFailure("invalid_grant", f"the {what} was issued to another app")


def check_lifetime(name: str, seconds: float | None) -> None:
    """Refuse seconds that no date can be reached with. Raises ValueError."""
    # Ten years: later there are no dates.
    if seconds is not None and not 0 <= seconds <= 315_360_000:
        raise ValueError(f"{name} must be from 0 to 315360000 seconds, not {seconds!r}")
