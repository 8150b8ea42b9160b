"""Which page each public module of the package is on, in which order, and what the index says about it."""

from __future__ import annotations

from dataclasses import dataclass

FOLDER = "reference/python"


@dataclass(frozen=True, kw_only=True, slots=True)
class PagePlan:
    """One page that is the same for all API versions."""

    name: str
    """The name of the file, without its ending."""
    title: str
    about: str
    """One sentence for the index."""
    modules: tuple[str, ...] = ()
    """Public modules below the package whose names are here."""
    names: tuple[str, ...] = ()
    """Public names at the top of the package, and bases of generated classes, that are here."""
    first: tuple[str, ...] = ()
    """What people come for, in this order. The rest follows by name."""
    guides: tuple[str, ...] = ()
    """Pages of `docs/` that explain it."""
    shows_errors: bool = False
    """Whether it begins with the tree of all errors."""
    introduction: str = ""
    """What the page says first, if it has no module that says it: words as in a docstring."""

    @property
    def path(self) -> str:
        """The path of the page below the source folder."""
        return f"{FOLDER}/{self.name}.md"


GROUPS: dict[str, tuple[PagePlan, ...]] = {
    "Calls": (
        PagePlan(
            name="client",
            title="Clients",
            about="`AfterShip` and `AsyncAfterShip`: the constructor, its arguments, and calls of your own.",
            names=(
                "bases.Client",
                "bases.SyncClient",
                "bases.AsyncClient",
                "CallResult",
                "Exchange",
                "Surprise",
                "__version__",
            ),
            first=("bases.SyncClient", "bases.AsyncClient", "CallResult", "Exchange", "Surprise"),
            guides=("calls.md", "authentication.md"),
            introduction="`from aftership_tracking import AfterShip` gives the client of the newest API "
            "version, `from aftership_tracking.v2024_01 import AfterShip` that of another one. All have the "
            "same constructor and the same methods. Resources, such as `client.trackings`, are on the pages "
            "of a version.",
        ),
        PagePlan(
            name="options",
            title="Options of one call",
            about="Timeouts, retries and headers of a single call.",
            modules=("options",),
            first=("Options", "CallOptions", "Timeout"),
            guides=("calls.md",),
        ),
        PagePlan(
            name="pages",
            title="Lists and pages",
            about="What a list returns: items, pages, cursors.",
            names=("Page", "AsyncPage", "AsyncPages"),
            first=("Page", "AsyncPages", "AsyncPage"),
            guides=("reading.md",),
            introduction="A list of the sync client is a `Page`, which holds the first items and reads the "
            "other pages when you iterate. The async client gives an `AsyncPages`, for `async for` or "
            "`await`.",
        ),
        PagePlan(
            name="models",
            title="Models",
            about="What all models share: `to_json`, `UNSET`, unknown fields.",
            modules=("models",),
            names=("bases.ModelStruct", "bases.TrackingBase"),
            first=("Model", "bases.TrackingBase", "UNSET", "was_sent"),
            guides=("reading.md",),
        ),
        PagePlan(
            name="times",
            title="Times",
            about="Times as strings that can be read as dates.",
            modules=("times",),
            first=("Time", "Timestamp", "Date"),
            guides=("reading.md",),
        ),
        PagePlan(
            name="errors",
            title="Errors and warnings",
            about="Every exception: when it is raised, what it tells, what to do.",
            modules=("errors",),
            shows_errors=True,
            names=("TimeoutError", "WaitTimeoutError", "FinalStateError"),
            first=(
                *("AfterShipError", "CallError", "ApiError", "AuthenticationError", "PermissionDeniedError"),
                *("NotFoundError", "AlreadyExistsError", "ValidationError", "RateLimitError", "ServerError"),
                *("TransportError", "ConnectError", "TimeoutError", "WaitTimeoutError", "NotConnectedError"),
                *(
                    "DecodeError",
                    "FinalStateError",
                    "StorageError",
                    "LimiterError",
                    "UsageError",
                    "ErrorCode",
                ),
            ),
            guides=("errors.md",),
        ),
    ),
    "Accounts": (
        PagePlan(
            name="auth",
            title="Signing requests",
            about="What an object for `auth=` must do.",
            modules=("auth",),
            guides=("authentication.md",),
        ),
        PagePlan(
            name="oauth",
            title="OAuth",
            about="Partner apps: connect merchants, store and renew their tokens.",
            modules=("oauth",),
            first=("OAuthApp", "Tenants", "OAuthToken", "Tokens"),
            guides=("oauth.md",),
        ),
    ),
    "Limits, retries and hooks": (
        PagePlan(
            name="limits",
            title="Rate limits",
            about="Limiters for one process, one machine, or a fleet.",
            modules=("limits",),
            first=("MemoryLimiter", "SqliteLimiter", "RedisLimiter", "BucketUsage"),
            guides=("limits.md",),
        ),
        PagePlan(
            name="retries",
            title="Retries",
            about="What is repeated, when, and how to change that.",
            modules=("retries",),
            first=("RetryPolicy", "decide", "AttemptOutcome"),
            guides=("errors.md",),
        ),
        PagePlan(
            name="hooks",
            title="Hooks",
            about="See each call and each attempt while it happens.",
            modules=("hooks",),
            first=("CallStarted", "AttemptStarted", "AttemptEnded", "CallEnded", "Call"),
            guides=("observing.md",),
        ),
        PagePlan(
            name="otel",
            title="OpenTelemetry",
            about="Spans for calls and attempts.",
            modules=("otel",),
            guides=("observing.md",),
        ),
        PagePlan(
            name="explanation",
            title="Explaining a call",
            about="What a call would send, and what happens if it fails. Nothing is sent.",
            modules=("explanation",),
            first=("explain", "Explanation"),
            guides=("inspecting.md",),
        ),
    ),
    "Many trackings": (
        PagePlan(
            name="recipes",
            title="Methods of several calls",
            about="`upsert`, `create_many`, `upsert_many`, `wait_until` and `changes` of `client.trackings`.",
            names=(
                "bases.TrackingRecipes",
                "bases.AsyncTrackingRecipes",
                "bases.Resource",
                "bases.AsyncResource",
            ),
            first=("bases.TrackingRecipes", "bases.AsyncTrackingRecipes"),
            guides=("writing.md", "reading.md"),
            introduction="`client.trackings` of every API version has these methods beside those of the API. "
            "They make several calls, and take care of what can go wrong between them.",
        ),
        PagePlan(
            name="writing",
            title="Results of writing",
            about="What `upsert`, `create_many` and `upsert_many` return.",
            modules=("writing",),
            first=("Upserted", "RowResult", "Progress"),
            guides=("writing.md",),
        ),
        PagePlan(
            name="changes",
            title="Changes",
            about="What changed since the last time, and where that is stored.",
            modules=("changes",),
            first=("Changes", "AsyncChanges", "Batch", "AsyncBatch", "JsonFile", "StateStorage"),
            guides=("reading.md", "data-out.md"),
        ),
        PagePlan(
            name="export",
            title="Export",
            about="CSV, NDJSON, Parquet, workbooks and Arrow.",
            modules=("export",),
            first=("open_writer", "Writer", "to_arrow", "flatten", "columns"),
            guides=("data-out.md",),
        ),
        PagePlan(
            name="dlt",
            title="dlt",
            about="A source for dlt pipelines.",
            modules=("dlt",),
            guides=("data-out.md",),
        ),
    ),
    "Webhooks": (
        PagePlan(
            name="webhooks",
            title="Webhooks",
            about="Verify a delivery, read it as an event, give it to a handler.",
            modules=("webhooks",),
            first=("Verifier", "Event", "Router", "Receiver", "Delivery", "Reply", "diagnose"),
            guides=("webhooks.md", "webhook-reference.md", "webhook-receivers.md"),
        ),
        PagePlan(
            name="webhook-servers",
            title="Receivers in a web server",
            about="A receiver as an ASGI or a WSGI application.",
            modules=("webhooks.asgi", "webhooks.wsgi"),
            guides=("webhook-receivers.md",),
            introduction="A receiver becomes an application that any server of its kind runs: "
            "`aftership_tracking.webhooks.asgi` for uvicorn, Starlette and FastAPI, "
            "`aftership_tracking.webhooks.wsgi` for gunicorn, Flask and Django.",
        ),
        PagePlan(
            name="webhook-stores",
            title="Stores of handled events",
            about="Remember which events were handled, so that none is handled twice.",
            modules=("webhooks.stores",),
            first=("MemoryStore", "SqliteStore", "RedisStore", "Store"),
            guides=("webhook-receivers.md",),
        ),
        PagePlan(
            name="webhook-inbox",
            title="Inbox",
            about="Store deliveries at once, and handle them later.",
            modules=("webhooks.inbox",),
            first=("InboxEndpoint", "InboxWorker", "SqliteInbox", "RedisInbox", "Inbox"),
            guides=("webhook-inbox.md",),
        ),
    ),
    "Tests and the mock": (
        PagePlan(
            name="mock",
            title="The mock",
            about="A mock of the service, its clock, faults, journal and webhooks.",
            modules=("mock",),
            first=("Mock", "ManualClock", "Faults", "FaultRule", "Journal", "Record"),
            guides=("mock.md", "mock-control.md"),
        ),
        PagePlan(
            name="testing-fixtures",
            title="Fixtures for pytest",
            about="A mock, a client, a clock and webhooks for each test.",
            modules=("testing.fixtures",),
            first=("aftership_client", "aftership_async_client", "aftership_mock", "aftership_clock"),
            guides=("testing.md",),
        ),
        PagePlan(
            name="testing",
            title="Testing receivers",
            about="Signed events, bad signatures, other spellings.",
            modules=("testing",),
            first=("signed_event", "signed_request", "webhook_event", "ClientClock"),
            guides=("testing.md",),
        ),
        PagePlan(
            name="testing-modules",
            title="Testing kit: objects, scripts, captured webhooks",
            about="Make objects, play expected calls, capture webhooks, assert requests, serve a mock.",
            modules=(
                "testing.factories",
                "testing.script",
                "testing.captured_webhooks",
                "testing.journal_assertions",
                "testing.mock_on_port",
            ),
            guides=("testing.md", "mock-anywhere.md"),
            introduction="Modules of `aftership_tracking.testing` that need the extra `mock`.",
        ),
        PagePlan(
            name="testing-traffic",
            title="Judging traffic",
            about="Compare calls and recorded traffic with the document of a version.",
            modules=("testing.traffic",),
            first=("check_traffic", "judge"),
            guides=("testing.md",),
        ),
    ),
    "Data and tools": (
        PagePlan(
            name="couriers",
            title="Couriers",
            about="The known couriers, without a call.",
            modules=("couriers",),
            first=("load", "Directory", "Courier", "sync"),
            guides=("couriers.md",),
        ),
        PagePlan(
            name="contacts",
            title="Contacts",
            about="Check and format phone numbers and e-mail addresses.",
            modules=("contacts",),
            first=("Contacts",),
            guides=("contacts.md",),
        ),
        PagePlan(
            name="csv-files",
            title="CSV files",
            about="Check and read CSV files of shipments and orders.",
            modules=("csv_files",),
            first=("check_file", "CsvFile", "read_orders"),
            guides=("csv.md",),
        ),
        PagePlan(
            name="migration",
            title="Migration of data",
            about="Convert stored data from one API version to another.",
            modules=("migration",),
            first=("migrate", "Migrated", "Loss"),
            guides=("migrate-data.md",),
        ),
        PagePlan(
            name="documents",
            title="Documents",
            about="The API documents and data files of the package.",
            modules=("documents",),
            guides=("other-tools.md",),
        ),
        PagePlan(
            name="mcp-server",
            title="Server for language models",
            about="A server of the Model Context Protocol.",
            modules=("mcp_server",),
            guides=("mcp.md",),
        ),
        PagePlan(
            name="command",
            title="Entry point of the command",
            about="What starts the command `aftership`.",
            modules=("cli",),
            guides=("command-line.md",),
        ),
    ),
}
PAGES = tuple(page for pages in GROUPS.values() for page in pages)

