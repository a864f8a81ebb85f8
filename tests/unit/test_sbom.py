"""The bill of materials: all of both locks, once, with licences, digests and edges that lead somewhere."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sbom
import third_party

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """Return the bill of this project."""
    return sbom.bill(third_party.ROOT, TIME)


def test_the_same_gives_the_same(bill: dict[str, Any]) -> None:
    assert json.loads(sbom.text(third_party.ROOT, TIME)) == bill
    assert sbom.bill(third_party.ROOT, TIME.replace(year=2027))["serialNumber"] != bill["serialNumber"]


def test_the_head_is_as_cyclonedx_has_it(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert bill["metadata"]["timestamp"] == "2026-01-02T03:04:05Z"
    assert bill["metadata"]["component"]["name"] == "examlab"


def test_every_package_of_both_locks_is_there_once(bill: dict[str, Any]) -> None:
    wanted = {
        p for p in third_party.locked(third_party.ROOT) if p.lock in {third_party.LOCK, third_party.NPM}
    }
    references = [component["bom-ref"] for component in bill["components"]]
    assert sorted(references) == sorted({*references}) == sorted(map(sbom.reference, wanted))


def test_each_has_a_licence_and_digests_of_the_right_length(bill: dict[str, Any]) -> None:
    for component in bill["components"]:
        (licence,) = component["licenses"]
        assert licence.get("expression") or licence["license"]["name"], component
        (where,) = component["externalReferences"]
        assert where["hashes"], component
        for digest in where["hashes"]:
            assert re.fullmatch(r"[0-9a-f]+", digest["content"])
            assert len(digest["content"]) == {"SHA-256": 64, "SHA-512": 128}[digest["alg"]]


def test_edges_lead_from_the_book_to_everything(bill: dict[str, Any]) -> None:
    needs = {edge["ref"]: edge["dependsOn"] for edge in bill["dependencies"]}
    known = {"book", *(component["bom-ref"] for component in bill["components"])}
    assert set(needs) == known and {one for others in needs.values() for one in others} <= known
    reached, waiting = set(), ["book"]
    while waiting:
        if (one := waiting.pop()) not in reached:
            reached.add(one)
            waiting += needs[one]
    assert reached == known
    assert "pkg:pypi/contourpy@1.3.3" in needs["pkg:pypi/matplotlib@3.11.2"]
    assert "pkg:npm/commander@12.1.0" in needs["pkg:npm/purgecss@8.0.0"]  # the nearer of two
    assert "pkg:npm/commander@8.3.0" in needs["pkg:npm/katex@0.16.22"]
