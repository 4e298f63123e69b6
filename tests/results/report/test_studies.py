"""What a report says of values of a lever and of a parameter, of shares of measures, and of sensitivity."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from corridor.results.report.contents import read_contents
from corridor.results.report.document import TableBlock
from corridor.results.report.evidence import grades_of, imposed_section, sensitivity_of, validation_of
from corridor.results.report.language import LANGUAGES, language_of
from corridor.results.report.report import write_report
from corridor.results.report.studies import Study, study_of
from corridor.results.store.yearly import WHOLE
from tests.results.report.test_language import fields
from tests.support.result_folders import write_result

EN = language_of("en")
NAN = float("nan")
SETTINGS = {"start": "2023-01-01", "end": "2023-12-31", "policy_files": {"goods": {"title": "Goods"}}}
OFFICERS = "“Officers on the French coast”"


def folder_of(tmp_path: Path, columns: dict[str, str] | None = None, **tables: pd.DataFrame) -> Path:
    """A folder of results with some tables, whose manifest says what their own columns are."""
    listed = {f"{name}.csv": {"meaning": name, "columns": columns or {}} for name in tables}
    (tmp_path / "manifest.json").write_text(json.dumps({"tables": listed, "configuration": SETTINGS, "title": "T"}))
    for name, table in tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


def study(folder: Path, code: str = "en") -> Study:
    found = study_of(read_contents(folder), language_of(code))
    assert found is not None
    return found


def effects(column: str, rows: list[tuple[float, str, float, float, float]], worlds: bool = True) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[column, "indicator", "mean", "low", "high"])
    names = "dose_" + table[column].astype(str) if worlds else "a"
    base = "dose_1.0" if worlds else "b"
    return table.assign(world=names, baseline=base, unit="people", period=WHOLE, seeds=30, interval="mean")


def doses(tmp_path: Path) -> Path:
    rows = [(value, "arrivals_people", -9000.0 * (value - 1), -9900.0 * (value - 1), -8100.0 * (value - 1))
            for value in (1.0, 2.0, 3.0)]  # fmt: skip
    rows += [(value, "deaths_channel", 3.0, -9.0, 15.0) for value in (2.0, 3.0)]
    return folder_of(tmp_path, {"patrol_officers": "lever: officers"}, dose=effects("patrol_officers", rows))


def test_a_dose_is_compared_with_its_baseline_at_the_lowest_and_the_highest_value(tmp_path: Path) -> None:
    found = study(doses(tmp_path))
    assert found.question == f"What changes between 1 January 2023 and 31 December 2023 at other values of {OFFICERS}?"
    assert found.answer == [
        f"With {OFFICERS} at {value} instead of {OFFICERS} at 1, arrivals by small boat fall by about {text}, "
        "but it is not clear whether deaths in the Channel rise or fall (−9 to +15)."
        for value, text in ((2, "9,000 (8,100 to 9,900)"), (3, "18,000 (16,200 to 19,800)"))
    ]
    (table,) = (block for block in found.section.blocks if isinstance(block, TableBlock))
    assert [row[0] for row in table.rows] == ["2", "3"]
    assert table.header[1:] == ["Arrivals by small boat", "Deaths in the Channel"]


@pytest.mark.parametrize(
    ("high", "answer"),
    [
        (-1.0, "The mean effect on {deaths} keeps its sign at all values that were run."),
        (
            1.0,
            "No effect on {deaths} is clear of zero at the values that were run: its sign is not known.",
        ),
    ],
)
def test_a_break_even_value_is_in_the_answer(tmp_path: Path, high: float, answer: str) -> None:
    rows = [(0.8, "arrivals_people", -9.0, -12.0, -6.0), (0.8, "deaths_channel", -4.0, -9.0, high)]
    response = effects("p_retry", rows, worlds=False)
    even = pd.DataFrame(
        {
            "indicator": ["arrivals_people", "deaths_channel"],
            "break_even": [0.9, NAN],
            "break_even_low": [0.85, NAN],
            "break_even_high": [0.95, NAN],
        }
    )
    folder = folder_of(tmp_path, {"p_retry": "parameter: retry"}, response=response, break_even=even)
    assert study(folder).answer[1:] == [
        "The mean effect on arrivals by small boat changes its sign at 0.900 (0.850 to 0.950).",
        answer.format(deaths="deaths in the Channel"),
    ]
    assert (
        study(folder)
        .answer[0]
        .startswith(
            "With “chance to try again after a stop” at 0.8, in “a” compared with “b”, arrivals by small boat fall by "
            "about 9 (6 to 12)"
        )
    )


def test_only_shares_that_are_clear_are_named(tmp_path: Path) -> None:
    rows = [("goods", "arrivals_people", -500.0, -700.0, -300.0), ("dogs", "arrivals_people", 5.0, -20.0, 30.0)]
    rows += [("goods", "deaths_channel", 1.0, -4.0, 6.0)]
    table = pd.DataFrame(rows, columns=["measure", "indicator", "share", "low", "high"])
    table = table.assign(world="as_it_happened", baseline="without", unit="people", period=WHOLE)
    assert study(folder_of(tmp_path, attribution=table)).answer == [
        "To the change in arrivals by small boat, “Goods” contributes −500 (−700 to −300).",
        "No measure has a share in the change in deaths in the Channel that is clear of chance.",
    ]


def test_a_parameter_counts_where_its_index_is_above_the_noise(tmp_path: Path) -> None:
    rows = [("p_retry", 0.6, 0.5, 0.7, 0.1), ("money_median", 0.2, 0.05, 0.3, 0.1)]
    table = pd.DataFrame(rows, columns=["parameter", "value", "low", "high", "floor"])
    table = table.assign(world="a", baseline="", unit="people", period=WHOLE, method="sobol", index="ST")
    both = pd.concat([table.assign(indicator=name) for name in ("arrivals_people", "deaths_channel_difference")])
    both.loc[both.indicator != "arrivals_people", "low"] = 0.0
    assert study(folder_of(tmp_path, indices=both)).answer == [
        "Arrivals by small boat depend most on “chance to try again after a stop”.",
        "For the effect on deaths in the Channel, no parameter is clear of chance.",
    ]


def indices(low: float) -> pd.DataFrame:
    """Sobol indices of two parameters: the first order, and the total one, by which the other parameter leads."""
    rows = [("S1", "p_retry", 0.3), ("S1", "money_median", 0.1), ("ST", "p_retry", 0.4), ("ST", "money_median", 0.5)]
    table = pd.DataFrame(rows, columns=["index", "parameter", "value"]).assign(low=low, high=0.9, floor=0.1)
    table = table.assign(world="a", baseline="b", unit="people", period=WHOLE, method="sobol")
    return pd.concat([table.assign(indicator=name) for name in ("arrivals_people", "arrivals_people_difference")])


@pytest.mark.parametrize("low", [0.2, 0.0])
def test_what_a_report_says_of_sensitivity_is_what_its_answer_says(tmp_path: Path, low: float) -> None:
    contents = read_contents(folder_of(tmp_path, indices=indices(low)))
    said, found = list(sensitivity_of(contents, EN)), study_of(contents, EN)
    assert found is not None
    assert said == found.answer
    if low:
        money, retry = "“median of what a person can raise for the Channel”", "“chance to try again after a stop”"
        assert said[1] == f"The effect on arrivals by small boat depends most on {money} and {retry}."
    else:
        assert said[0] == "For arrivals by small boat, no parameter is clear of chance."


def test_a_measure_without_a_grade_is_said_to_have_none(tmp_path: Path) -> None:
    folder = write_result(tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["configuration"]["policy_files"] |= {"b": {"title": "B", "grade": None}}
    manifest["configuration"]["worlds"]["statement"]["policies"] = ["b", "a"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    contents = read_contents(folder)
    assert next(iter(grades_of(contents, EN))).endswith(": 1 of grade B and 1 without a grade.")
    (table,) = (each for each in imposed_section(contents, EN).blocks if isinstance(each, TableBlock))
    assert [row[1] for row in table.rows] == ["not given", "B"]


def test_patterns_that_are_not_compared_are_not_counted(tmp_path: Path) -> None:
    patterns = pd.DataFrame({"pattern": ["V1", "V2", "V28"], "passes": [True, False, None]})
    said = list(validation_of(read_contents(folder_of(tmp_path, patterns=patterns)), EN))
    assert said == ["Patterns of the record that the run passes: 1 of 2 (patterns.csv)."]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_report_of_a_dose_is_written_in_each_language(tmp_path: Path, code: str) -> None:
    (path,) = write_report(doses(tmp_path), code, ["html"])
    text = path.read_text(encoding="utf-8")
    assert language_of(code).text("study.dose_title") in text
    assert fields(language_of(code).text("study.dose_answer")) == {"setting", "neutral", "effects"}


def test_a_table_of_a_user_is_no_study(tmp_path: Path) -> None:
    assert study_of(read_contents(folder_of(tmp_path, dose=pd.DataFrame({"world": ["a"], "x": [1.0]}))), EN) is None
