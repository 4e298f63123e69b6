"""What `corridor reproduce` says has changed since a case was run."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from corridor.experiments.config.data.sea import SeaRecord
from corridor.experiments.execution import reproduce
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.cases.case import Definition
from corridor.results.observed import DAILY

NOW = provenance.provenance()
RECORD = SeaRecord(DAILY, date(2022, 10, 31)).identity


def changes(changed: dict[str, Any], packages: dict[str, str]) -> list[str]:
    """What is said of a case that was run as things are now, but for some settings and packages."""
    settings = {"code_sha256": NOW["code_sha256"], "data_sha256": {"shipped": NOW["data_sha256"]}, "sea_record": RECORD}
    stored = {"git_commit": "abc", "packages": {**NOW["packages"], **packages}}
    return reproduce.changes(Definition(json.dumps(settings | changed), {}), json.dumps(stored))


def test_where_nothing_has_changed_nothing_is_said() -> None:
    assert changes({}, {}) == []
    assert changes({"sea_record": None}, {}) == []


@pytest.mark.parametrize(
    ("changed", "packages", "said"),
    [
        ({"code_sha256": "0"}, {}, "the code of model/ has changed since (commit then: abc)"),
        ({"data_sha256": {"shipped": "0"}}, {}, "the data of model/data have changed since"),
        ({"sea_record": {**RECORD, "sha256": "0"}}, {}, "the record of the sea has changed since"),
        ({}, {"numpy": "1.0"}, f"numpy was 1.0, is {NOW['packages']['numpy']}"),
        ({}, {"gone": "1.0"}, "gone was 1.0, is None"),
    ],
)
def test_each_change_is_said_alone(changed: dict[str, Any], packages: dict[str, str], said: str) -> None:
    assert changes(changed, packages) == [said]
