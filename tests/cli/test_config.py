"""`aftership config`, and where keys come from. No key is ever printed or taken from an argument."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from aftership_tracking.cli.settings import config_file
from tests.cli.conftest import Run, Sandbox

KEY = "asat_0123456789abcdef0123456789abcdef"


def show(run: Run, *options: str) -> dict[str, Any]:
    result = run("config", "show", "--json", *options)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_key_is_read_from_standard_input_and_masked(run: Run, no_settings: Path) -> None:
    done = run("config", "set", "api_key", text=f"{KEY}\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert KEY in no_settings.read_text()
    assert no_settings.stat().st_mode & 0o777 == 0o600
    found = show(run)
    assert found["api_key"] == {"value": "...cdef", "source": "profile default, config file"}
    assert found["profiles"] == ["default"]
    for command in (
        ["config", "show"],
        ["config", "show", "--ndjson"],
        ["api", "GET", "/couriers", "--dry-run"],
    ):
        result = run(*command)
        assert KEY not in result.output
        assert result.exit_code == 0


@pytest.mark.parametrize("name", ["api_key", "api_secret"])
def test_a_secret_is_never_an_argument(run: Run, no_settings: Path, name: str) -> None:
    result = run("config", "set", name, KEY)
    assert result.exit_code == 2
    assert "never an argument" in result.stderr
    assert KEY not in result.output
    assert not no_settings.exists()


def test_a_key_on_the_command_line_is_for_this_machine_only(run: Run) -> None:
    result = run("api", "GET", "/couriers", "--api-key", KEY)
    assert result.exit_code == 2
    assert "for a mock on this machine" in result.stderr
    assert KEY not in result.output


def test_a_config_file_with_a_key_that_others_can_read_is_refused(run: Run, no_settings: Path) -> None:
    run("config", "set", "api_key", text=KEY)
    no_settings.chmod(0o640)
    result = run("config", "show")
    assert result.exit_code == 2
    assert result.stderr == (
        f"{no_settings} holds a secret, and others can read it (mode 640). Run: chmod 600 {no_settings}\n"
    )
    no_settings.write_text('[profiles.default]\nbase_url = "https://api.example.com"\n')
    assert run("config", "show").exit_code == 0


def test_a_key_file_needs_mode_600(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    file.chmod(0o644)
    assert run("config", "set", "api_key_file", file).exit_code == 0
    refused = run("config", "show")
    assert (refused.exit_code, f"chmod 600 {file}" in refused.stderr) == (2, True)
    file.chmod(0o600)
    assert show(run)["api_key"] == {"value": "...cdef", "source": f"profile default, file {file}"}
    file.unlink()
    assert run("config", "show").exit_code != 0


class MemoryKeyring(ModuleType):
    """A keyring without a system behind it."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.stored: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.stored.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self.stored[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        del self.stored[service, name]


