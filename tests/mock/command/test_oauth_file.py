"""`aftership mock --oauth FILE`: what a file declares, and where in it something is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from aftership_tracking.mock.control.files.located_file import LocatedError
from aftership_tracking.mock.control.oauth.oauth_file import read_oauth_file
from aftership_tracking.runtime.storage import toml_text
from patience import PATIENCE

TOML = """\
# The apps of a test.
merchants = ["anna", { name = "ben", key = "key-of-ben" }]
lifetime = 900
needs_pkce = true

[[apps]]
client_id = "parcel-pages"
client_secret = "secret of the mock"
name = "Parcel Pages"
app_url = "http://127.0.0.1:8000/install"
redirect_uris = [
    "http://127.0.0.1:8000/connected",
]
scopes = ["aftership:tracking:read"]

[apps.hmac]
covered = ["code", "state"]
encoding = "base64"

[[apps]]
client_id = "second"
client_secret = "another"
redirect_uris = ["https://second.example/back"]
scopes = ["aftership:courier:read"]
"""
REED = (
    "line 14, column 1: apps[0].scopes: there is no scope 'aftership:tracking:reed'; did you mean"
    " aftership:tracking:read?"
)
VALUE: dict[str, Any] = {
    "merchants": ["anna"],
    "apps": [
        {
            "client_id": "parcel-pages",
            "client_secret": "s",
            "redirect_uris": ["http://127.0.0.1:8000/connected"],
            "scopes": ["aftership:tracking:read"],
            "hmac": {"encoding": "hex"},
        }
    ],
}


def write(folder: Path, text: str, kind: str = "toml") -> Path:
    path = folder / f"apps.{kind}"
    path.write_text(text, "utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(LocatedError) as caught:
        read_oauth_file(path)
    return str(caught.value)


def test_what_a_file_declares(tmp_path: Path) -> None:
    found = read_oauth_file(write(tmp_path, TOML))
    app, second = found.apps.values()
    assert (app.title, app.redirect_uris, app.app_url) == (
        "Parcel Pages", ("http://127.0.0.1:8000/connected",), "http://127.0.0.1:8000/install",
    )  # fmt: skip
    assert app.hmac is not None
    assert (app.hmac.covered, app.hmac.encoding) == (("code", "state"), "base64")
    assert (second.title, second.hmac) == ("second", None)
    assert [(each.name, each.account) for each in found.merchants.values()] == [
        ("anna", "anna"), ("ben", "key-of-ben"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["json", "yaml", "yml"])
def test_the_same_in_other_formats(tmp_path: Path, kind: str) -> None:
    text = json.dumps(VALUE, indent="\t") if kind == "json" else yaml.safe_dump(VALUE)
    found = read_oauth_file(write(tmp_path, text, kind))
    assert list(found.apps) == ["parcel-pages"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'name = "Parcel',
            'nam = "Parcel',
            "line 9, column 1: apps[0]: there is no field 'nam'; did you mean name?",
        ),
        (
            "lifetime = 900",
            "lifetimes = 900",
            "line 3, column 1: the file: there is no field 'lifetimes'; did you",
        ),
        ("lifetime = 900", 'lifetime = "900"', "line 3, column 1: lifetime: expected a number, got a string"),
        ('client_id = "second"', "", "line 20, column 3: apps[1]: 'client_id' is needed"),
        ('"another"', "7", "line 22, column 1: apps[1].client_secret: expected a string, got a whole number"),
        ('"another"', '""', "line 22, column 1: apps[1]: client_secret must be a string"),
        ("https://second.example/back", "/back", "line 23, column 1: apps[1]: redirect_uris: '/back' is not"),
        ("127.0.0.1:8000/connected", "x y", "line 11, column 1: apps[0]: redirect_uris: 'http://x y' is not"),
        ("tracking:read", "tracking:reed", REED),
        (
            'encoding = "base64"',
            'encodings = "x"',
            "line 18, column 1: apps[0].hmac: there is no field 'encodings'; did you",
        ),
        ('["code", "state"]', '["hmac"]', "line 16, column 7: apps[0].hmac: parameter of an HmacRecipe"),
        ('"anna", ', '"", ', "line 2, column 1: merchants[0]: the name of a merchant must have"),
        (
            "needs_pkce = true",
            "rotate = false\nrevoke_on_reuse = true",
            "line 5, column 1: revoke_on_reuse needs rotate",
        ),
        ("needs_pkce = true", "path = 'token'", "line 4, column 1: path must be a path such as"),
        ("lifetime = 900", "lifetime 900", "line 3, column 10: it is not TOML: Expected '=' after a key"),
        (
            "lifetime = 900",
            "lifetime = 1\nlifetime = 2",
            "line 4, column 13: it is not TOML: Cannot overwrite a value",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in TOML
    assert refusal(write(tmp_path, TOML.replace(old, new))).startswith(sentence)


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_lines_and_columns_of_the_other_formats(tmp_path: Path, kind: str) -> None:
    def wrong(**changes: object) -> str:
        value = {**VALUE, "apps": [{**VALUE["apps"][0], **changes}]}
        text = json.dumps(value, indent="\t") if kind == "json" else yaml.safe_dump(value, sort_keys=False)
        found = refusal(write(tmp_path, text, kind))
        position, _, message = found.partition(": ")
        line, column = (int(part.split()[1]) for part in position.split(", "))
        begin = re.match(r"\W*(\w+)", text.splitlines()[line - 1][column - 1 :])
        assert begin is not None
        return f"at {begin[1]}: {message}"

    assert wrong(client_id=7).startswith("at client_id: apps[0].client_id: expected a string, got")
    assert wrong(flavour=1).startswith("at flavour: apps[0]: there is no field 'flavour'")
    assert wrong(scopes=["aftership:tracking:read", "x"]).startswith(
        "at x: apps[0].scopes: there is no scope"
    )


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("a: &x 1\nb: *x\n", "yaml", "line 2, column 4: an alias (*) is not read"),
        ("apps: []\napps: []\n", "yaml", "line 2, column 1: the name 'apps' stands twice"),
        ("apps: [\n", "yaml", "line 2, column 1: it is not YAML: "),
        ("? [a]\n: 1\n", "yaml", "line 1, column 3: a name has to be a string"),
        (
            "apps: 2026-01-01\n",
            "yaml",
            "line 1, column 7: '2026-01-01' reads as another type: put it into quotes",
        ),
        ('{"apps": [], "apps": []}', "json", "the name 'apps' stands twice in one object"),
        ('{"apps": [}', "json", "line 1, column 11: it is not JSON: "),
        ("[" * 100_000, "json", "it is nested too deep"),
        ("[" * 5_000 + "]" * 5_000, "yaml", "line 1, column 51: it is nested too deep"),
        ("", "yaml", "the file: expected an object, got null"),
        ("", "toml", "the file: 'apps' is needed"),
        ("apps = []", "toml", "line 1, column 1: apps: declare at least one"),
        ("x", "ini", "the name of the file has to end in .toml, .yaml, .yml, .json"),
        ("x" * 1024 * 1025, "toml", "it is longer than 1048576 bytes"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, text: str, kind: str, sentence: str) -> None:
    assert refusal(write(tmp_path, text, kind)).startswith(sentence)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    assert refusal(tmp_path / "apps.toml") == "it cannot be read: No such file or directory"
    path = tmp_path / "apps.json"
    path.write_bytes(b'{"a": "\xff"}')
    assert refusal(path) == "it is not UTF-8: byte 8"


@pytest.mark.parametrize("module", ["aftership_tracking.cli", "aftership_tracking.mock"])
def test_both_commands_serve_the_apps_of_a_file(tmp_path: Path, module: str) -> None:
    path = write(tmp_path, TOML)
    command = [sys.executable, "-m", module, *(["mock"] if module.endswith("cli") else [])]
    command += ["--port", "0", "--json", "--oauth", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            found = httpx.get(f"{url}/_mock/oauth", timeout=PATIENCE).json()
        finally:
            process.kill()
    assert [app["client_id"] for app in found["apps"]] == ["parcel-pages", "second"]
    assert found["merchants"] == ["anna", "ben"]
    path.write_text(TOML.replace("lifetime", "lifetimes"), "utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode != 0
    assert done.stdout == ""
    assert f"--oauth {path}: line 3, column 1: the file: there is no field 'lifetimes'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_greeting_says_where_to_install_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aftership_tracking.cli", "mock", "--port", "0"]
    command += ["--oauth", str(write(tmp_path, TOML))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline() for _ in range(3)]
        finally:
            process.kill()
    assert lines[0].startswith("Mock of the AfterShip Tracking API at ")
    found = re.fullmatch(
        r"Partner apps: parcel-pages, second. Install them at (\S+)/_mock/console/oauth\n", lines[2]
    )
    assert found is not None
    assert f" {found[1]} " in lines[0]


YAML = """\
merchants: [anna, {name: ben}]
apps:
- client_id: a
  client_secret: b
  redirect_uris: ["http://x/y"]
  scopes: ["aftership:tracking:read"]
