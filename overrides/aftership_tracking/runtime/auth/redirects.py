"""What a merchant's browser brings: the install request, and the redirect after the consent.

Documented are the names of the parameters. Their computation is not, so a caller says how `hmac` is checked,
or in a word that it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeAlias

from aftership_tracking.errors import AfterShipError, UsageError

__all__ = ["HmacCheck", "InstallRequest", "RedirectError", "choose_check", "read_install", "read_redirect"]

HmacCheck: TypeAlias = "Callable[[Mapping[str, str]], bool]"
"""A function of your own that says whether the `hmac` of these parameters is right."""

KNOWN_ERRORS = (
    *("access_denied", "invalid_client", "invalid_grant", "invalid_request", "invalid_scope"),
    *("server_error", "temporarily_unavailable", "unauthorized_client", "unsupported_response_type"),
)
_SKEW = 60.0
"""Seconds that the clock of the sender may be ahead."""
_MILLISECONDS = 1e11
"""A Unix time that is larger counts milliseconds."""


class RedirectError(AfterShipError):
    """The browser came with parameters that cannot be trusted, or without consent. Nothing of them that could
    be forged is in the message.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class InstallRequest:
    """A merchant wants to install the app: send the browser on to `authorization_url`."""

    product: str
    """The product that the app is to be installed for; empty if the request did not say."""
    timestamp: float
    """When the request was made, in Unix time."""
    is_checked: bool
    """Whether the `hmac` was checked."""


def choose_check(
    own: HmacCheck | None, given: HmacCheck | None, word: str | None, reader: str
) -> HmacCheck | None:
    """Return how an `hmac` is checked; None: the caller wrote that it is not.

    `own`: by the recipe of the app. `given`, `word`: `check_hmac` and `hmac` of the caller. Raises UsageError
    if nothing says how, or if two things disagree.
    """
    if word is not None and word != "unchecked":
        raise UsageError(f"hmac of {reader} can only be 'unchecked', not {word!r}")
    if word is not None and (given is not None or own is not None):
        rival = "check_hmac" if given is not None else "the hmac_recipe of the app"
        raise UsageError(f"{reader} has {rival} and hmac='unchecked'", hint="Leave one of them out.")
    found = given if given is not None else own
    if found is None and word is None:
        raise UsageError(
            f"{reader} does not know how to check the hmac, and a forged one must not be taken in silence",
            hint="Give OAuthApp an hmac_recipe=HmacRecipe(...), or give check_hmac=, or write "
            "hmac='unchecked'.",
        )
    return found


def read_redirect(parameters: Mapping[str, str], state: str, check: HmacCheck | None) -> str:
    """Return the code of a redirect. Raises RedirectError if it cannot be trusted."""
    given: object = parameters.get("state", "")
    if not state or not isinstance(given, str) or not compare_digest(_bytes(given), _bytes(state)):
        raise RedirectError(
            "the state is not the one that was sent",
            hint="Let the merchant start the connection again.",
        )
    _check_strings(parameters)
    if "error" not in parameters or "code" in parameters:
        # An error ends it in any case, and a recipe that covers the code cannot sign one.
        _check_hmac(parameters, check)
    if "error" in parameters:
        known = parameters["error"] in KNOWN_ERRORS
        raise RedirectError(
            f"the merchant was not connected ({parameters['error'] if known else 'unknown error'})"
        )
    if not parameters.get("code"):
        raise RedirectError("there is no code")
    return parameters["code"]


def read_install(
    parameters: Mapping[str, str], check: HmacCheck | None, max_age: float, now: float
) -> InstallRequest:
    """Return an install request. Raises RedirectError if it cannot be trusted, or is too old."""
    _check_strings(parameters)
    _check_hmac(parameters, check)
    timestamp = _read_timestamp(parameters.get("timestamp", ""))
    if not now - max_age <= timestamp <= now + _SKEW:
        raise RedirectError(
            f"the install request is not from the last {max_age:g} s",
            hint="Let the merchant start the installation again; check the clock of this machine.",
        )
    return InstallRequest(
        product=parameters.get("product", ""), timestamp=timestamp, is_checked=check is not None
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _check_strings(parameters: Mapping[str, str]) -> None:
    # Some frameworks give a list for each name, or half characters for bytes that are not UTF-8.
    for pair in parameters.items():
        if not all(isinstance(part, str) for part in pair):
            raise RedirectError(
                "a parameter is not a string",
                hint="Give names and values as strings, and refuse a parameter that came more than once.",
            )
        if any("\ud800" <= letter <= "\udfff" for part in pair for letter in part):
            raise RedirectError("a parameter is not UTF-8")


def _check_hmac(parameters: Mapping[str, str], check: HmacCheck | None) -> None:
    if check is not None and not check(parameters):
        raise RedirectError(
            "the hmac is not right",
            hint="Somebody may have forged the request, or the recipe is not the one of the service.",
        )


def _read_timestamp(text: str) -> float:
    # Not documented: Unix time, in seconds or milliseconds, is an assumption.
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise RedirectError("the timestamp of the install request is not a Unix time")
    number = float(text)
    return number / 1000 if number >= _MILLISECONDS else number
