"""Every declared link leads somewhere."""

from __future__ import annotations

import pytest

from contract_support import target
from contract_support.behaviour.links import Link, complaints, declared_links

LINKS = [
    pytest.param(version, link, id=f"{version}-{link}")
    for version in target.versions()
    for link in declared_links(target.document(version))
]


@pytest.mark.parametrize(("version", "link"), LINKS)
def test_link_leads_to_its_target(version: str, link: Link) -> None:
    mock = target.fresh_mock()
    assert complaints(target.document(version), mock, mock, link) == []
