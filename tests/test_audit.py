"""`make audit` says how many packages were looked up: none is never reported as nothing found."""

from __future__ import annotations

import json

import pytest

from tests.support.audit import summary

LOOKED_UP = {"name": "numpy", "version": "2.0", "vulns": []}
WEAK = {"name": "jinja2", "version": "3.0", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}
SKIPPED = {"name": "scipy", "version": "1.15", "skip_reason": "not found"}


@pytest.mark.parametrize("output", ["", "no JSON", json.dumps({"dependencies": [SKIPPED, SKIPPED]})])
def test_a_database_that_cannot_be_reached_is_reported(output: str) -> None:
    said, found = summary(output)
    assert (
        "NOT DONE: the database of known weaknesses cannot be reached; no package was looked up" in said and not found
    )


def test_packages_with_known_weaknesses_are_named() -> None:
    said, found = summary(json.dumps({"dependencies": [LOOKED_UP, WEAK, SKIPPED]}))
    assert found and "1 of 2 packages have a known weakness; 1 are not in the database" in said
    assert "jinja2 3.0: CVE-1, CVE-2" in said
    assert not summary(json.dumps({"dependencies": [LOOKED_UP]}))[1]
