"""Rolling validation with a toy model, the stack, and scores of stored records."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.validation.rolling import hub, meanings, stacking
from corridor.calibration.validation.rolling.forecasts import ForecastKey, model_forecasts
from corridor.calibration.validation.rolling.rules import RULES
from corridor.calibration.validation.rolling.series import Floats, months_between, months_on, observed_months, series_of
from corridor.calibration.validation.rolling.stacking import STACKED, stacked_forecasts
from corridor.calibration.validation.rolling.validate import ALONE, rolling_validation, score_records
from corridor.experiments.execution.folders.publishing import data_dictionary
from corridor.model.engine.errors import InputError
from corridor.results.observed import daily
from tests.support.figures import laid_out_only, write_figures

FEW = {name: RULES[name] for name in ("seasonal_naive", "half_shape")}
OBSERVED = observed_months(series_of(daily()))
SPREAD = np.exp(np.linspace(-0.2, 0.2, 21))[:, None]


class AlmostRight:
    """Knows the months to come, with errors of up to 20 %."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, origin: str) -> Mapping[str, Floats]:
        self.asked.append(origin)
        months = [months_on(origin, k) for k in range(12)]
        return {target: SPREAD * series[months].to_numpy() for target, series in OBSERVED.items()}


def validated(forecaster=None, first="2022-01", last="2023-06"):
    return rolling_validation(forecaster, first, last, daily(), FEW)


def test_a_model_that_nearly_knows_beats_all_and_the_stack_follows_it():
    model = AlmostRight()
    result = validated(model)
    assert model.asked == months_between("2022-01", "2023-06") and result.notes == ()
    scores = result.tables["rolling_scores"].frame.set_index(["target", "method", "horizon"])
    assert list(dict.fromkeys(scores.index.get_level_values("method"))) == [
        "corridor",
        STACKED,
        "median_of_baselines",
        *FEW,
    ]
    for target in OBSERVED:
        own, stack = scores.loc[target, "corridor", "all"], scores.loc[target, STACKED, "all"]
        assert own.wape == pytest.approx(0.0, abs=1e-9) and own.cover50 == 1.0 and own.relative_wis < 0.3
        assert own.relative_wis < stack.relative_wis < 0.8 and own.origins == 18
    differences = result.tables["rolling_differences"].frame
    own = differences[(differences.method == "corridor") & differences.horizon.isin(["1", "3", "6"])]
    assert len(own) == 6 and (own.high < 0.0).all()  # of a year ahead, 18 origins are a single block


def test_a_model_that_is_given_more_is_scored_and_not_stacked():
    without = validated(AlmostRight(), last="2022-03").tables["rolling_scores"].frame
    given = {"corridor_given_sea": AlmostRight()}
    result = rolling_validation(AlmostRight(), "2022-01", "2022-03", daily(), FEW, informed=given)
    scores = result.tables["rolling_scores"].frame
    own, informed = (scores[scores.method == name].drop(columns="method") for name in ("corridor", *given))
    assert (own.to_numpy() == informed.to_numpy()).all()
    others = scores[~scores.method.isin(given)].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, without)


def test_without_a_model_the_simple_forecasts_are_scored_alone_and_it_is_said():
    result = validated(last="2022-03")
    assert result.notes == (ALONE,)
    assert set(result.tables["rolling_scores"].frame.method) == {"median_of_baselines", *FEW}


def test_every_origin_since_2022_whose_year_is_over_is_scored_by_default(monkeypatch):
    result = validated(last=None)
    scores = result.tables["rolling_scores"].frame
    assert set(scores.origins) == {37}
    units = result.tables["rolling_units"].frame
    assert (units.origin.min(), units.origin.max(), units.month.max()) == ("2022-01", "2025-01", "2025-12")
    pooled = scores[(scores.target == "arrivals_people") & (scores.horizon == "all")].set_index("method").wape
    assert pooled.seasonal_naive == pytest.approx(0.486, abs=5e-4)  # as in the first comparison of these rules
    assert pooled.half_shape == pytest.approx(0.403, abs=5e-4)


def test_all_columns_have_a_meaning_and_all_figures_are_plotted(tmp_path):
    result = validated(AlmostRight(), last="2022-04")
    assert set(result.tables) == set(meanings.TABLES)
    assert (data_dictionary(result.tables).meaning.str.len() > 10).all()
    with laid_out_only():
        assert len(write_figures(result.figures, tmp_path)) == 2 * 3


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2020-11", "2021-03", "origins 2020-11, 2020-12, 2021-01; allowed with this record: 2021-02 to 2025-12"),
        ("2025-11", "2026-01", "origins 2026-01; allowed"),
        ("2024-01", "2023-01", "origins 2024-01 to 2023-01: none; allowed: a first month before the last one"),
    ],
)
def test_origins_that_the_record_does_not_allow_are_refused_before_the_model_is_run(first, last, said):
    model = AlmostRight()
    with pytest.raises(InputError) as error:
        validated(model, first, last)
    assert said in "\n".join(error.value.problems) and model.asked == []


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"arrivals": np.ones((3, 12))}, "not a target; allowed: arrivals_people, arrivals_boats"),
        ({"arrivals_people": np.ones((3, 11))}, r"draws have the shape \(3, 11\)"),
        ({"arrivals_people": np.ones((1, 12))}, "two draws or more"),
        ({"arrivals_people": np.full((3, 12), -1.0)}, "not finite or below zero"),
        ({"arrivals_people": np.full((3, 12), np.nan)}, "not finite or below zero"),
    ],
)
def test_draws_that_are_not_valid_are_refused(made, said):
    with pytest.raises(ValueError, match=f"corridor, 2022-01, .*{said}"):
        model_forecasts("corridor", lambda origin: made, ["2022-01"])