"""


@pytest.mark.parametrize(
    "value",
    ["2024-13-45", "0b_", "!!int x", "!!float x", "!!bool x", "!!timestamp x", "1" * 5000],
)
def test_yaml_that_is_not_what_it_looks_like(tmp_path: Path, value: str) -> None:
    (tmp_path / "f.yaml").write_text(f"{YAML}  name: {value}\n", "utf-8")
    with pytest.raises(LocatedError, match=r"line 7, column 9: .* put it into quotes"):
        read_oauth_file(tmp_path / "f.yaml")


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("f.toml", "\nlifetime = " + "1" * 5000, "line 2, column 12: a number has too many digits"),
        ("f.json", '{\n "lifetime": ' + "1" * 5000 + "}", "line 2, column 14: a number has too many digits"),
        ("f.toml", "x = " + "[" * 5000 + "]" * 5000, "it is nested too deep"),
    ],
)
def test_files_that_the_readers_themselves_cannot_read(
    tmp_path: Path, name: str, text: str, wrong: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(LocatedError, match=f"^{re.escape(wrong)}$"):
        read_oauth_file(tmp_path / name)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        (
            'client_id = "second"',
            'client_id = "parcel-pages"',
            "line 21, column 1: apps[1].client_id: there are",
        ),
        ('name = "ben"', 'name = "anna"', "line 2, column 1: merchants[1]: there are two merchants"),
        ("needs_pkce = true", 'header = "a b"', "line 4, column 1: header must be the name"),
        ("needs_pkce = true", 'prefix = "a\\nb"', "line 4, column 1: prefix must be plain ASCII"),
        ("needs_pkce = true", 'scope_separator = "a"', "line 4, column 1: scope_separator must be a space"),
        (
            'covered = ["code", "state"]',
            'parameter = "state"',
            "line 16, column 7: apps[0]: hmac: its parameter",
        ),
        # Not a new line in TOML.
        ("# The apps", "# \u2028 \x85 The", "line 4, column 1: header must be the name"),
    ],
)
def test_what_contradicts_the_rest_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, wrong: str
) -> None:
    text = TOML.replace(old, new)
    if old.startswith("#"):
        text = text.replace("needs_pkce = true", 'header = ""')
    (tmp_path / "f.toml").write_text(text, "utf-8")
    with pytest.raises(LocatedError) as caught:
        read_oauth_file(tmp_path / "f.toml")
    assert str(caught.value).startswith(wrong)


def test_every_line_of_a_long_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is read a few times, and not once for each of its lines."""
    path = tmp_path / "f.toml"
    app = TOML[TOML.index('[[apps]]\nclient_id = "second"') :]
    path.write_text(
        "".join(app.replace("second", f"a-{number}") for number in range(60)) + "nam = 1\n", "utf-8"
    )
    reads: list[str] = []
    read = toml_text.tomllib.loads

    def count(text: str) -> Any:
        reads.append(text)
        return read(text)

    monkeypatch.setattr(toml_text.tomllib, "loads", count)
    with pytest.raises(LocatedError, match=r"^line 301, column 1: apps\[59\]: there is no field 'nam'"):
        read_oauth_file(path)
    assert len(reads) < 30