# What generated classes stand on has no name to import. The site calls it as users meet it.
SHOWN_AS = {
    "bases.SyncClient": "AfterShip",
    "bases.AsyncClient": "AsyncAfterShip",
    "bases.TrackingRecipes": "client.trackings",
    "bases.AsyncTrackingRecipes": "client.trackings (async)",
    "bases.TrackingBase": "Tracking",
}
# These are parts of another entry, and have none of their own.
PART_OF = {
    "bases.Client": "bases.SyncClient",
    "bases.ModelStruct": "Model",
    "bases.Resource": "bases.TrackingRecipes",
    "bases.AsyncResource": "bases.AsyncTrackingRecipes",
}
# Methods give these to users, who read them and make none: their constructors are not for them.
GIVEN_TO_USERS = frozenset(
    {
        *("Page", "AsyncPage", "AsyncPages", "bases.TrackingRecipes", "bases.AsyncTrackingRecipes"),
        *("changes.Batch", "changes.Changes", "webhooks.Event"),
    }
)
# The async class, and the sync one that describes its members.
COUNTERPARTS = {
    "bases.AsyncClient": "bases.SyncClient",
    "bases.AsyncTrackingRecipes": "bases.TrackingRecipes",
    "AsyncPage": "Page",
    "changes.AsyncBatch": "changes.Batch",
    "changes.AsyncChanges": "changes.Changes",
    "mock.AsyncMockTransport": "mock.MockTransport",
}
