"""The page of the environment variables that the package reads. A test compares it with the code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.site import markdown
from generator.site.python_api import prose
from generator.site.python_api.locations import relative
from generator.site.python_api.page_plan import FOLDER

PATH = f"{FOLDER}/environment.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """One environment variable; all words as in a docstring."""

    names: tuple[str, ...]
    """The first of these that is set and not empty counts."""
    meaning: str
    default: str
    guide: str
    """The page of `docs/` that explains it."""


GROUPS: dict[str, tuple[Variable, ...]] = {
    "The client": (
        Variable(
            names=("AFTERSHIP_API_KEY", "AFTERSHIP_TRACKING_SDK_API_KEY"),
            meaning="The API key. The argument `api_key` wins.",
            default="None: without a key the constructor raises `UsageError`.",
            guide="authentication.md",
        ),
        Variable(
            names=("AFTERSHIP_API_SECRET", "AFTERSHIP_TRACKING_SDK_API_SECRET"),
            meaning='The secret of a key that signs; for `auth="rsa"` the private key in PEM format. It is '
            "read only if requests are signed. The argument `api_secret` wins.",
            default="None.",
            guide="authentication.md",
        ),
        Variable(
            names=("AFTERSHIP_BASE_URL", "AFTERSHIP_TRACKING_SDK_DOMAIN"),
            meaning="The URL of the service, such as `http://127.0.0.1:4010` for a mock. Without a scheme it "
            "is https. The argument `base_url` wins.",
            default="`https://api.aftership.com`",
            guide="mock.md",
        ),
        Variable(
            names=("AFTERSHIP_TRACKING_SDK_AUTHENTICATION_TYPE",),
            meaning="How requests are signed: `api_key`, `aes`, `hmac` or `rsa`, in any case. The argument "
            "`auth` wins.",
            default="`api_key`",
            guide="authentication.md",
        ),
        Variable(
            names=("AFTERSHIP_TRACKING_SDK_TIMEOUT",),
            meaning="The limit of one attempt in milliseconds, for connecting and for reading alike. The "
            "argument `timeout` wins; it counts in seconds.",
            default="5 seconds to connect, 10 to read.",
            guide="calls.md",
        ),
        Variable(
            names=("AFTERSHIP_TRACKING_SDK_MAX_RETRY",),
            meaning="How often a failed attempt is repeated, 0 or more. The argument `max_retries` wins.",
            default="2",
            guide="calls.md",
        ),
        Variable(
            names=("AFTERSHIP_TRACKING_SDK_PROXY",),
            meaning="The URL of a proxy for all hosts. If it is set, the four variables of the next list do "
            "not count.",
            default="None.",
            guide="connections.md",
        ),
    ),
    "Network": (
        Variable(
            names=("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
            meaning="Proxies for requests over http, over https, and over both, and hosts that need none, "
            "parted by commas. Lower case works too, and wins.",
            default="On macOS and Windows the settings of the system, elsewhere no proxy.",
            guide="connections.md",
        ),
        Variable(
            names=("SSL_CERT_FILE", "SSL_CERT_DIR"),
            meaning="A file, or else folders, with the certificates that connections trust instead of the "
            "usual ones.",
            default="The certificates of certifi.",
            guide="connections.md",
        ),
        Variable(
            names=("SSLKEYLOGFILE",),
            meaning="Python's own: a file to which it writes the keys of TLS connections. One that cannot be "
            "written raises `UsageError`.",
            default="None.",
            guide="connections.md",
        ),
    ),
    "The command": (
        Variable(
            names=("AFTERSHIP_CONFIG",),
            meaning="The path of the config file.",
            default="`aftership/config.toml` below the next variable.",
            guide="command-line.md",
        ),
        Variable(
            names=("XDG_CONFIG_HOME", "APPDATA"),
            meaning="The folder that the folder of the config file is in; on Windows it is `APPDATA`.",
            default="`~/.config`; on Windows `~/AppData/Roaming`.",
            guide="command-line.md",
        ),
        Variable(
            names=("AFTERSHIP_WEBHOOK_SECRET",),
            meaning="The secret of webhooks, for `aftership webhook` and `aftership mock`. The receivers of "
            "the package read no variable: you give them the secret.",
            default="None: `aftership webhook` prompts for it.",
            guide="webhooks.md",
        ),
        Variable(
            names=("AFTERSHIP_MOCK_TOKEN",),
            meaning="What callers of `/_mock/` have to send to a mock.",
            default="None: there is no such check.",
            guide="mock-control.md",
        ),
        Variable(
            names=("AFTERSHIP_CSV_USER", "AFTERSHIP_CSV_PASSWORD"),
            meaning="The login for `aftership csv fetch`.",
            default="That of a profile for this host.",
            guide="csv-fetch.md",
        ),
        Variable(
            names=("AFTERSHIP_JOURNAL",),
            meaning="A journal of calls from which the shell completes ids of trackings.",
            default="The journals in the current folder.",
            guide="command-line.md",
        ),
    ),
    "Couriers": (
        Variable(
            names=("XDG_CACHE_HOME", "LOCALAPPDATA"),
            meaning="The folder below which `couriers.sync` stores the list of your account; on Windows it "
            "is `LOCALAPPDATA`.",
            default="`~/.cache`; on Windows `~/AppData/Local`.",
            guide="couriers.md",
        ),
    ),
}


def write_environment_page(guides: Mapping[str, str]) -> str:
    """Return the page. `guides`: the titles of the pages of `docs/` by their names."""
    parts = [
        "Every environment variable that the package reads. An argument of the constructor, or an option of "
        "the command, wins over its variable. Where two names stand, the first one that is set and not empty "
        "counts; those with `SDK` are the ones of the official SDK, so that a program that moves needs no "
        "new settings."
    ]
    for title, variables in GROUPS.items():
        parts.append(f"## {title}")
        parts.append("\n".join(_item(variable, guides[variable.guide]) for variable in variables))
    return markdown.page("Environment variables", "\n\n".join(parts))


def _item(variable: Variable, title: str) -> str:
    names = ", ".join(f"**{markdown.code(name)}**" for name in variable.names)
    words = " ".join(
        (
            prose.paragraph(variable.meaning),
            f"Default: {prose.inline(variable.default)}" + ("" if variable.default.endswith(".") else "."),
            f"Explained in {markdown.link(title, relative(variable.guide, PATH))}.",
        )
    )
    return f"- {names}\\\n  {words}"
