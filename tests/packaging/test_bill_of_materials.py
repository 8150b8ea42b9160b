"""The list of what is installed with the wheel. The rehearsal of publishing looks at a real one."""

from __future__ import annotations

import json

from generator.release.bill_of_materials import clean, components

PRINTED = {
    "bomFormat": "CycloneDX",
    "metadata": {
        "component": {"name": "parcels", "version": "1.0.0", "bom-ref": "root-component"},
        "tools": {
            "components": [{"name": "cyclonedx-py", "externalReferences": [{"url": "https://a.example"}]}]
        },
    },
    "components": [
        {
            "name": "httpx",
            "version": "0.28.1",
            "purl": "pkg:pypi/httpx@0.28.1",
            "description": "A client (https://words.example)",
            "externalReferences": [{"type": "distribution", "url": "https://index.example/httpx"}],
        }
    ],
}


def test_it_has_names_and_versions_and_no_address() -> None:
    document = clean(json.dumps(PRINTED), "parcels", "1.0.0")
    assert list(components(document)) == ["httpx==0.28.1"]
    assert "https://" not in document
    assert json.loads(document)["metadata"]["component"]["purl"] == "pkg:pypi/parcels@1.0.0"
    assert json.loads(document)["components"][0]["purl"] == "pkg:pypi/httpx@0.28.1"


def test_it_is_the_same_whatever_the_order_of_its_keys() -> None:
    reordered = dict(reversed(PRINTED.items()))
    assert clean(json.dumps(reordered), "parcels", "1.0.0") == clean(json.dumps(PRINTED), "parcels", "1.0.0")
