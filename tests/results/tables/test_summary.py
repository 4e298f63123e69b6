"""Summaries and effects against numbers worked by hand."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from corridor.experiments.cli.reports import summary as report
from corridor.experiments.cli.reports.columns import GAP, split
from corridor.results.store import case_file
from corridor.results.tables import summary as compare
from corridor.results.tables.writing import write_csv
from tests.results.store.test_case_file import fake_records, save

WHOLE_YEAR = {"start": date(2023, 1, 1), "end": date(2023, 12, 31)}


def flat(records, **levels):
    """The same number every day, for each seed."""
    for name, per_seed in levels.items():
        records.daily[name][:] = np.array(per_seed)[:, None]
    return records


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Two worlds, which tests only read."""
    folder = tmp_path_factory.mktemp("cases")
    level = {
        "arrivals_people": [10, 20, 30],
        "attempts_people": [20, 40, 90],
        "prevented_people": [10, 20, 60],
        "camp_stock": [100, 200, 300],
        "unique_people_trying": [2, 2, 2],
        "new_people_trying": [1, 1, 1],
    }
    save(folder, "without", flat(fake_records((1, 2, 3), **WHOLE_YEAR), **level))
    level["arrivals_people"] = [9, 18, 26]
    save(folder, "with", flat(fake_records((1, 2, 3), **WHOLE_YEAR), **level))
    return case_file.open_cases(folder)


OBSERVED = pd.DataFrame(
    {
        "indicator": ["arrivals_people", "arrivals_people", "camp_stock"],
        "year": [2023, 2022, 2023],
        "value": [29437.0, 45774.0, 1800.0],
    }
)


def at(frame, **where):
    row = compare.cell(frame, **where)
    assert row is not None
    return row


def test_prediction_interval_by_hand(dataset):
    row = at(compare.summary(dataset, OBSERVED), world="without", indicator="arrivals_people", period="2023")
    # seeds give 3650, 7300, 10950: s = 3650, t(2, 0.95) = 2.919986, sqrt(1 + 1/3) = 1.154701
    assert row["mean"] == 7300
    assert row.high == pytest.approx(7300 + 2.919986 * 3650 * 1.154701, rel=1e-6)
    assert row.low == 0.0  # the interval is cut at zero, as arrivals cannot be negative
    assert row.observed == 29437
    assert row.unit == "people"


def test_stocks_are_means_and_ratios_are_sums_over_sums(dataset):
    summary = compare.summary(dataset, None)
    assert at(summary, world="without", indicator="camp_stock", period="2023")["mean"] == pytest.approx(200)
    ratio = at(summary, world="without", indicator="stop_rate_people", period="2023")["mean"]
    assert ratio == pytest.approx((10 / 20 + 20 / 40 + 60 / 90) / 3)
    assert summary["observed"].isna().all()


def test_a_person_counts_once_a_year_and_once_in_all(dataset):
    summary = compare.summary(dataset, None)
    assert at(summary, world="with", indicator="unique_people_trying", period="2023")["mean"] == 2 * 365
    assert at(summary, world="with", indicator="unique_people_trying", period="whole run")["mean"] == 365


def test_paired_effect_by_hand(dataset):
    row = at(compare.effects(dataset, "without"), indicator="arrivals_people", period="2023")
    # differences -365, -730, -1460: mean -851.67, s = 557.5, t(2, 0.95) / sqrt(3) = 1.685855
    assert (row.world, row.baseline, row.seeds) == ("with", "without", 3)
    assert row["mean"] == pytest.approx(-851.6667, rel=1e-6)
    assert row.high - row["mean"] == pytest.approx(1.685855 * np.std([365, 730, 1460], ddof=1), rel=1e-5)


@pytest.mark.parametrize(("last", "whole"), [("2024-12-31", {"2023", "2024"}), ("2024-12-30", {"2023"})])
def test_a_leap_year_is_whole_with_366_days(last, whole):
    days = xr.Dataset(coords={"time": pd.date_range("2023-01-01", last)})
    assert compare.complete_years(days) == whole


def test_years_that_the_run_cuts_have_no_observed_figure(tmp_path):
    save(tmp_path, "with", fake_records((1, 2)))
    summary = compare.summary(case_file.open_cases(tmp_path), OBSERVED)
    assert set(summary.period) == {"2022", "2023", "whole run"}
    assert summary["observed"].isna().all()


def test_a_run_that_cuts_a_year_has_no_observed_total(tmp_path):
    """From January 2022 to June 2023: the observed sum of 2022 is not that of the run."""
    save(tmp_path, "with", fake_records((1, 2), start=date(2022, 1, 1), end=date(2023, 6, 30)))
    summary = compare.summary(case_file.open_cases(tmp_path), OBSERVED)
    shown = summary[summary["observed"].notna()]
    assert list(zip(shown.indicator, shown.period, shown["observed"], strict=True)) == [
        ("arrivals_people", "2022", 45774.0)
    ]


