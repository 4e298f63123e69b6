"""Sensitivity around a posterior: against exact indices of linear functions, and through the command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.experiments.analyses.sensitivity.indices import converging, indices
from corridor.experiments.analyses.sensitivity.methods import Study
from corridor.experiments.analyses.sensitivity.request import SensitivityRequest
from corridor.experiments.config.designs.distributions import quantile
from corridor.experiments.config.designs.selection import Selection
from corridor.experiments.config.loading import load
from corridor.model import PARAMETERS
from corridor.model.engine.errors import InputError
from tests.support.batches import ended
from tests.support.sensitive import EXPERIMENT, FACTORS, analysed, instead, rows_of, write

WEIGHTS = np.array([5.0, 1.0, 2.0, 0.0])
DRAWN = EXPERIMENT.replace("seeds: 1", "seeds: 16") + "parameters: mine.csv\n"


def normal_draws(correlation: float, number: int = 6000) -> np.ndarray:
    """Draws of three standard normal parameters, the first two correlated, and of a fourth for chance."""
    covariance = np.eye(4)
    covariance[0, 1] = covariance[1, 0] = correlation
    return np.random.default_rng(3).multivariate_normal(np.zeros(4), covariance, size=number)


@pytest.mark.parametrize("correlation", [0.0, 0.7, -0.7])
@pytest.mark.parametrize("groups", [(), ("pair", "pair", "c", "seed")])
def test_indices_of_a_linear_function_are_the_exact_ones(correlation: float, groups: tuple[str, ...]) -> None:
    """ST of a group g is b_g' C_gg b_g over b' C b for f = b x and draws of covariance C: a share of the variance where
    C is diagonal, and none where it is not."""
    draws, weights = normal_draws(correlation), np.array([2.0, 1.0, 1.0, 0.5])
    study = Study("resample", ("a", "b", "c", "seed"), 5000, groups=groups, draws=len(draws))
    rows = study.unit().astype(int)
    assert rows.shape == (study.points, 4)
    values = draws[rows, np.arange(4)] @ weights
    found = indices(study, values).set_index("parameter")
    total = weights @ weights + 2.0 * correlation * weights[0] * weights[1]
    pair = {"pair": 5.0 + 4.0 * correlation} if groups else {"a": 4.0, "b": 1.0}
    exact = {name: part / total for name, part in {**pair, "c": 1.0, "seed": 0.25}.items()}
    assert found.value.to_dict() == pytest.approx(exact, rel=0.08)
    assert all(found.low[name] - 0.02 <= exact[name] <= found.high[name] + 0.02 for name in exact)
    if not correlation:
        assert found.value.sum() == pytest.approx(1.0, abs=0.05)
    elif correlation < 0 and not groups:
        assert found.value["a"] > 1.0  # the fit knows a and b mainly together


def test_a_block_replaces_one_group_at_a_time_by_another_draw_and_a_larger_sample_begins_with_the_smaller() -> None:
    study = Study("resample", ("a", "b", "c", "seed"), 10, groups=("g", "g", "c", "seed"), draws=16)
    rows = study.unit().astype(int)
    for k, block in enumerate(rows.reshape(10, 4, 4)):
        (other,) = set(block.ravel().tolist()) - {k}
        assert block.tolist() == [[k] * 4, [other, other, k, k], [k, k, other, k], [k, k, k, other]]
    more = Study("resample", ("a", "b", "c", "seed"), 16, groups=("g", "g", "c", "seed"), draws=16).unit()
    assert np.array_equal(more[: len(rows)], rows)
    sizes = converging(Study("resample", ("a", "seed"), 16, draws=16), np.random.default_rng(1).random(48)).samples
    assert sorted(set(sizes)) == [4, 8, 16]


def write_draws(folder: Path, number: int = 64, seeds: bool = True) -> pd.DataFrame:
    """mine.csv: draws of the four factors, even in the unit cube and independent, with seeds."""
    unit = np.random.default_rng(5).random((number, len(FACTORS)))
    table = pd.DataFrame({name: quantile(PARAMETERS[name], unit[:, k]) for k, name in enumerate(FACTORS)})
    frame = table.assign(seed=range(1000, 1000 + number)) if seeds else table
    frame.round(4).to_csv(folder / "mine.csv", index=False)
    return frame


def linear(unit: np.ndarray, seed: int, policy: bool) -> float:
    """Linear in the four factors, and the seed; the policy adds what depends on the second alone."""
    return float(unit @ WEIGHTS) + 10.0 + 0.01 * (seed % 100) + policy * 3.0 * float(unit[1])


@pytest.mark.parametrize("seeds", [True, False])
@pytest.mark.slow
def test_the_command_varies_around_the_draws_that_the_conclusion_came_from(
    tmp_path, monkeypatch, capsys, seeds
) -> None:
    instead(monkeypatch, linear)
    write_draws(tmp_path, seeds=seeds)
    found = analysed(tmp_path, "--difference", text=DRAWN)
    said = capsys.readouterr().out
    assert "is left out" not in said and "no shares of a sum" in said and "one seed" not in said
    st = rows_of(found[found.indicator == "arrivals_people"], "ST").value
    assert list(st.index) == [*FACTORS, "seed"] and set(found.method) == {"resample"}
    assert st.idxmax() == FACTORS[0] and st[FACTORS[3]] == 0.0
    difference = rows_of(found[found.indicator == "arrivals_people_difference"], "ST").value
    assert difference.idxmax() == FACTORS[1] and difference.drop(FACTORS[1]).abs().max() < 1e-9
    assert len(pd.read_csv(tmp_path / "out" / "design.csv")) == 16 * 6
    experiment = load(tmp_path / "x.yaml")
    design = pd.read_csv(tmp_path / "out" / "design.csv")
    base = design.iloc[::6][list(FACTORS)]
    own = {tuple(point.parameters[name] for name in FACTORS) for point in experiment.points}
    assert set(base.itertuples(index=False, name=None)) == own  # its own draws, all of them
    assert not (tmp_path / "out" / "noise.csv").exists()


@pytest.mark.slow
def test_parameters_and_groups_go_together(tmp_path, monkeypatch) -> None:
    instead(monkeypatch, linear)
    write_draws(tmp_path)
    chosen = ("--parameter", FACTORS[0], "--group", f"money={FACTORS[2]},{FACTORS[3]}", "--together")
    found = analysed(tmp_path, *chosen, text=DRAWN)
    assert list(rows_of(found, "ST").index) == [FACTORS[0], "money", "seed"]
    on_ranges = analysed(tmp_path, *chosen, "--method", "morris", "--samples", 4)
    assert set(on_ranges.parameter) == {FACTORS[0], "money"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--method", "sobol"), "--method: sobol samples ranges"),
        (("--screen",), "--screen: samples ranges"),
        (("--around", "ranges", "--method", "resample"), "--method: resample varies around draws"),
        (("--around", "here"), "--around: 'here' is not allowed"),
        (("--samples", "65"), "--samples: 65 is more than there are draws; allowed: at most 64"),
        (("--parameter", "p_retry"), "'p_retry' is not among the draws of mine.csv"),
        (("--group", "own=p_retry,news_pull"), "'p_retry' is not among the draws of mine.csv"),
    ],
)
def test_what_does_not_go_with_draws_is_refused(tmp_path, capsys, options, expected) -> None:
    write_draws(tmp_path)
    assert ended("sensitivity", write(tmp_path, DRAWN), *options, "--out", tmp_path / "out") == 2
    assert expected in capsys.readouterr().err


def test_without_draws_ranges_are_varied_and_draws_cannot_be_asked_for(tmp_path) -> None:
    write_draws(tmp_path)
    plain, drawn = load(write(tmp_path)), load(write(tmp_path, DRAWN))
    some = Selection(names=FACTORS)
    assert SensitivityRequest(selection=some).studies(plain)[0].method == "morris"
    assert SensitivityRequest(selection=some, around="ranges").studies(drawn)[0].method == "morris"
    assert SensitivityRequest(selection=some).studies(drawn)[0].factors == (*FACTORS, "seed")
    with pytest.raises(InputError, match="needs draws"):
        SensitivityRequest(around="posterior").studies(plain)
