"""Usable windows of nights: curves of wind and waves, distributions by month, and what a record says of a night."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.model import Parameters
from corridor.model.engine.replicate_parameters import ParameterSets
from corridor.model.inputs import windows
from corridor.model.inputs.climate import SeaClimate
from corridor.model.inputs.windows import NODES, WindowClimate
from corridor.model.parameters import PARAMETERS

P = ParameterSets([Parameters().values()])
WINDS = np.linspace(0.0, 30.0, 601)


@pytest.fixture(scope="module")
def climate() -> WindowClimate:
    """The shipped climate at default parameters, one replicate."""
    return WindowClimate(SeaClimate(), P, 1)


def corners() -> list[ParameterSets]:
    """Defaults, and both ends of the ranges of the parameters of wind."""
    names = ("wind_half_usable", "wind_half_window", "wind_scale")
    ends = [{name: getattr(PARAMETERS[name], end) for name in names} for end in ("low", "high")]
    mixed = {"wind_half_usable": 6.7, "wind_half_window": 6.4, "wind_scale": 0.8}
    return [P, *(ParameterSets([Parameters(**values).values()]) for values in (*ends, mixed))]


@pytest.mark.parametrize("spread", [0.0, 0.4, 1.0, 1.5])
def test_parts_of_a_night_are_powers_of_their_rank_and_their_shares_are_ranks(spread: float) -> None:
    p = ParameterSets([{"window_spread": spread}])
    ranks = np.linspace(0.01, 0.99, 99)
    parts = windows.usable_part(ranks, p)
    assert parts == pytest.approx(ranks**spread)
    assert parts.mean() == pytest.approx(1.0 / (1.0 + spread), abs=0.01)
    assert windows.share_of_smaller_parts(np.array([0.0, 0.999, 1.0, 7.0]), p)[[0, 2, 3]].tolist() == [0.0, 1.0, 1.0]
    if spread:
        assert windows.share_of_smaller_parts(parts, p) == pytest.approx(ranks)
    else:  # all that the wind leaves can be used
        assert windows.share_of_smaller_parts(np.array([0.5, 0.99]), p) == pytest.approx([0.0, 0.0], abs=1e-4)


@pytest.mark.parametrize("p", corners()[:3])
def test_more_wind_never_makes_a_larger_window_or_chance(p: ParameterSets) -> None:
    chance, window = windows.chance_usable(WINDS, p), windows.window_by_wind(WINDS, p)
    assert (np.diff(chance) <= 0).all() and (np.diff(window) <= 1e-12).all()
    for values in (chance, window):
        assert (values >= 0).all() and (values <= 1).all()


def test_chance_times_window_is_the_mean_number_relative_to_a_calm_night() -> None:
    both = windows.chance_usable(WINDS, P) * windows.window_by_wind(WINDS, P)
    assert both == pytest.approx(1.0 / (1.0 + np.exp((WINDS - P.wind_half_window) / P.wind_scale)))
    assert windows.chance_usable(np.array(P.wind_half_usable), P) == 0.5


def test_higher_waves_leave_less_of_a_night() -> None:
    heights = np.linspace(0.0, 4.0, 81)
    left = windows.window_by_wave(heights, P)
    assert (np.diff(left) < 0).all() and left[0] > 0.99 and left[-1] < 1e-6
    assert windows.window_by_wave(np.array(P.wave_half), P) == 0.5


def test_winds_of_ranks_have_the_mean_and_the_distribution_of_the_month() -> None:
    ranks = (np.arange(100_000) + 0.5) / 100_000
    winds = windows.wind_of_rank(ranks, 8.0, P)
    assert winds.mean() == pytest.approx(8.0, rel=1e-3) and (np.diff(winds) > 0).all()
    assert windows.share_below(winds, 8.0, P) == pytest.approx(ranks)


def test_means_over_a_year_are_those_of_nights_that_are_drawn(climate: WindowClimate) -> None:
    random, nights, launched, rough = np.random.default_rng(4), 60_000, [], []
    for mean in SeaClimate().mean_wind:
        wind = windows.wind_of_rank(random.random(nights), float(mean), P)
        usable = random.random(nights) < windows.chance_usable(wind, P)
        window = windows.window_by_wind(wind, P) * random.random(nights) ** P.window_spread * usable
        launched.append(window.mean())
        rough.append((window * P.death_rough_factor ** (1.0 - window)).mean())
    assert climate.mean[0] == pytest.approx(np.mean(launched), rel=0.02)
    assert climate.roughness[0] == pytest.approx(np.mean(rough) / np.mean(launched), rel=0.01)


def test_quantiles_of_windows_are_those_of_nights_that_are_drawn(climate: WindowClimate) -> None:
    random = np.random.default_rng(3)
    for month, mean in enumerate(SeaClimate().mean_wind):
        wind = windows.wind_of_rank(random.random(60_000), float(mean), P)
        usable = random.random(60_000) < windows.chance_usable(wind, P)
        assert climate.chance[0, month] == pytest.approx(usable.mean(), abs=0.01)
        drawn = np.quantile(windows.window_by_wind(wind[usable], P), np.linspace(0.1, 0.9, 9))
        table = np.interp(np.linspace(0.1, 0.9, 9), np.linspace(0, 1, NODES), climate.quantiles[0, month])
        assert table == pytest.approx(drawn, abs=0.03)


def test_quantiles_increase_within_zero_and_one(climate: WindowClimate) -> None:
    assert (np.diff(climate.quantiles, axis=2) >= 0).all()
    assert (climate.quantiles >= 0).all() and (climate.quantiles <= 1).all()
