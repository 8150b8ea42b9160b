"""`sync` stores the list of an account as a whole, and `load` uses it from then on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking import AsyncAfterShip, couriers, v2024_01, v2026_07
from aftership_tracking.errors import ServerError, StorageError, UsageError
from aftership_tracking.mock import Mock

Respond = Callable[[httpx.Request], httpx.Response]
NEW = {"slug": "brand-new", "name": "Brand New", "other_name": "BN, Newest", "required_fields": []}
# The service needs another field than the lists of 2020 and 2024 say, and calls the courier otherwise.
GLS = {
    "slug": "gls-spain",
    "name": "GLS España",
    "required_fields": ["tracking_key"],
    "service_from_country_regions": ["ESP", "AND"],
}


def client_of(respond: Respond, package: Any = v2026_07) -> Any:
    return package.AfterShip(
        "a-secret-key", http_client=httpx.Client(transport=httpx.MockTransport(respond)), max_retries=0
    )


def responding(*records: dict[str, Any], active: tuple[str, ...] = ()) -> Respond:
    """A service of a version that filters by `active`."""

    def respond(request: httpx.Request) -> httpx.Response:
        only_active = request.url.params.get("active") == "true"
        found = [each for each in records if not only_active or each["slug"] in active]
        data = {"total": len(found), "couriers": found}
        return httpx.Response(200, json={"meta": {"code": 200}, "data": data})

    return respond


def test_the_live_list_wins_and_is_used_from_then_on(cache: Path) -> None:
    with client_of(responding(GLS, NEW, active=("gls-spain",))) as client:
        synced = couriers.sync(client)
    assert cache.is_file()
    for directory in (synced, couriers.load()):
        assert directory.live is not None
        assert directory.live.confidence == "live"
        assert directory.live.seen.startswith("20")
        assert directory.live.what == "https://api.aftership.com"
        gls = directory.get("gls-spain")
        assert gls is not None
        assert (gls.name, gls.required_fields, gls.is_live, gls.active) == (
            *("GLS España", ("tracking_key",)),
            *(True, True),
        )
        assert gls.countries == ("ESP", "AND")
        assert gls.aliases == ("GLS Spain",)
        assert [hint.source.confidence for hint in gls.hints] == ["live", "official plugin", "recorded"]
        assert gls.groups == ("gls-group",)
        new = directory.get("brand-new")
        assert new is not None
        assert (new.aliases, new.is_live, new.active, new.countries) == (("BN", "Newest"), True, False, None)
        assert directory.search("newest")[0] == new
        usps = directory.get("usps")
        assert usps is not None
        assert (usps.is_live, usps.active) == (False, None)
        assert len(directory) == 1556
        assert [courier.slug for courier in directory][:2] == ["gls-spain", "brand-new"]
    assert couriers.load(use_live=False).live is None


def test_the_file_holds_no_secret(cache: Path) -> None:
    with client_of(responding(GLS)) as client:
        couriers.sync(client)
    assert "a-secret-key" not in cache.read_text("utf-8")


def test_what_the_records_say_is_not_requested_again() -> None:
    requests = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.query)
        return responding({**GLS, "active": False}, {**NEW, "active": True})(request)

    with client_of(respond) as client:
        directory = couriers.sync(client)
    assert requests == [b""]
    assert [courier.active for courier in directory][:2] == [False, True]


@pytest.mark.parametrize("package", [v2024_01, v2026_07])
def test_sync_with_the_mock(package: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    mock = Mock(couriers=["usps", "my-own-courier"])
    with package.AfterShip("k", http_client=httpx.Client(transport=mock.transport())) as client:
        directory = couriers.sync(client, file)
    assert {each.slug for each in directory if each.active} == {"usps", "my-own-courier", "testing-courier"}
    assert all(each.is_live for each in directory)
    gls = directory.get("gls-spain")
    assert gls is not None
    # The names are those of the version of the client, or of the one that is requested.
    names = {"2024-01": "tracking_postal_code", "2026-07": "destination_postal_code"}
    assert {hint.required for hint in gls.hints[:2]} == {(names[package.AfterShip.API_VERSION],)}
    for version, name in names.items():
        loaded = couriers.load(file=file, version=version).get("gls-spain")
        assert loaded is not None
        assert loaded.required_fields == (name,)


def test_a_failed_sync_leaves_the_file_as_it_was(cache: Path) -> None:
    with client_of(responding(GLS)) as client:
        couriers.sync(client)
    before = cache.read_bytes()
    with (
        client_of(lambda _request: httpx.Response(500, json={"meta": {"code": 500}})) as client,
        pytest.raises(ServerError),
    ):
        couriers.sync(client)
    assert cache.read_bytes() == before
    assert [path.name for path in cache.parent.iterdir()] == [cache.name]


def test_a_write_that_fails_leaves_the_file_as_it_was(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(responding(GLS)) as client:
        couriers.sync(client)
        before = cache.read_bytes()
        monkeypatch.setattr("os.fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(StorageError, match="the disk is full"):
            couriers.sync(client)
    assert cache.read_bytes() == before
    assert [path.name for path in cache.parent.iterdir()] == [cache.name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"format": 2}',
        b'{"format":1,"version":"1999-01","seen":"x","service":"y","active":null,"couriers":[]}',
        b'{"format":1,"version":"2026-07","seen":"x","service":"y","active":null,"couriers":[{"name":"x"}]}',
        b'{"format":1,"version":"2026-07","seen":"x","service":"y","active":null,"couriers":[{"slug":1}]}',
        b'{"format":1,"version":"2026-07","seen":"x","service":"y","active":3,"couriers":[]}',
        b'{"format":1,"version":"2026-07","seen":"x","service":"y","active":null,'
        b'"couriers":[{"slug":"a","other_name":1}]}',
    ],
)
def test_a_damaged_file_is_refused_with_a_hint(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(content)
    with pytest.raises(StorageError, match=r"list\.json' is damaged, or not one of this package.*sync again"):
        couriers.load(file=file)


def test_paths_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no file .*mine"):
        couriers.load(file=tmp_path / "mine.json")
    with client_of(responding(GLS)) as client, pytest.raises(UsageError, match="there is no directory"):
        couriers.sync(client, tmp_path / "none" / "mine.json")
    for name in ("", "../x", "a/b", ".hidden"):
        with pytest.raises(UsageError, match="is not a name for a file"):
            couriers.default_file(name)
    assert couriers.default_file("shop-2").name == "couriers-shop-2.json"


def test_an_async_client_is_refused() -> None:
    async def attempt() -> None:
        async with AsyncAfterShip("k") as client:
            couriers.sync(client)  # type: ignore[arg-type]

    with pytest.raises(UsageError, match="needs a sync client"):
        asyncio.run(attempt())


def test_strange_values_of_a_service_say_nothing(tmp_path: Path) -> None:
    content = {
        "format": 1,
        "version": "2026-07",
        "seen": "x",
        "service": "y",
        "active": None,
        "couriers": [{"slug": "a", "required_fields": "tracking_key", "optional_fields": [1, "x"]}],
    }
    file = tmp_path / "list.json"
    file.write_text(json.dumps(content), "utf-8")
    found = couriers.load(file=file).get("a")
    assert found is not None
    assert (found.required_fields, found.optional_fields, found.name) == (None, ("x",), "a")
