"""Timings in turn, and the page that shows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.experiments.benchmarks.in_turn import Program, Timings, in_turn
from corridor.experiments.benchmarks.page import page, table
from corridor.experiments.benchmarks.side_by_side import OBJECTS, OWN, machine, walk
from corridor.experiments.execution.errors import RunError


def test_a_ratio_is_the_median_over_rounds_and_not_that_of_medians():
    one, two = [1.0, 2.0, 9.0], [1.0, 4.0, 3.0]
    timings = Timings({name: [{"seconds": s} for s in own] for name, own in {"one": one, "two": two}.items()})
    assert timings.median("one") == 2.0
    assert timings.ratio("one", "two") == 1.0  # of 1, 0.5 and 3; the ratio of medians is 2 / 3


def test_programs_run_in_turn_each_as_a_process_of_its_own(tmp_path: Path):
    log = tmp_path / "log"
    program = tmp_path / "program.py"
    program.write_text(
        "import json, sys\n"
        f"print(sys.argv[1], file=open({str(log)!r}, 'a'))\n"
        "print('noise'); print(json.dumps({'seconds': float(len(sys.argv[1]))}))\n",
        encoding="utf-8",
    )
    timings = in_turn({name: Program(program, (name,)) for name in ("a", "bb")}, 2)
    assert log.read_text(encoding="utf-8").split() == ["a", "bb", "a", "bb"]
    assert timings.ratio("bb", "a") == 2.0


def test_a_program_that_fails_is_reported_with_what_it_wrote(tmp_path: Path):
    program = tmp_path / "wrong.py"
    program.write_text("raise SystemExit('no such thing')\n", encoding="utf-8")
    with pytest.raises(RunError, match=r"wrong\.py  failed:\nno such thing"):
        Program(program).run()


def test_the_page_has_every_measurement():
    text = page(
        {
            "years": 1,
            "rounds": 3,
            "machine": machine(),
            "sizes": {
                "rows": [{"world": "1:10", "agents": 12345, "seconds": 1.234, "peak_mb": 98.7}],
                "exponent": 1.013,
                "bytes_an_agent": 210.4,
            },
            "replicates": [{"together": 16.0, "seconds_each": 0.5, "times_cheaper": 4.25}],
            "copy": {"agents": 1e6, "milliseconds": 61.2},
            "reference": {"reference_ms": 900, "alone_ms": 9, "ratio_alone": 100},
            "walk": [
                {"people": 1e4, "program": "corridor", "seconds": 1.0, "ratio": 1.0, "attempts": 8.731},
                {"people": 1e4, "program": "Mesa objects", "seconds": 30.0, "ratio": 30.04, "attempts": 8.728},
            ],
        }
    )
    for shown in (
        "| 1:10 | 12,345 | 1.23 | 99 |",
        "power 1.01",
        "210 bytes",
        "| 16 | 0.50 | 4.25 |",
        "61 ms",
        "100 times",
    ):
        assert shown in text
    assert "| 10,000 | Mesa objects | 30.00 | 30.04 | 8.73 |" in text and "last 1 year, at" in text


def test_a_table_has_names_to_the_left_and_numbers_to_the_right():
    lines = table(("world", "agents"), [{"world": "a", "agents": 1}], {"world": "", "agents": ","})
    assert lines == ["| world | agents |", "| --- | ---: |", "| a | 1 |"]


def test_all_engines_that_are_there_give_the_same_answer():
    """Attempts a person and year, from 3,000 people: a standard error is 0.06."""
    rows = walk(3_000, 1, None)
    assert {row["program"] for row in rows} >= {OWN, OBJECTS}
    assert np.ptp([row["attempts"] for row in rows]) < 0.3
