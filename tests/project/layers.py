"""The layers of the package and of the generator, as a table. `test_layers.py` holds the imports to it.

A new arrow is a decision: it is added here, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["ALLOWED", "FLOORS", "NAMES_FOR_LINT", "PACKAGE", "room"]

PACKAGE = "aftership_tracking"

# room of the package -> the rooms that it may import. Whatever is not named here is refused.
ALLOWED: dict[str, set[str]] = {
    "runtime": {"recipe_of_hmac", "toml_text"},
    # How the hmac of a redirect is computed: pure, so an app and the mock use the very same.
    "recipe_of_hmac": set(),
    # Where in a TOML file something is: pure, so files of the command and of the mock say it alike.
    "toml_text": set(),
    # How a webhook is signed, and the codes of events: pure, so the mock may use them too.
    "signing": set(),
    "documents": {"runtime"},
    # Hand-written bases of generated classes.
    "recipes": {"runtime"},
    "version": {"runtime", "recipes"},
    "newest": {"version"},
    # The engine of the migration: pure, so the mock may use it. The runtime may not.
    "moves": {"runtime", "documents"},
    # It finds the models of a version by name, through the registry of the runtime.
    "migration": {"moves", "runtime", "documents"},
    # What receives. It never needs an HTTP library.
    # `sending` says for how long a delivery is repeated.
    "webhooks": {"runtime", "documents", "migration", "moves", "signing", "sending"},
    # How a webhook is written and sent: what the mock, the kit for tests and the command share.
    "sending": {"signing"},
    # What the mock signs and checks is its own, so that it judges the client; it never uses it.
    "mock": {"documents", "moves", "signing", "sending", "recipe_of_hmac", "toml_text"},
    # Kits for the tests of others.
    # What a field of an event is called in a version: moves.
    "testing": {"mock", "webhooks", "runtime", "documents", "moves", "signing", "sending", "newest"},
    # What a call would send, compared with what the mock accepts.
    "explanation": {"runtime", "documents", "mock"},
    # The public names of what hooks receive, and the hook that records spans.
    "hooks": {"runtime"},
    "otel": {"runtime", "hooks"},
    # The known couriers: facts of the data files, names of fields by version, and a stored list.
    "couriers": {"runtime", "documents", "moves", "recipes"},
    # CSV files: couriers as hints, columns by the names of fields in a version, and files that appear whole.
    "csv_files": {"runtime", "recipes", "documents", "moves", "couriers"},
    # Phone numbers and addresses of customers, for the command too.
    "contacts": {"runtime"},
    # Tools for language models. The command opens the client; the sandbox is a mock.
    "mcp_server": {"runtime", "documents", "recipes", "couriers", "mock"},
    # Public names of the runtime.
    "limits": {"runtime"},
    "models": {"runtime"},
    "retries": {"runtime"},
    "options": {"runtime"},
    "auth": {"runtime"},
    "oauth": {"runtime", "recipe_of_hmac"},
    "times": {"runtime"},
    # Public names of the recipes.
    "changes": {"recipes"},
    "writing": {"recipes"},
    # Trackings as rows in files.
    "export": {"recipes"},
    # The source for dlt: changes, as rows; the model of the version of a client.
    "dlt": {"recipes", "runtime"},
    "cli": {
        *("mock", "webhooks", "testing", "sending", "signing"),
        *("documents", "runtime", "version", "newest", "migration"),
        # A call that is not sent, and rows in files.
        *("explanation", "export", "package", "contacts", "couriers", "csv_files", "mcp_server"),
        # What an import of a file reports, a file that appears whole, and ids in a journal.
        *("writing", "recipes"),
        # The config file says where it is wrong.
        "toml_text",
    },
    # The package's own `__init__` re-exports lazily; for type checkers it names what it offers.
    "package": {"runtime", "newest", "migration", "explanation", "recipes", "limits"},
}

# Floors inside a room, from the ground up. A module imports from its own part and from floors below it.
FLOORS: dict[str, Sequence[set[str]]] = {
    f"{PACKAGE}.runtime": (
        {
            "attempt",
            "clocks",
            "environment",
            "lazy_imports",
            "logger",
            "options",
            "paging",
            "secret",
            "surprise",
        },
        {"operation"},
        {"errors"},
        {"keywords", "storage"},
        {"models", "registry"},
        {"oauth_scopes", "page"},
        {"wire"},
        {"auth", "limits"},
        {"call_result", "hooks"},
        {"settings"},
        {"calls"},
        {"base_client"},
        {"client"},
        {"resource"},
    ),
    f"{PACKAGE}.webhooks": (
        {"event_codes", "signature"},
        {"incoming", "sending"},
        # An error carries the delivery that was refused.
        {"errors"},
        {"stores"},
        {"events"},
        {"verification"},
        {"router"},
        {"handling"},
        {"receiver"},
        {"endpoint", "inbox"},
        {"asgi", "wsgi"},
    ),
    f"{PACKAGE}.contacts": (
        {"packages"},
        {"domains", "mail_domains", "phones"},
        {"emails"},
        {"prepare"},
    ),
    f"{PACKAGE}.mock": (
        {"clock", "error_codes", "wire"},
        {"documents", "fault_effect"},
        {"parcels"},
        {"accounts"},
        {"hints"},
        {"exchange"},
        {"refusal"},
        {"services"},
        {"webhooks"},
        {"pipeline"},
        {"control"},
        {"console"},
        {"explorer"},
        {"server"},
        {"serving"},
        {"__main__"},
    ),
    "generator": (
        {"errors"},
        {"document"},
        {"client"},
        {"lint", "diff"},
        {"surface"},
        {"export", "output"},
        {"regenerate", "scaffold"},
        {"propose"},
        {"release"},
        {"site"},
        {"cli"},
        {"__main__"},
    ),
    f"{PACKAGE}.couriers": (
        {"check_digits", "records"},
        {"live_file", "number_formats"},
        {"search", "snapshots"},
        {"directory"},
        {"live_list"},
    ),
    f"{PACKAGE}.csv_files": (
        {"cells", "columns", "findings"},
        {"encodings", "tokenizer"},
        {"cell_checks", "courier_checks", "reading"},
        # What is checked may have columns that `--map` names: fields.
        {"fields"},
        {"check", "fetching", "orders"},
    ),
    f"{PACKAGE}.mcp_server": (
        {"sandbox", "untrusted"},
        {"records"},
        {"failures"},
        {"cursors", "guarded_tool", "parcels"},
        {"knowledge_tools", "reading_tools", "writing_tools"},
        {"server"},
    ),
    # Both documents side by side, ours as theirs says, what was renamed, the text of the overlay.
    "generator.propose": (
        {"policy", "words"},
        {"reading"},
        {"merging"},
        {"guessing"},
        {"writing"},
        {"draft"},
        {"command"},
    ),
    # What changed, what it means, how it is printed.
    "generator.diff": ({"comparing"}, {"rules"}, {"report"}, {"command"}),
}

# The rules know which names the client takes, and nothing else of how code is made.
NAMES_FOR_LINT = {"generator.client.enum_member_names", "generator.client.reserved_names"}


def room(module: str) -> str:
    """The room of a module of the package: its first segment, `version` for every version package."""
    if module == PACKAGE:
        return "package"
    first = module.split(".")[1]
    if first in ("errors", "oauth_scopes"):  # the errors of the runtime, and its generated list of scopes
        return "runtime"
    if module == f"{PACKAGE}.runtime.auth.hmac_recipe":
        return "recipe_of_hmac"
    if module == f"{PACKAGE}.runtime.storage.toml_text":
        return "toml_text"
    if module.startswith(f"{PACKAGE}.migration."):
        return "moves"
    if module in (
        f"{PACKAGE}.webhooks.signature",
        f"{PACKAGE}.webhooks.event_codes",
        f"{PACKAGE}.webhook_codes",
    ):
        return "signing"
    if module.startswith(f"{PACKAGE}.webhooks.sending"):
        return "sending"
    return "version" if re.fullmatch(r"v\d{4}_\d{2}", first) else first
