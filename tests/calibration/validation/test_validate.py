"""Validation on synthetic predictions whose scores are known, clustering and patterns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence.observed import MONTHLY_READ, READ, ObservedData, ObservedValue, read_records
from corridor.calibration.evidence.targets import TARGETS
from corridor.calibration.predict import prediction
from corridor.calibration.predict.prediction import Origin, PredictionData
from corridor.calibration.validation import validate
from corridor.calibration.validation.baselines import BENCHMARKS, seasonal_naive
from corridor.calibration.validation.clustering import STATISTICS, statistics
from corridor.calibration.validation.patterns.table import pattern_checks, pattern_table
from corridor.model.engine.errors import InputError
from corridor.results.plots.fit.patterns import over_observed
from tests.support.ensembles import prediction_of, spread_over_days

FIRST = Origin("2022-10", "2023-12")
SECOND = Origin("2023-12", "2025-12")
DAILY = {"V22", "V23", "V25", "V26"}  # read off daily arrivals, which no fit uses
FIRST_COLUMNS = ["pattern", "quantity", "period", "observed", "low", "median", "high", "passes"]


@pytest.fixture(scope="module")
def records() -> ObservedData:
    return read_records()


def true_figures(records: ObservedData, factor: float | np.ndarray = 1.0, draws: int = 3) -> PredictionData:
    """A prediction that says what was observed, times a factor."""
    daily = {
        name: factor * spread_over_days(records.by_month(name)["2018-01":"2025-12"], draws)
        for name in ("arrivals_people", "arrivals_boats")
    }
    return prediction_of(daily, "2018-01-01", "2025-12-31", draws)


@pytest.fixture(scope="module")
def perfect(records: ObservedData) -> PredictionData:
    return true_figures(records)


@pytest.fixture(autouse=True)
def quick_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two that are fitted take seconds and are tested in test_scores.py."""
    for name in ("exponential_smoothing", "sarima"):
        monkeypatch.setitem(BENCHMARKS, name, seasonal_naive)


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Patterns by their quantity and period."""
    return table.set_index(table.quantity + ", " + table.period)


def scores_of(table: pd.DataFrame, target: str, method: str) -> pd.Series:
    return table[(table.target == target) & (table.method == method)].iloc[0]


# --- scores -----------------------------------------------------------------------------------------------------------


def test_a_perfect_prediction_has_no_error_and_one_twice_as_high_has_all_of_it(records, perfect):
    table, ranks = validate.monthly_scores(FIRST, perfect, records)
    for target in ("arrivals_people", "arrivals_boats", "people_per_boat"):
        row = scores_of(table, target, validate.ALONE)
        assert (row.wape, row.crps, row.ard) == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)
        assert row["values"] == 14 and row.horizon_months == 14
    assert set(ranks.target) == {"arrivals_people", "arrivals_boats", "people_per_boat"} and len(ranks) == 3 * 14
    double, _ = validate.monthly_scores(FIRST, true_figures(records, 2.0), records)
    row = scores_of(double, "arrivals_people", validate.ALONE)
    assert (row.wape, row.ard) == pytest.approx((1.0, 1.0)) and row.cover90 == 0.0
    assert scores_of(double, "people_per_boat", validate.ALONE).wape == pytest.approx(0.0, abs=1e-9)


def test_all_methods_stand_beside_each_other_and_prevented_only_where_it_was_observed(records, perfect):
    first, _ = validate.monthly_scores(FIRST, perfect, records)
    assert set(first[first.target == "arrivals_people"].method) == {
        "corridor",
        "corridor_alone",
        "seasonal_naive",
        "last_year_mean",
        "exponential_smoothing",
        "sarima",
    }
    assert "prevented_people" not in set(first.target)
    second, _ = validate.monthly_scores(SECOND, perfect, records)
    prevented = second[second.target == "prevented_people"]
    assert set(prevented.method) == {"corridor", "corridor_alone"}  # no history to the cut
    assert set(prevented["values"]) == {20} and set(second.horizon_months) == {24}


def test_the_errors_of_records_widen_but_do_not_move_a_prediction(records):
    sure = true_figures(records, draws=400)
    months = list(records.by_month("arrivals_people")["2018-01":"2025-12"].index)
    values = sure.by_month("arrivals_people")
    recorded = prediction.as_recorded(values, TARGETS["arrivals_people"], months)
    busy = values[0] > 1000.0
    assert np.median(recorded, axis=0)[busy] == pytest.approx(values[0][busy], rel=0.06)
    logs = np.log(recorded[:, busy] / values[0][busy])
    assert logs.std() == pytest.approx(np.hypot(0.20, 0.10), rel=0.1)  # declared: a value's and a year's
    assert np.array_equal(recorded, prediction.as_recorded(values, TARGETS["arrivals_people"], months))


def test_months_of_people_per_boat_scatter_around_their_year_as_declared_for_months(records):
    seen = np.log(records.by_month("people_per_boat")["2020-01":"2025-12"])
    target = validate.target_of("people_per_boat")
    assert seen.groupby(seen.index.str[:4]).std().median() == pytest.approx(target.error.value, abs=0.01)
    recorded = prediction.as_recorded(np.full((4000, 12), 50.0), target, [f"2024-{m:02d}" for m in range(1, 13)])
    logs = np.log(recorded)
    assert (logs - logs.mean(axis=1, keepdims=True)).std() == pytest.approx(0.10, rel=0.06)
    assert logs[:, 0].std() == pytest.approx(np.sqrt(0.10**2 + 0.07**2 + 0.03**2), rel=0.05)


def test_bars_say_whether_they_are_met():
    def rows(corridor: float, cover: float) -> pd.DataFrame:
        result = [
            ("arrivals_people", "2022-10", name, wape, cover)
            for name, wape in (
                ("corridor", corridor),
                ("seasonal_naive", 0.5),
                ("last_year_mean", 0.4),
            )
        ]
        return pd.DataFrame(result, columns=["target", "origin", "method", "wape", "cover90"])

    acceptance = validate.acceptance_of(rows(0.39, 0.9))
    assert acceptance.met.all() and set(acceptance.method) == {"corridor"}
    assert set(acceptance.criterion) == {"WAPE at most that of last_year_mean", "coverage of the 90 % interval"}
    assert validate.acceptance_of(rows(0.41, 0.79)).met.tolist() == [False, False]


def test_the_mean_is_that_of_the_draws_without_the_errors_of_the_record(records):
    sure = true_figures(records, draws=50)
    fans = validate.fans_of(FIRST, sure).set_index(["indicator", "month"])
    arrivals = records.by_month("arrivals_people")
    assert fans.loc[("arrivals_people", "2023-06"), "mean"] == pytest.approx(arrivals["2023-06"])


def test_own_figures_that_nothing_reads_are_refused(tmp_path):
    own = tmp_path / "mine.csv"
    own.write_text("year,value\n2022,0.2\n")
    with pytest.raises(InputError, match="share_iran: it is not used here; allowed: arrivals_people"):
        read_records({"share_iran": own})
    with pytest.raises(InputError, match="camp_stock: it is not used here"):
        read_records({"camp_stock": own}, MONTHLY_READ)


def test_every_target_that_may_be_given_changes_what_is_read(records, monkeypatch):
    asked = set()
    of_year = ObservedData.of_year
    monkeypatch.setattr(ObservedData, "of_year", lambda self, name, year: asked.add(name) or of_year(self, name, year))
    pattern_checks(records)
    assert {name for name in READ if name not in MONTHLY_READ} == {
        name for name, target in TARGETS.items() if target.frequency == "annual" and target.indicator in asked
    }


def test_no_figure_after_the_cut_reaches_a_forecast(records, perfect):
    later = records.monthly.copy()
    later.loc[later.month > SECOND.cut, "value"] *= 3.0
    other = ObservedData(later, records.annual, records.clustering, records.groups, records.daily)
    for name in ("arrivals_people", "arrivals_boats"):
        result, again = (dict(validate.predictions(SECOND, perfect, each, name)) for each in (records, other))
        for method in result:
            assert np.array_equal(result[method].draws, again[method].draws), method
            assert np.array_equal(result[method].point, again[method].point), method


def test_a_users_own_figures_take_the_place_of_the_shipped_ones(tmp_path, records, perfect):
    own = tmp_path / "mine.csv"
    own.write_text("month,value\n" + "".join(f"2024-{m:02d},100\n" for m in range(1, 13)))
    mine = read_records({"arrivals_people": own})
    assert mine.by_month("arrivals_people")["2024-03"] == 100.0
    assert mine.by_month("arrivals_people")["2023-03"] == records.by_month("arrivals_people")["2023-03"]
    assert mine.of_year("arrivals_people", 2024) == ObservedValue(1200.0, 1200.0, 1200.0)
    table, _ = validate.monthly_scores(SECOND, perfect, mine)
    assert scores_of(table, "arrivals_people", validate.ALONE).wape > 0.5


def test_groups_are_the_places_of_the_averaged_relative_difference(records, perfect):
    row = validate.group_scores(SECOND, perfect, records).iloc[0]
    assert row.target == "arrivals_by_group" and row["values"] == 2 * 2
    assert (row.wape, row.ard) == pytest.approx((1.0, 1.0))  # nobody is simulated by group here


def test_deaths_are_scored_by_year(records, perfect):
    rows = validate.yearly_scores(SECOND, perfect, records).set_index("target")
    deaths = rows.loc["deaths_channel"]  # nobody dies in this prediction
    assert (deaths.wape, deaths.cover90, deaths["values"]) == (1.0, 0.0, 2)
    assert deaths.crps == pytest.approx(np.mean([records.of_year("deaths_channel", y).value for y in (2024, 2025)]))
    assert validate.scored(SECOND, perfect, records).scores.target.iloc[0] == "deaths_channel"


# --- clustering ------------------------------------------------------------------------------------------------


def test_clustering_by_hand():
    arrivals = np.zeros((2, 14))
    arrivals[0, [0, 9]] = 30.0, 90.0
    arrivals[1] = 5.0
    found = statistics(arrivals, pd.date_range("2024-01-01", periods=14), 2024)
    assert found["crossing_days_share"] == pytest.approx([2 / 14, 1.0])
    assert found["largest_day"].tolist() == [90.0, 5.0] and found["largest_week"].tolist() == [90.0, 35.0]
    assert found["longest_gap"].tolist() == [8.0, 0.0]
    assert found["crossing_weeks_share"].tolist() == [1.0, 1.0]
    assert found["gini_weekly_arrivals"] == pytest.approx([0.25, 0.0])


def test_observed_clustering_agrees_with_the_annual_table(records):
    for year in range(2018, 2026):
        days = 366 if year % 4 == 0 else 365
        share = records.of_clustering("crossing_days_share", year).value
        assert share * days == pytest.approx(records.of_year("crossing_days", year).value, abs=0.05)
        assert records.of_clustering("longest_gap", year).value == records.of_year("longest_gap_days", year).value
        assert records.of_clustering("largest_day", year).value < records.of_clustering("largest_week", year).value


def test_observed_clustering_is_that_of_the_daily_record(records):
    for year in range(2018, 2026):
        found = statistics(records.daily.people.to_numpy(float), pd.DatetimeIndex(records.daily.index), year)
        for name in STATISTICS:
            assert records.of_clustering(name, year).value == pytest.approx(float(found[name]), abs=1e-4), (name, year)


def test_clustering_is_scored_for_whole_years_of_the_horizon(records, perfect):
    rows, table = validate.clustering_table(SECOND, perfect, records)
    assert set(table.period) == {2024, 2025} and set(rows.target) == set(STATISTICS)
    assert (table[table.statistic == "gini_daily_arrivals"].simulated < 0.4).all()  # days of a month are alike here
    first, _ = validate.clustering_table(FIRST, perfect, records)
    assert set(first["values"]) == {1}


# --- patterns ---------------------------------------------------------------------------------------------------------


def test_every_pattern_stands_in_the_table_and_says_why_where_it_cannot_be_answered(records, perfect):
    table = pattern_table(records, perfect, FIRST.cut)
    assert list(dict.fromkeys(table.pattern)) == sorted(set(table.pattern), key=lambda name: int(name[1:]))
    assert set(table.pattern) == {f"V{number}" for number in range(1, 29)}
    assert not table.duplicated(["pattern", "quantity", "period"]).any()
    assert set(table[table.held_out].pattern) == {"V5", "V6", "V8", "V9", "V10", "V13", "V16", *DAILY}
    unanswered = table[table.passes.isna()]
    assert "V17" in set(unanswered.pattern)
    assert (unanswered[unanswered.pattern != "V28"].reason.str.len() > 0).all()  # which has values and no observed one
    assert table.columns[:8].tolist() == FIRST_COLUMNS


def test_only_what_lies_after_the_cut_is_held_out_and_inputs_are_named(records, perfect):
    first, second = (named(pattern_table(records, perfect, origin.cut)) for origin in (FIRST, SECOND))
    assert not first.held_out["arrivals of August over July, 2022-07 to 2022-08"]
    assert first.held_out["stop_rate_people (naive forecast 0.538), 2023"]
    assert set(second[second.held_out].pattern) == {"V5", "V13", "V16", *DAILY}  # what needs 2024 or 2025
    assert not second.held_out["change of boats less change of people, 2022 to 2023"]
    assert "Tirana" in first.input["arrivals_albania, 2022"] and first.input["arrivals_albania, 2023"] == ""
    ratio = "Albanians, first quarter over the one before, 2022-10 to 2023-03"
    assert first.input[ratio] == "" and "2022" in second.input[ratio]
    assert first.input[first.pattern == "V16"].str.contains("lorry_preference").all()


def test_patterns_that_a_good_prediction_shows_pass_and_others_fail(records):
    good = true_figures(records, np.array([[0.98], [1.0], [1.02]]))
    passes = named(pattern_table(records, good, FIRST.cut)).passes
    for name in ("arrivals_people, 2023", "arrivals_people, 2021", "arrivals_boats, 2022"):
        assert passes[name] is True, name
    assert passes["arrivals_albania, 2022"] is False and passes["largest_day, 2025"] is False


def test_a_short_run_answers_nothing_about_years_that_it_does_not_cover(records):
    short = prediction_of({"arrivals_people": np.ones((2, 365))}, "2022-03-01", "2023-02-28", draws=2)
    table = pattern_table(records, short, FIRST.cut)
    assert table[table.passes.notna()].quantity.tolist() == ["arrivals of August over July"]
    assert (table[table.passes.isna()].reason != "").all()


def test_a_month_that_the_run_cuts_is_not_covered(records):
    ends_early = prediction_of({"arrivals_people": np.ones((2, 61))}, "2022-07-01", "2022-08-30", draws=2)
    assert pattern_table(records, ends_early, FIRST.cut).passes.isna().all()


def test_relative_changes_are_drawn_by_what_is_left_of_the_first_year(records, perfect):
    table = named(pattern_table(records, perfect, FIRST.cut))
    boats = table.loc["change of arrivals_boats, 2022 to 2023"]
    assert boats.observed < 0.0 and set(table[table.change].pattern) == {"V2", "V8", "V10"}
    assert over_observed(boats)[:3] == pytest.approx((1.0, 1.0, 1.0), abs=0.01)
    assert over_observed({**boats, "median": 0.0})[1] == pytest.approx(1.0 / (1.0 + boats.observed))
    level = {
        "change": False,
        "low": 1.0,
        "median": 2.0,
        "high": 3.0,
        "observed": 2.0,
        "observed_low": 1.8,
        "observed_high": 2.4,
    }
    assert over_observed(level) == pytest.approx((0.5, 1.0, 1.5, 0.9, 1.2))
    assert over_observed({**level, "observed": 0.0}) == pytest.approx((0.5, 1.0, 1.5, 0.9, 1.2))  # over the median


@pytest.mark.slow
def test_all_tables_and_figures_are_written(tmp_path, records, perfect, monkeypatch):
    monkeypatch.setattr(validate, "PredictionData", lambda folder: perfect)
    monkeypatch.setattr(validate, "provenance_of", lambda origins: {})
    results, _ = validate.write_validation({FIRST: tmp_path / "a", SECOND: tmp_path / "b"}, records, tmp_path)
    for name in ("scores", "acceptance", "patterns", "clustering", "ranks", "fans"):
        assert len(pd.read_csv(tmp_path / f"{name}.csv")) == len(results.tables[name].frame) > 0
    plotted = {path.stem for path in (tmp_path / "figures").glob("*.png")}
    assert plotted == {
        "fan_arrivals_people",
        "fan_arrivals_boats",
        "fan_people_per_boat",
        "ranks",
        "scores",
        "patterns",
    }