def test_whole_years_have_the_sum_of_their_observed_flows(tmp_path):
    save(tmp_path, "with", fake_records((1, 2), start=date(2022, 1, 1), end=date(2023, 12, 31)))
    summary = compare.summary(case_file.open_cases(tmp_path), OBSERVED)
    whole = summary[(summary.period == "whole run") & summary["observed"].notna()]
    assert list(zip(whole.indicator, whole["observed"], strict=True)) == [("arrivals_people", 29437.0 + 45774.0)]


def test_a_ratio_that_some_seed_lacks_is_the_ratio_of_sums(tmp_path):
    """Seeds without an arrival have no attempts per arrival; leaving them out would make crossing look easier."""
    for world, arrivals in (("without", [1, 0, 0]), ("with", [2, 0, 1])):
        records = flat(fake_records((1, 2, 3), **WHOLE_YEAR), arrivals_people=arrivals, attempts_people=[2, 3, 4])
        save(tmp_path, world, records)
    dataset = case_file.open_cases(tmp_path)
    summary = compare.summary(dataset, None)
    row = at(summary, world="without", indicator="attempts_per_success", period="2023")
    assert (row["mean"], row.seeds) == (9.0, 1) and np.isnan([row.low, row.high]).all()
    row = at(summary, world="without", indicator="stop_rate_people", period="2023")
    assert row.seeds == 3 and row.high > row.low
    effect = at(compare.effects(dataset, "without"), indicator="attempts_per_success", period="2023")
    assert (effect["mean"], effect.seeds) == (3.0 - 9.0, 1) and np.isnan([effect.low, effect.high]).all()


def test_one_seed_has_no_interval_and_one_world_no_effect(tmp_path):
    save(tmp_path, "with", fake_records((1,)))
    dataset = case_file.open_cases(tmp_path)
    summary = compare.summary(dataset, OBSERVED)
    assert summary.low.isna().all()
    assert summary.high.isna().all()
    effects = compare.effects(dataset, "with")
    assert list(effects.columns) == compare.EFFECT_COLUMNS
    assert effects.empty


def test_with_draws_of_a_posterior_an_effect_is_given_for_one_further_draw(tmp_path):
    """The interval of the mean would be narrow with many draws, however far they differ."""
    larger = fake_records((1, 2, 3))
    for values in larger.daily.values():
        values *= 1.5
    save(tmp_path, "with", larger)
    save(tmp_path, "without", fake_records((1, 2, 3)))
    dataset = case_file.open_cases(tmp_path)
    of_mean = compare.effects(dataset, "without")
    of_draw = compare.effects(dataset.assign_attrs(from_posterior=1), "without")
    assert set(of_mean.interval) == {"mean"} and set(of_draw.interval) == {"draw_normal"}
    assert (of_draw.mean_low == of_mean.low).all() and (of_draw.mean_high == of_mean.high).all()
    assert (of_mean["mean"] == of_draw["mean"]).all() and (of_mean.high > of_mean.low).any()
    widths = [(each.high - each.low).to_numpy() for each in (of_mean, of_draw)]
    assert np.allclose(widths[1], 2.0 * widths[0])  # sqrt(n + 1) with three seeds
    assert compare.holds(dataset) == compare.CHANCE != compare.holds(dataset.assign_attrs(from_posterior=1))


def test_equal_tables_are_equal_bytes(dataset, tmp_path):
    for name in ("a.csv", "b.csv"):
        write_csv(compare.summary(dataset, OBSERVED), tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    back = pd.read_csv(tmp_path / "a.csv", dtype={"period": str})
    assert list(back.columns) == compare.SUMMARY_COLUMNS


@pytest.mark.parametrize(
    ("value", "digits", "sign", "text"),
    [
        (float("nan"), 0, "", "-"),
        (45774, 0, "", "45,774"),
        (299.4, 0, "", "299"),
        (0.4237, 2, "", "0.42"),
        (11.24, 1, "+", "+11.2"),
        (-1843.0, 0, "+", "-1,843"),
        (-0.004, 2, "", "0.00"),
        (-0.2, 0, "+", "0"),
    ],
)
def test_numbers_are_written_in_full(value, digits, sign, text):
    assert report.number(value, digits, sign) == text


def test_a_mean_and_its_interval_have_the_same_decimals():
    rows = pd.DataFrame(
        {
            "indicator": "x",
            "period": ["2022", "2023"],
            "mean": [0.5, 12.0],
            "low": [0.25, 4.0],
            "high": [0.75, 20.04],
            "observed": [np.nan, np.nan],
        }
    )
    block = report.world_blocks(rows)[0]
    assert block.labels == ("x", "  90 % from", "  to")  # nothing was observed
    assert block.cells == {"2022": ("0.5", "0.2", "0.8"), "2023": ("12.0", "4.0", "20.0")}


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(1, 80))
def test_every_year_stands_in_one_table_that_fits(widths, room):
    parts = split(widths, room)
    assert [width for part in parts for width in widths[part]] == widths
    for part in parts:
        assert part.stop == part.start + 1 or sum(width + GAP for width in widths[part]) <= room


