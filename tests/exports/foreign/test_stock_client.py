"""openapi-python-client with its own templates makes a client, which lists trackings of the mock."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from aftership_tracking.mock import Mock
from aftership_tracking.testing.mock_on_port import MockOnPort
from export_support.exported import NEWEST, VERSIONS, documents, exported, text
from export_support.tools import OURS, output, run, succeed
from generator.export.documents import Target

LIST = """\
import json, sys
from stock.api.trackings import get_trackings
from stock.client import AuthenticatedClient
from stock.models.known_delivery_status import KnownDeliveryStatus

with AuthenticatedClient(sys.argv[1], token="k", prefix="", auth_header_name="as-api-key") as client:
    page = get_trackings.sync(client=client, tag=KnownDeliveryStatus.DELIVERED)
    every = get_trackings.sync(client=client, slug=["usps"])
    # docs/other-tools.md says that it writes a list in a way of its own.
    repeated = get_trackings.sync_detailed(client=client, slug=["usps", "dhl"])
found = [[(one.id, one.tag) for one in part.data.trackings] for part in (page, every)]
print(json.dumps([*found, repeated.parsed.meta.message]))
"""


def generate(folder: Path, document: str) -> tuple[int, str]:
    (folder / "openapi.json").write_text(document, "utf-8")
    done = run(
        OURS / "openapi-python-client", "generate", "--path", "openapi.json", "--output-path", "stock",
        "--meta", "none", "--fail-on-warning",
        folder=folder,
    )  # fmt: skip
    return done.returncode, output(done)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_client_lists_trackings_of_the_mock(version: str, tmp_path: Path) -> None:
    code, said = generate(tmp_path, text(version, Target.OPENAPI))
    assert (code, said) == (0, "Generating stock\n")
    # It can lose what it does not understand.
    functions = [path for path in (tmp_path / "stock" / "api").glob("*/*.py") if path.name != "__init__.py"]
    assert len(functions) == len(list(documents()[version].operations()))

    (tmp_path / "list.py").write_text(LIST, "utf-8")
    mock = Mock()
    trackings = [{"tag": "Delivered", "slug": "usps"}, {"tag": "InTransit", "slug": "usps"}]
    ids = mock.seed(trackings, key="k", version=version)
    with MockOnPort(mock) as served:
        address = f"{served.url}/tracking/{version}"
        delivered, every, refused = json.loads(succeed(OURS / "python", "list.py", address, folder=tmp_path))
    assert "slug" in refused
    assert delivered == [[ids[0], "Delivered"]]
    assert sorted(map(tuple, every)) == sorted(zip(ids, ["Delivered", "InTransit"], strict=True))


def test_a_document_that_it_cannot_read_fails(tmp_path: Path) -> None:
    document = exported(NEWEST, Target.OPENAPI)
    document["components"]["schemas"]["Tracking"]["properties"]["slug"] = {
        "$ref": "#/components/schemas/Nothing"
    }
    code, said = generate(tmp_path, json.dumps(document))
    assert code != 0
    assert re.search("Nothing|Tracking", said)
