"""Derived defaults: what is declared is what the arithmetic gives, and the arithmetic is right where it is simple."""

from __future__ import annotations

import re

import numpy as np
import pytest

from corridor.calibration.evidence.derivations import boats, crossing_days, patrols, trade
from corridor.calibration.evidence.derivations.cut import Cut
from corridor.calibration.evidence.derivations.defaults import DERIVED
from corridor.model.parameters import PARAMETERS

AT_END = Cut()


@pytest.mark.parametrize("name", sorted(DERIVED))
def test_a_declared_default_is_its_derivation_rounded(name):
    derived, declared = DERIVED[name](AT_END), PARAMETERS[name].default
    assert declared == pytest.approx(derived, rel=0.04), name
    assert PARAMETERS[name].low <= derived <= PARAMETERS[name].high


def test_what_is_called_derived_is_derived_here_or_in_the_evidence():
    """A default whose source names D26 to D36 is in the list, and the other way round."""
    late = {f"D{number}" for number in range(26, 37)}
    named = {name for name, p in PARAMETERS.items() if late & set(re.findall(r"D\d+", p.source))}
    assert named <= set(DERIVED)
    assert set(DERIVED) - named <= {"boat_supply_per_day", "people_found"}  # D20 and D2


def test_launches_of_2019_agree_with_the_three_hundred_that_were_seen():
    assert boats.launches(AT_END)[2019] == pytest.approx(300, rel=0.05)
    assert boats.launches(AT_END)[2022] == pytest.approx(1110 + 1381, abs=1.0)
    assert boats.launches(AT_END)[2025] == pytest.approx(1517, rel=0.06)


def test_usable_days_are_the_chain_run_long():
    """The stationary sum equals a long run of the same Markov chain of the sea, drawn here by its definition."""
    from corridor.model.inputs.climate import SeaClimate

    random = np.random.default_rng(5)
    shares, stays = SeaClimate().by_month.mean(axis=0), PARAMETERS["weather_persistence"].default
    colour, bad, total, days = 0, 0, 0.0, 200_000
    propensity = [1.0, PARAMETERS["viability_amber"].default, PARAMETERS["viability_green"].default]
    for fresh, stay in zip(random.choice(3, days, p=shares), random.random(days), strict=True):
        bad = 0 if colour == 0 else bad + 1
        colour = colour if stay < stays else int(fresh)
        surge = PARAMETERS["surge_gain"].default * min(bad, PARAMETERS["surge_days"].default)
        total += propensity[colour] * (1.0 + surge)
    assert crossing_days.usable_days(AT_END) == pytest.approx(365.0 * total / days, rel=0.02)


def test_the_patrols_formula_comes_near_the_stops_of_2020_to_2025_without_being_set_on_them():
    aboard = boats.people_per_boat(AT_END)
    for year in range(2020, 2026):
        expected = patrols.beach_stop_chance(AT_END, patrols.officers(year), aboard[year])
        assert expected == pytest.approx(patrols.beach_stops(AT_END, year), abs=0.12), year


def test_growth_brings_small_operators_to_the_mean_network():
    """Integrated day by day, networks that grow, enter and are hit reach the size and number they were derived from."""
    number, size = trade.networks_start(AT_END), 1.0
    entry = trade.network_entry_rate(AT_END)
    hit = 2.0 * PARAMETERS["dismantling_hazard"].default * (1.0 - PARAMETERS["recovery_size"].default)
    growth = trade.network_growth(AT_END) - hit
    for _ in range(round(trade.growth_days(AT_END))):
        number, size = number * (1.0 + entry), size * (1.0 + growth - entry) + entry
    assert number == pytest.approx(trade.NETWORKS_2022, rel=0.01)
    mean_network = boats.launches(AT_END)[2022] / trade.NETWORKS_2022 / trade.SMALL_OPERATOR
    assert size == pytest.approx(mean_network, rel=0.02)


def test_the_sea_of_the_model_is_its_derivation():
    """model/data/sea_climate.csv is what `corridor.calibration.evidence.sea.climate` makes of red days and days with
    a crossing."""
    from corridor.calibration.evidence import sea
    from corridor.model.inputs.climate import read_sea_climate

    derived = sea.climate()[["p_red", "p_amber", "p_green"]].to_numpy()
    assert np.allclose(derived, read_sea_climate(None), atol=5e-4)
