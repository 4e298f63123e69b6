"""The ensemble: monthly figures of a stored batch, draw by draw, agree with its case files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calibration import ensemble
from results.batch import open_batch
from tests.batches import EXPERIMENT, ended, write_experiment


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ensemble")
    path = write_experiment(folder, EXPERIMENT.replace("2022-06-20", "2022-07-10").replace("1000", "100"))
    assert ended("run", path, "--out", folder / "out") == 0
    return folder / "out"


def test_flows_are_summed_stocks_averaged_and_ratios_formed_of_sums(stored):
    table = ensemble.monthly(stored, "with_patrols")
    assert list(table.columns) == ["draw", "month", "indicator", "value"]
    assert set(table.month) == {"2022-06", "2022-07"}
    dataset = open_batch(stored).sel(world="with_patrols", point=2, seed=1)
    june = dataset.sel(time=slice("2022-06-01", "2022-06-30"))
    value = table[(table.draw == 3) & (table.month == "2022-06")].set_index("indicator").value
    assert value["entered_people"] == float(june.entered_people.sum()) > 0
    assert value["camp_stock"] == pytest.approx(float(june.camp_stock.mean()))
    below = float(june.attempts_people.sum())
    assert np.isnan(value["stop_rate_people"]) if below == 0 else (
        value["stop_rate_people"] == float(june.prevented_people.sum()) / below)


def test_a_draw_is_a_point_with_a_seed_and_carries_what_it_sets(stored):
    draws = ensemble.draws_of(stored, "without")
    assert draws[["draw", "point", "seed"]].values.tolist() == [[1, 1, 1], [2, 1, 2], [3, 2, 1], [4, 2, 2]]
    assert {"p_retry", "boat_cost"} <= set(draws.columns)
    assert draws.p_retry[0] == draws.p_retry[1] != draws.p_retry[2]


def test_a_dataset_gives_the_same_as_its_directory_and_names_choose(stored):
    chosen = ["camp_stock", "arrivals_people"]
    table = ensemble.monthly(open_batch(stored), "without", chosen)
    pd.testing.assert_frame_equal(table, ensemble.monthly(stored, "without", chosen))
    assert list(table.indicator.unique()) == chosen
    with pytest.raises(KeyError):
        ensemble.monthly(stored, "nowhere", chosen)
