"""Months and periods of one's own are formed from the days of a stored run."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pandas as pd
import pytest

from corridor import results
from corridor.results.store.case_file import StoreError
from corridor.results.tables import summary
from tests.support.batches import EXPERIMENT, ended, write_experiment

RUN = (
    EXPERIMENT[: EXPERIMENT.index("design:")]
    .replace("2022-06-01", "2022-05-20")
    .replace("2022-06-20", "2022-07-10")
    .replace("scale: 1000", "scale: 20")
    + "parameters: {networks_start: 15, fare_start: 3000, camp_stock_start: 1200, "
    + "know_how_start: 2, network_size_start: 0.6, boat_supply_start: 1}\n"
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("periods")
    path = write_experiment(folder, RUN)
    assert ended("run", path, "--out", folder / "out", "--jobs", 1, "--quiet") == 0
    return folder / "out"


def test_months_are_sums_means_and_sums_over_sums(finished):
    months = results.monthly(finished)
    assert list(months.columns) == ["world", "seed", "month", "indicator", "unit", "kind", "value"]
    assert list(months.month.unique()) == ["2022-05", "2022-06", "2022-07"]
    assert len(months) == len(months.drop_duplicates(["world", "seed", "month", "indicator"]))
    june = results.open_results(finished).sel(time="2022-06", world="without", seed=2)
    value = months[(months.month == "2022-06") & (months.world == "without") & (months.seed == 2)]
    value = value.set_index("indicator").value
    assert value.entered_people == float(june.entered_people.sum()) > 0
    assert value.camp_stock == pytest.approx(float(june.camp_stock.mean()))
    assert value.stop_rate_people == pytest.approx(float(june.prevented_people.sum() / june.attempts_people.sum()))
    assert "unique_people_trying" not in value and "new_people_trying" in value


def test_flows_of_months_sum_to_the_run(finished):
    months, whole = results.monthly(finished), results.to_frame(finished, totals=True)
    keys = ["world", "seed", "indicator"]
    sums = months[months.kind == "flow"].groupby(keys).value.sum()
    of_run = whole.set_index(keys).value.loc[sums.index]
    counts = of_run == of_run.round()
    assert counts.sum() > 20
    assert (sums[counts] == of_run[counts]).all()
    assert sums.to_numpy() == pytest.approx(of_run.to_numpy(), rel=1e-12)  # shares of nights: sums are rounded


def test_effects_over_days_are_those_of_the_days(finished):
    first, last = date(2022, 6, 3), date(2022, 6, 30)
    found = results.effects_between(finished, first, last)
    assert set(found.period) == {"2022-06-03 to 2022-06-30"} and set(found.world) == {"with_patrols"}
    assert "unique_people_trying" not in set(found.indicator)
    days = results.open_results(finished).sel(time=slice("2022-06-03", "2022-06-30"))
    each = days.officer_days.sum("time")
    row = summary.cell(found, indicator="officer_days")
    difference = (each.sel(world="with_patrols") - each.sel(world="without")).values
    assert row["mean"] == difference.mean() and row.seeds == 2
    assert np.any(difference != 0)


def test_effects_over_the_whole_run_are_those_of_the_table(finished):
    stored = pd.read_csv(finished / "effects.csv", dtype={"period": str}).set_index("indicator")
    found = results.effects_between(finished, date(2022, 5, 20), date(2022, 7, 10)).set_index("indicator")
    stored = stored[stored.period == "whole run"].loc[found.index]
    for name in ("mean", "low", "high"):
        assert stored[name].to_numpy() == pytest.approx(found[name].to_numpy(), nan_ok=True)


def test_effects_over_days_say_what_is_imposed_and_the_notes_of_the_run(tmp_path, capsys):
    path = write_experiment(tmp_path, RUN.replace("[patrols]", "[patrols, far]"))
    far = "title: Far\nreference: none\nlevers: {albania_returns: [{from: 2022-08-01, to: 0.9}]}\n"
    (tmp_path / "policies" / "far.yaml").write_text(far, encoding="utf-8")
    out, days = tmp_path / "out", ("--from", "2022-06-03", "--to", "2022-06-30")
    assert ended("run", path, "--out", out, "--jobs", 1, "--quiet") == 0
    found = results.effects_between(out, date(2022, 6, 3), date(2022, 6, 30))
    stored = pd.read_csv(out / "effects.csv", keep_default_na=False)
    assert list(found) == list(stored)
    imposed = found[found.imposed != ""].set_index("indicator").imposed
    assert imposed.to_dict() == {"officer_days": "patrol_officers"}
    assert set(found.note) == set(stored.note) == {"cannot act within the run: far"}
    capsys.readouterr()
    assert ended("effects", out, *days) == 0
    assert "with_patrols: cannot act within the run: far" in capsys.readouterr().out
    (out / "manifest.json").unlink()  # of which batch effects.csv is, is not known
    assert "note" not in results.effects_between(out, date(2022, 6, 3), date(2022, 6, 30))
    assert ended("effects", out, *days) == 0


@pytest.mark.parametrize(("first", "last"), [("2022-05-01", "2022-06-01"), ("2022-06-02", "2022-06-01")])
def test_days_outside_of_the_run_are_refused(finished, first, last, capsys):
    with pytest.raises(StoreError, match="allowed: days from 2022-05-20 to 2022-07-10, in order"):
        results.effects_between(finished, date.fromisoformat(first), date.fromisoformat(last))
    assert ended("effects", finished, "--from", first, "--to", last) == 2
    assert "allowed: days from 2022-05-20 to 2022-07-10" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "name", "ending"),
    [
        (("--parquet",), "x.csv", ".parquet"),
        (("--csv",), "x.nc", ".csv"),
        (("--netcdf",), "x.csv", ".nc"),
        (("--flows", "geojson"), "x.csv", ".geojson"),
    ],
)
def test_a_file_has_no_ending_of_another_format(finished, tmp_path, capsys, kind, name, ending):
    assert ended("export", finished, *kind, "--out", tmp_path / name) == 2
    assert capsys.readouterr().err.endswith(f"is written; allowed: a name that ends on {ending}\n")
    assert not list(tmp_path.iterdir())


def test_commands_print_and_write_the_same(finished, capsys):
    assert ended("export", finished, "--csv", "--by", "month", "--world", "without") == 0
    written = pd.read_csv(finished / "monthly.csv")
    months = results.monthly(finished)
    pd.testing.assert_frame_equal(written, months[months.world == "without"].reset_index(drop=True), check_dtype=False)
    capsys.readouterr()
    assert ended("effects", finished, "--from", "2022-06-03", "--to", "2022-06-30", "--csv") == 0
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out))
    found = results.effects_between(finished, date(2022, 6, 3), date(2022, 6, 30))
    assert list(printed.columns) == list(found.columns) and len(printed) == len(found)
    assert ended("effects", finished, "--from", "2022-06-03", "--to", "2022-06-30") == 0
    assert "attempts [events]" in capsys.readouterr().out