# --- stack ------------------------------------------------------------------------------------------------------------


def two_methods(months: list[str], good: float, bad: float) -> dict[ForecastKey, Floats]:
    return {
        ForecastKey("arrivals_people", name, origin): np.tile(np.linspace(centre - 5.0, centre + 5.0, 51)[:, None], 12)
        for name, centre in (("good", good), ("bad", bad))
        for origin in months
    }


def test_the_stack_is_even_at_first_and_trusts_who_was_good_later():
    origins = months_between("2022-01", "2023-12")
    seen = pd.Series(100.0, index=months_between("2022-01", "2024-12"))
    stacked = stacked_forecasts(two_methods(origins, 100.0, 200.0), seen, ["good", "bad"], "arrivals_people")
    first, last = (stacked[ForecastKey("arrivals_people", STACKED, each)] for each in (origins[0], origins[-1]))
    assert (first > 150.0).mean() == pytest.approx(0.5, abs=0.01)
    assert (last > 150.0).mean() < 0.05


def test_months_that_a_method_does_not_forecast_do_not_reach_the_weights():
    origins = months_between("2022-01", "2023-12")
    seen = pd.Series(100.0, index=months_between("2022-01", "2024-12"))
    forecasts = two_methods(origins, 100.0, 200.0)
    for origin in origins:
        forecasts[ForecastKey("arrivals_people", "bad", origin)][:, 6:] = np.nan
    stacked = stacked_forecasts(forecasts, seen, ["good", "bad"], "arrivals_people")
    last = stacked[ForecastKey("arrivals_people", STACKED, origins[-1])][:, :6]
    assert (last > 150.0).mean() < 0.05


def test_no_month_from_the_origin_on_reaches_the_weights():
    origins = months_between("2022-01", "2023-12")
    forecasts = two_methods(origins, 100.0, 110.0)
    seen = pd.Series(103.0, index=months_between("2022-01", "2024-12"))
    later = seen.copy()
    later["2023-06":] = 110.0
    made = [stacked_forecasts(forecasts, each, ["good", "bad"], "arrivals_people") for each in (seen, later)]
    for key in made[0]:
        assert np.array_equal(made[0][key], made[1][key]) == (key.origin <= "2023-06"), key


def test_weights_of_the_pool_have_the_lowest_crps_of_all():
    rng = np.random.default_rng(1)
    draws = np.stack([rng.normal(centre, 1.0, (60, 41)) for centre in (-1.0, 1.0, 4.0)], axis=1)  # unit, method, draw
    seen = rng.normal(0.0, 1.5, 60)
    errors = np.abs(draws - seen[:, None, None]).mean(axis=2)
    distances = np.abs(draws[:, :, None, :, None] - draws[:, None, :, None, :]).mean(axis=(3, 4))
    best = stacking.pool_weights(errors, distances)

    def crps(w: Floats) -> float:
        return float(w @ errors.mean(axis=0) - 0.5 * w @ distances.mean(axis=0) @ w)

    assert best.sum() == pytest.approx(1.0) and (best >= 0.0).all()
    assert all(crps(best) <= crps(w) + 1e-9 for w in rng.dirichlet(np.ones(3), 500))


# --- records ----------------------------------------------------------------------------------------------------------


def record_from(origin: str, folder, factor: float = 1.0):
    draws = {ForecastKey(target, "mine", origin): factor * values for target, values in AlmostRight()(origin).items()}
    return hub.write_record(draws, folder)


def test_records_are_scored_beside_simple_forecasts_from_the_same_origins(tmp_path):
    paths = [record_from(origin, tmp_path) for origin in ("2023-05", "2024-01")]
    result = score_records(paths, rules=FEW)
    scores = result.tables["rolling_scores"].frame.set_index(["target", "method", "horizon"])
    assert scores.index.get_level_values("method").unique()[0] == "mine" and set(scores.origins) == {2}
    assert scores.loc["arrivals_people", "mine", "all"].wape == pytest.approx(0.0, abs=1e-6)
    assert scores.loc["arrivals_people", "mine", "all"].relative_wis < 0.5
    units = result.tables["rolling_units"].frame
    assert set(units.origin) == {"2023-05", "2024-01"} and result.notes == ()


def test_months_that_are_not_over_are_left_out_and_origins_that_have_none_are_named(tmp_path):
    own = tmp_path / "own.csv"
    daily()[:"2024-03-15"].reset_index().to_csv(own, index=False)
    paths = [record_from(origin, tmp_path) for origin in ("2024-01", "2024-04")]
    result = score_records(paths, own, FEW)
    units = result.tables["rolling_units"].frame
    assert set(units.month) == {"2024-01", "2024-02"}
    assert result.notes == ("Nothing is observed yet of forecasts from 2024-04",)
    with pytest.raises(InputError, match=r"2024-04-mine.csv: no month is observed \(record to 2024-02\)"):
        score_records(paths[1:], own, FEW)


def test_a_record_without_boats_scores_people_alone(tmp_path):
    own = tmp_path / "own.csv"
    daily()[["people"]].reset_index().to_csv(own, index=False)
    result = score_records([record_from("2024-01", tmp_path)], own, FEW)
    assert set(result.tables["rolling_scores"].frame.target) == {"arrivals_people"}
    assert result.notes == ("Not in the record, and not scored: arrivals_boats",)


def test_a_record_that_begins_too_late_for_simple_forecasts_is_refused(tmp_path):
    own = tmp_path / "own.csv"
    daily()["2022-01-01":].reset_index().to_csv(own, index=False)
    with pytest.raises(InputError, match="arrivals_people: origins 2024-01; allowed with this record: 2025-02 to"):
        score_records([record_from("2024-01", tmp_path)], own, FEW)
