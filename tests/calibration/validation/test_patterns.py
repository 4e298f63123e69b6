"""How values of patterns are judged, and that every pattern is listed for readers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corridor.calibration.evidence.observed import ObservedValue, read_records
from corridor.calibration.validation.patterns.check import PatternCheck
from corridor.calibration.validation.patterns.table import judge, pattern_checks
from tests.support.ensembles import prediction_of

LISTED = Path(__file__).parents[3] / "calibration" / "README.md"
CUT = "2022-10"
RUN = prediction_of({}, "2022-01-01", "2022-12-31", draws=3)


@pytest.mark.parametrize(
    ("seen", "passes"),
    [
        (ObservedValue.of(96.0), False),
        (ObservedValue.of(96.0, 94.0, 99.0), True),
        (ObservedValue.of(50.0), True),
    ],
)
def test_a_pattern_passes_when_the_publishers_range_meets_the_interval(seen: ObservedValue, passes: bool) -> None:
    """Of the draws 0 to 100 the interval is that from rank 5.1 to 96.9, which is 4.1 to 95.9."""
    run = prediction_of({}, "2022-01-01", "2022-12-31", draws=101)
    row = judge(PatternCheck("V1", "x", "2022", seen, lambda _: np.arange(101.0)), run, CUT)
    assert (row["low"], row["high"]) == pytest.approx((4.1, 95.9)) and row["passes"] is passes


def test_few_draws_have_the_interval_of_a_further_draw_and_one_has_none() -> None:
    """Of 40 and 60: 50 -/+ 6.31 * 14.1 * sqrt(3/2), which holds 100 and does not go below zero."""
    check = PatternCheck("V1", "x", "2022", ObservedValue.of(100.0), lambda _: np.array([40.0, 60.0, np.nan]))
    row = judge(check, RUN, CUT)
    assert (row["low"], row["high"], row["passes"]) == (0.0, pytest.approx(159.4, abs=0.1), True)
    one = judge(replace(check, read=lambda _: np.array([100.0])), RUN, CUT)
    assert one["passes"] is None and one["median"] == 100.0 and one["reason"] == "one draw has no interval"


def test_the_list_of_patterns_names_every_one() -> None:
    rows = [line.split("|")[1] for line in LISTED.read_text(encoding="utf-8").splitlines() if line.startswith("| V")]
    listed = [name for row in rows for name in re.findall(r"V\d+", row)]
    assert sorted(listed) == sorted({each.pattern for each in pattern_checks(read_records(), RUN)})
