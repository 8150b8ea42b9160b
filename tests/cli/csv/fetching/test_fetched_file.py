"""`aftership csv fetch`: the file that it writes, and the limits of what it takes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from fetch_support.feed import CONTENT, LIMIT, OTHER
from fetch_support.servers import WebServer, Writer, response
from tests.cli.conftest import Run


class TestWhatIsWritten:
    def test_the_file_once_and_again_only_when_it_changed(
        self, web: WebServer, fetch: Run, tmp_path: Path
    ) -> None:
        first = fetch(f"{web.url}/feed.csv")
        assert (first.exit_code, first.stdout) == (0, "feed.csv: 36 bytes were fetched.\n")
        assert (tmp_path / "feed.csv").read_bytes() == CONTENT
        when = (tmp_path / "feed.csv").stat().st_mtime_ns

        second = fetch(f"{web.url}/feed.csv")
        assert second.exit_code == 0
        assert "feed.csv: unchanged since 20" in second.stdout
        assert (tmp_path / "feed.csv").stat().st_mtime_ns == when

        web.responses["/feed.csv"] = response(OTHER)
        assert "36 bytes were fetched" in fetch(f"{web.url}/feed.csv").stdout
        assert (tmp_path / "feed.csv").read_bytes() == OTHER
        assert sorted(path.name for path in tmp_path.glob("*feed*")) == [".feed.csv.fetched.json", "feed.csv"]

    def test_a_file_that_was_taken_away_is_not_written_again_unless_requested(
        self, web: WebServer, fetch: Run, tmp_path: Path
    ) -> None:
        fetch(f"{web.url}/feed.csv")
        (tmp_path / "feed.csv").unlink()
        again = fetch(f"{web.url}/feed.csv")
        assert (again.exit_code, again.stderr) == (0, "feed.csv is not there any more; --again writes it.\n")
        assert fetch(f"{web.url}/feed.csv", "--again").exit_code == 0
        assert (tmp_path / "feed.csv").read_bytes() == CONTENT

    def test_json(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        results = [
            json.loads(fetch(f"{web.url}/feed.csv?token=abc", "-o", "in.csv", "--json").stdout)
            for web.responses["/feed.csv?token=abc"] in (response(CONTENT), response(CONTENT))
        ]
        assert [one["result"] for one in results] == ["fetched", "unchanged"]
        assert {**results[1], "result": "fetched"} == results[0]
        assert results[0]["source"] == f"{web.url}/feed.csv"
        state = (tmp_path / ".in.csv.fetched.json").read_text("utf-8")
        assert "token" not in state
        assert results[0]["sha256"] in state
        assert fetch(f"{web.url}/feed.csv?token=abc", "-o", "in.csv", "--fields", "result").exit_code == 0

    def test_a_failure_leaves_file_and_state_as_they_were(
        self, web: WebServer, fetch: Run, tmp_path: Path
    ) -> None:
        fetch(f"{web.url}/feed.csv")
        before = {path: path.read_bytes() for path in tmp_path.glob("*feed*")}
        for broken in (
            response(OTHER, length=len(OTHER) + 1),
            response(b""),
            response(b" \r\n"),
            response(b"\xef\xbb\xbf\n<!DOCTYPE html><html>Log in</html>"),
            response(b'<?xml version="1.0"?>\n<!-- a, <b> -->\n<!doctype HTML>'),
            response("\ufeff<html>".encode("utf-16-le")),
            response("\ufeff<html>".encode("utf-16-be")),
            response(b"no", "503 Service Unavailable"),
        ):
            web.responses["/feed.csv"] = broken
            assert fetch(f"{web.url}/feed.csv").exit_code != 0
        assert {path: path.read_bytes() for path in tmp_path.glob("*feed*")} == before

    def test_a_state_that_is_not_one_is_named(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        right = {"sha256": "0" * 64, "bytes": 1, "source": "s", "fetched_at": "2026-01-01T00:00:00+00:00"}
        wrong = [{**right, name: value} for name in right for value in (1.5, True, None, [], {}, "\x1b[2J")]
        wrong += [{**right, "bytes": -1}, {**right, "fetched_at": "2026-01-01T00:00:00"}]
        # What the state of a source is, is not looked at: it is shown as JSON only.
        wrong.remove({**right, "source": "\x1b[2J"})
        for text in ("{", "{}", "[]", "[" * 100_000, *map(json.dumps, wrong)):
            (tmp_path / "state").write_text(text, "utf-8")
            result = fetch(f"{web.url}/feed.csv", "--state", "state")
            assert (result.exit_code, web.requests) == (1, [])
            assert result.stderr.startswith("The state file state is not a state of csv fetch. Remove it;")

    def test_a_file_below_a_file_is_what_is_named(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("x", "utf-8")
        result = fetch(f"{web.url}/feed.csv", "--output", tmp_path / "taken" / "feed.csv")
        assert result.exit_code == 1
        assert result.stderr.startswith(f"{tmp_path / 'taken' / 'feed.csv'} cannot be written: ")

    def test_the_state_is_not_the_file_itself(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        result = fetch(f"{web.url}/feed.csv", "--state", tmp_path / "x" / ".." / "feed.csv")
        assert (result.exit_code, result.stderr) == (
            2,
            "The state file is the fetched file itself. Name another one.\n",
        )
        assert web.requests == []

    def test_a_folder_that_is_not_there(self, web: WebServer, fetch: Run) -> None:
        result = fetch(f"{web.url}/feed.csv", "-o", "nowhere/feed.csv")
        assert (result.exit_code, "nowhere/feed.csv cannot be written: No such file" in result.stderr) == (
            1,
            True,
        )

    @pytest.mark.parametrize("path", ["/", "/?a=1", "/feeds/", "/.hidden", "/%2e%2e", "/a%2Fb%00"])
    def test_a_name_that_is_not_good_for_a_file_is_not_used(
        self, web: WebServer, fetch: Run, path: str
    ) -> None:
        result = fetch(f"{web.url}{path}")
        assert result.exit_code == 2
        assert web.requests == []


class TestLimits:
    def test_a_size_that_is_announced_is_refused_unread(self, web: WebServer, fetch: Run) -> None:
        web.responses["/feed.csv"] = response(b"a", length=LIMIT + 1)
        result = fetch(f"{web.url}/feed.csv")
        assert result.exit_code == 1
        assert "/feed.csv has 5,242,881 bytes, and the limit is 5 MB. Split the file." in result.stderr

    def test_a_stream_without_end_is_cut(self, web: WebServer, fetch: Run) -> None:
        sent = 0

        async def without_end(writer: Writer) -> None:
            nonlocal sent
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            # With an end after all: a TLS connection whose client has left may take everything.
            while sent < 4 * LIMIT:
                writer.write(b"1Z999,ups\r\n" * 1000)
                await writer.drain()
                sent += 11_000

        web.responses["/feed.csv"] = without_end
        result = fetch(f"{web.url}/feed.csv")
        assert (result.exit_code, "goes on after 5 MB" in result.stderr) == (1, True)
        assert sent < 4 * LIMIT  # what the buffers of the connection hold

    def test_five_megabytes_are_taken(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        web.responses["/feed.csv"] = response(b"a" * LIMIT)
        assert fetch(f"{web.url}/feed.csv").exit_code == 0
        assert (tmp_path / "feed.csv").stat().st_size == LIMIT

    def test_nothing_compressed_is_taken(self, web: WebServer, fetch: Run) -> None:
        web.responses["/feed.csv"] = response(CONTENT, content_encoding="gzip")
        assert "sends a compressed file" in fetch(f"{web.url}/feed.csv").stderr
        assert "accept-encoding: identity\r\n" in web.requests[0].lower()

    @pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\n\r\n"])
    def test_a_drip_ends_at_the_deadline(self, web: WebServer, fetch: Run, drip: bytes) -> None:
        """In the head of the response too, where each wait is short."""

        async def drop_by_drop(writer: Writer) -> None:
            writer.write(drip)
            while True:
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.05)

        web.responses["/feed.csv"] = drop_by_drop
        result = fetch(f"{web.url}/feed.csv", "--deadline", "1")
        assert result.exit_code == 6
        assert "/feed.csv was not complete within 1 seconds." in result.stderr

    def test_silence_ends_at_the_timeout(self, web: WebServer, fetch: Run) -> None:
        async def silent(writer: Writer) -> None:
            await asyncio.Event().wait()

        web.responses["/feed.csv"] = silent
        result = fetch(f"{web.url}/feed.csv", "--timeout", "0.5")
        assert (result.exit_code, "did not respond within 0.5 seconds" in result.stderr) == (6, True)