@pytest.mark.parametrize("width", [60, 80, 110, 160])
def test_tables_show_deaths_and_what_is_counted_and_cut_nothing(dataset, width):
    out = Console(file=io.StringIO(), width=width)
    summary, effects = compare.summary(dataset, OBSERVED), compare.effects(dataset, "without")
    report.print_worlds(summary, False, out)
    report.print_effects(effects, out)
    text = out.file.getvalue()
    for words in ("deaths, Channel", "deaths, Mediterranean", "unique people", "90 %", "29,437", "with minus without"):
        assert words in text
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\u2026" not in text
    large = summary.assign(**dict.fromkeys(("mean", "low", "high", "observed"), 123456.0))
    report.print_worlds(large, False, out)
    assert "\u2026" not in out.file.getvalue()
    for world, rows in summary[summary.indicator == "arrivals_people"].groupby("world"):
        assert world in text
        assert [value for value in rows["mean"] if f"{value:,.0f}" not in text] == []


@pytest.mark.parametrize("width", [60, 160])
def test_the_answer_is_the_effects_on_the_whole_run_in_a_few_lines(dataset, width):
    out = Console(file=io.StringIO(), width=width)
    effects = compare.effects(dataset, "without")
    report.print_answer(compare.summary(dataset, OBSERVED), effects, False, out)
    text = out.file.getvalue()
    assert len(text.splitlines()) <= 16
    assert "minus without" in text and "\u2026" not in text
    row = at(effects, indicator="arrivals_people", period="whole run")
    assert f"{row['mean']:+,.0f} ({row.low:+,.0f} to {row.high:+,.0f})" in text
    assert "deaths, Channel" in text and "2023" not in text


@pytest.mark.parametrize(
    ("seeds", "low", "cell", "said"),
    [
        (1, np.nan, "-800", "one pair of runs says nothing about chance, so that there is no interval"),
        (2, -800.0, "-800 (all equal)", "2 pairs of runs are few: where all are equal another may differ"),
        (2, -900.0, "-800 (-900 to -700)", "2 pairs of runs are few"),
        (20, -800.0, "-800 (-800 to -800)", "90 % interval of the mean: chance only. Attempts"),
    ],
)
def test_an_interval_is_not_narrower_than_what_so_few_runs_can_say(dataset, seeds, low, cell, said):
    high = -1600.0 - low if low else low
    effects = compare.effects(dataset, "without").assign(mean=-800.0, low=low, high=high, seeds=seeds)
    out = Console(file=io.StringIO(), width=200)
    report.print_answer(compare.summary(dataset, OBSERVED), effects, False, out)
    text = out.file.getvalue()
    line = next(line for line in text.splitlines() if "arrivals [people]" in line)
    assert line.split("]")[1].strip().startswith(cell) and said in text


def test_tables_of_effects_have_no_interval_of_few_equal_runs_and_say_what_few_draws_are_taken_for(dataset):
    same = compare.effects(dataset, "without").assign(mean=-800.0, low=-800.0, high=-800.0, interval="draw_normal")
    for seeds, ends in ((2, 0), (20, 1)):
        out = Console(file=io.StringIO(), width=200)
        report.print_effects(same.assign(seeds=seeds)[same.indicator == "arrivals_people"], out)
        text = out.file.getvalue()
        low, high = (next(line for line in text.splitlines() if line.strip().startswith(end)) for end in ("90 %", "to"))
        assert ("-800" in low) == ("-800" in high) == bool(ends)
        assert "taken as normal, being fewer than 19" in text


def test_the_answer_of_a_world_alone_stands_beside_observed_values(tmp_path):
    save(tmp_path, "with", flat(fake_records((1, 2), **WHOLE_YEAR), arrivals_people=[10, 20]))
    data = case_file.open_cases(tmp_path)
    out = Console(file=io.StringIO(), width=100)
    report.print_answer(compare.summary(data, OBSERVED), compare.effects(data, "with"), False, out)
    line = next(line for line in out.file.getvalue().splitlines() if "arrivals [people]" in line)
    assert f"{365 * 15:,}" in line and "29,437" in line


def test_the_interval_of_a_share_ends_at_one(dataset):
    summary = compare.summary(dataset, None)
    shares = summary[(summary.unit == "share") & summary.high.notna()]
    assert len(shares) > 0
    assert (shares.high <= 1.0).all()
    assert (shares.high == 1.0).any(), "no interval of these seeds is wide enough to be cut"
