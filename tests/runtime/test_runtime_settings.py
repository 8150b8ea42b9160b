"""The configuration of a client: its key, and settings that cannot work are refused at once."""

from __future__ import annotations

import math
from typing import Any

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.options import Timeout
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, check_base_url

KEY = "asat_0123456789abcdef0123456789abcdef"


def test_empty_key_never_becomes_the_key_of_the_environment(monkeypatch, make):
    """A merchant without a key must not act on the account of another merchant."""
    monkeypatch.setenv("AFTERSHIP_API_KEY", "asat_environment")
    with pytest.raises(UsageError, match="no API key"):
        make(api_key="")
    client = make()
    for missing in ("", None):
        with pytest.raises(UsageError, match="API key"):
            client.with_options(api_key=missing)


def test_empty_secret_never_becomes_the_secret_of_the_environment(monkeypatch, make):
    monkeypatch.setenv("AFTERSHIP_API_SECRET", "asek_environment")
    with pytest.raises(UsageError, match="secret"):
        make(auth="aes", api_secret="")


def test_empty_base_url_is_not_the_real_service(make):
    with pytest.raises(UsageError, match="base_url"):
        make(base_url="")


def test_line_break_after_a_secret_is_not_part_of_it(service, make):
    service.reply_parcel()
    service.reply_parcel()
    make(auth="aes", api_secret="asek_secret").parcels.get("p1")
    make(auth="aes", api_secret="asek_secret\n").parcels.get("p1")
    first, second = (request.headers["as-signature-hmac-sha256"] for request in service.requests)
    assert first == second


def test_secret_that_is_not_valid_text_is_refused_without_showing_it(make):
    with pytest.raises(UsageError, match="secret") as caught:
        make(auth="aes", api_secret="asek_\udc80secret")
    assert "asek_" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("auth", [None, ("user", "password"), 5])
def test_auth_must_be_able_to_sign(make, auth):
    with pytest.raises(UsageError, match="sign"):
        make(auth=auth)


def test_key_beside_an_authenticator_names_the_account_and_is_masked(service, make):
    class Custom:
        def sign(self, request: Request) -> Request:
            return request

    first, second, other = (make(auth=Custom(), api_key=key) for key in (KEY, KEY, "asat_other"))
    accounts = [client._setup.credentials.account for client in (first, second, other)]
    assert accounts[0] == accounts[1] != accounts[2]
    assert first._setup.credentials.erase(KEY.encode()) == b"***"


def test_limiter_must_be_able_to_limit(make):
    with pytest.raises(UsageError, match="limiter"):
        make(limiter=object())


@pytest.mark.parametrize(
    "timeout",
    [math.inf, 1e12, "5", True, (4, 5), httpx.Timeout(4), Timeout("1"), Timeout(1, math.inf)],
    ids=repr,
)
def test_timeout_that_no_socket_accepts_is_refused(make, timeout):
    with pytest.raises(UsageError, match="timeout"):
        make(timeout=timeout)


@pytest.mark.parametrize("deadline", ["5", True, math.nan])
def test_deadline_must_be_seconds(make, deadline):
    with pytest.raises(UsageError, match="deadline"):
        make(deadline=deadline)


@pytest.mark.parametrize("text", ["inf", "nan", "1.5", "-1", "two"])
def test_number_of_retries_in_the_environment(monkeypatch, make, text):
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_MAX_RETRY", text)
    with pytest.raises(UsageError, match="AFTERSHIP_TRACKING_SDK_MAX_RETRY"):
        make()


def test_host_may_have_the_name_tracking(make):
    assert make(base_url="http://tracking")._setup.settings.base_url == "http://tracking"


@pytest.mark.parametrize("path", ["/tracking", "/tracking/2026-07", "/prefix/tracking/2024-01/"])
def test_base_url_with_any_version_in_it_is_refused(make, path):
    with pytest.raises(UsageError, match="before /tracking"):
        make(base_url=f"https://x{path}")


@pytest.mark.parametrize("character", [chr(code) for code in range(33, 127)])
def test_prefix_is_signed_as_it_is_sent(character):
    """httpx would encode other characters, and then the sent URL would differ from the signed one."""
    try:
        base = check_base_url(f"https://x/a{character}b")
    except UsageError:
        return
    request = Request("GET", f"{base}/t?q=1", Headers())
    assert httpx.URL(request.url).raw_path.decode() == request.target


def test_percent_without_digits_is_refused():
    with pytest.raises(UsageError, match="base_url"):
        check_base_url("https://x/a%zz")
    assert check_base_url("https://x/a%2Fb") == "https://x/a%2Fb"


def test_header_name_must_be_a_string(make):
    with pytest.raises(UsageError, match="header name"):
        make(headers={5: "x"})


@pytest.mark.parametrize("proxy", ["10.0.0.1:port", "ftp://user:hunter22@host", "http://user:hun/ter22@host"])
def test_proxy_that_cannot_work_is_a_usage_error_without_its_password(monkeypatch, proxy):
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_PROXY", proxy)
    client: Any = sample.Sample(KEY)
    with pytest.raises(UsageError, match="AFTERSHIP_TRACKING_SDK_PROXY") as caught:
        client.parcels.get("p1")
    assert "hun" not in str(caught.value)
    assert caught.value.__context__ is None