def test_a_key_in_the_keyring(run: Run, no_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = MemoryKeyring()
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    failures = SimpleNamespace(KeyringError=OSError, PasswordDeleteError=LookupError)
    monkeypatch.setitem(sys.modules, "keyring.errors", failures)
    assert run("config", "set", "api_key", "--keyring", text=KEY).exit_code == 0
    assert KEY not in no_settings.read_text()
    assert show(run)["api_key"] == {"value": "...cdef", "source": "profile default, keyring"}
    keyring.stored.clear()
    lost = run("config", "show")
    assert (lost.exit_code, "The keyring has no api_key" in lost.stderr) == (3, True)
    run("config", "set", "api_key", "--keyring", text=KEY)
    assert run("config", "unset", "api_key").exit_code == 0
    assert keyring.stored == {}
    assert show(run)["api_key"]["value"] is None


def test_a_missing_keyring_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    result = run("config", "set", "api_key", "--keyring", text=KEY)
    assert result.exit_code == 2
    assert "aftership-tracking-client[keyring]" in result.stderr


def test_the_strongest_source_wins(run: Run, no_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("config", "set", "api_version", "2024-01")
    run("config", "set", "api_version", "2025-07", "--profile", "shop")
    assert show(run)["api_version"]["value"] == "2024-01"
    assert show(run, "--profile", "shop")["api_version"] == {"value": "2025-07", "source": "profile shop"}
    run("config", "use", "shop")
    assert show(run)["api_version"]["value"] == "2025-07"
    assert show(run, "--api-version", "newest")["api_version"]["source"] == "command line"
    run("config", "set", "api_key", "--profile", "shop", text=KEY)
    monkeypatch.setenv("AFTERSHIP_API_KEY", "key-of-the-environment")
    assert show(run)["api_key"]["source"] == "AFTERSHIP_API_KEY"
    # A profile that is named wins over the environment.
    assert show(run, "--profile", "shop")["api_key"]["source"] == "profile shop, config file"


def test_a_stored_key_goes_to_the_address_of_its_profile_only(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("config", "set", "api_key", text=KEY)
    for options, variable in ((["--base-url", sandbox.url], None), ([], sandbox.url)):
        if variable:
            monkeypatch.setenv("AFTERSHIP_BASE_URL", variable)
        result = run("api", "GET", "/couriers", *options)
        assert result.exit_code == 3
        assert "is for api.aftership.com, and is not sent to 127.0.0.1" in result.stderr
    monkeypatch.delenv("AFTERSHIP_BASE_URL")
    run("config", "set", "base_url", sandbox.url)
    assert run("api", "GET", "/couriers").exit_code == 0


def test_an_address_on_the_command_line_must_be_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSHIP_API_KEY", KEY)
    result = run("api", "GET", "/couriers", "--base-url", "https://evil.example")
    assert result.exit_code == 2
    assert "neither on this machine nor an address of your settings" in result.stderr
    run("config", "set", "base_url", "https://evil.example", "--profile", "proxy")
    trusted = run("api", "GET", "/couriers", "--base-url", "https://evil.example", "--dry-run")
    assert trusted.exit_code == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "[profiles.default]\nbase_ulr = 'x'",
            "line 2, column 1: profiles.default has an unknown key 'base_ulr'; did you mean 'base_url'?",
        ),
        ("profil = 'x'", "line 1, column 1: there is an unknown key 'profil'; did you mean 'profile'?"),
        ("[profiles.default", "line 1, column 18: it is not TOML: "),
        ("x = " + "1" * 5000, "line 1, column 5: a number has too many digits."),
        ("x = " + "[" * 5000, "it is nested too deep."),
        ("\n[profiles.'a.b']\nbase_url = 1", "line 3, column 1: profiles.a.b.base_url must be a string."),
        ("[profiles.default]\nauth = 'md5'", "it must be api_key, aes or rsa."),
        ("[profiles.default]\napi_version = '2026-06'", "There is no version '2026-06' (profile default)"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(
    run: Run, no_settings: Path, content: str, sentence: str
) -> None:
    no_settings.parent.mkdir(parents=True)
    no_settings.write_text(content)
    result = run("config", "show")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_comments_of_the_file_stay(run: Run, no_settings: Path) -> None:
    no_settings.parent.mkdir(parents=True)
    no_settings.write_text('# mine\n[profiles.default]\nbase_url = "https://a.example" # theirs\n')
    run("config", "set", "auth", "aes")
    text = no_settings.read_text()
    assert "# mine" in text
    assert "# theirs" in text
    assert run("config", "unset", "auth").exit_code == 0
    assert "auth" not in no_settings.read_text()
    assert run("config", "unset", "auth").exit_code == 1


def test_unknown_names_and_profiles(run: Run) -> None:
    assert "did you mean 'base_url'?" in run("config", "set", "baseurl", "x").stderr
    assert "There is no profile 'shop'" in run("config", "use", "shop").stderr
    assert run("config", "show", "--profile", "shop").exit_code == 2


def test_the_repr_of_settings_shows_no_secret(run: Run) -> None:
    run("config", "set", "api_key", text=KEY)
    assert KEY not in repr(config_file.read_config())


def test_the_path_can_be_chosen(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AFTERSHIP_CONFIG", str(tmp_path / "own.toml"))
    assert run("config", "path").stdout == f"{tmp_path / 'own.toml'}\n"


def test_a_value_that_is_not_text_is_refused(run: Run, no_settings: Path) -> None:
    result = run("config", "set", "csv_user", "\udcff")
    assert (result.exit_code, result.stderr) == (
        2,
        "The value is not text: it has bytes that are not UTF-8.\n",
    )
    assert not no_settings.parent.exists() or list(no_settings.parent.iterdir()) == []
