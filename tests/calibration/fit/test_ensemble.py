"""The ensemble: monthly values of a stored batch, draw by draw, agree with its case files."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.calibration.fit import ensemble
from corridor.results.store.run_folder import open_run
from tests.support.batches import EXPERIMENT, ended, write_experiment


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ensemble")
    trade = "parameters: {networks_start: 15, network_size_start: 0.6, know_how_start: 2, boat_supply_start: 1}\n"
    path = write_experiment(folder, EXPERIMENT.replace("2022-06-20", "2022-07-10").replace("1000", "5") + trade)
    assert ended("run", path, "--out", folder / "out") == 0
    return folder / "out"


def test_flows_are_summed_stocks_averaged_and_ratios_formed_of_sums(stored):
    months, values = ensemble.monthly_arrays(stored, "with_patrols")
    assert months == ["2022-06", "2022-07"]
    dataset = open_run(stored).sel(world="with_patrols", point=2, seed=1)
    june = dataset.sel(time=slice("2022-06-01", "2022-06-30"))
    value = {name: each[2, 0] for name, each in values.items()}  # the third draw
    assert value["entered_people"] == float(june.entered_people.sum()) > 0
    assert value["camp_stock"] == pytest.approx(float(june.camp_stock.mean()))
    stopped, attempts = float(june.prevented_people.sum()), float(june.attempts_people.sum())
    by_day = float((june.prevented_people / june.attempts_people).mean())  # over days with an attempt
    assert 0.0 < stopped < attempts and stopped / attempts != pytest.approx(by_day)
    assert value["stop_rate_people"] == stopped / attempts


def test_a_draw_is_a_point_with_a_seed(stored):
    dataset = open_run(stored).sel(world="without")
    draws = ensemble.daily(stored, "without", "entered_people")
    assert len(draws) == 4
    for draw, (point, seed) in zip(draws, [(1, 1), (1, 2), (2, 1), (2, 2)], strict=True):
        assert np.array_equal(draw, dataset.entered_people.sel(point=point, seed=seed))


def test_a_dataset_gives_the_same_as_its_directory_and_names_choose(stored):
    chosen = ["camp_stock", "arrivals_people"]
    _, values = ensemble.monthly_arrays(open_run(stored), "without", chosen)
    _, again = ensemble.monthly_arrays(stored, "without", chosen)
    assert list(values) == chosen and all(np.array_equal(values[name], again[name]) for name in chosen)
    with pytest.raises(KeyError):
        ensemble.monthly_arrays(stored, "nowhere", chosen)
