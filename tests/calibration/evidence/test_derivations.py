"""Derived defaults: what is declared is what the arithmetic gives, and the arithmetic is right where it is simple."""

from __future__ import annotations

import re
from math import gamma

import numpy as np
import pandas as pd
import pytest

from corridor.calibration.evidence import sea
from corridor.calibration.evidence.derivations import boats, deaths, demand, patrols, trade
from corridor.calibration.evidence.derivations import wind as wind_nights
from corridor.calibration.evidence.derivations.cut import ByYear, Cut, LaterValue
from corridor.calibration.evidence.derivations.defaults import DERIVED
from corridor.model.inputs.climate import SeaClimate
from corridor.model.parameters import PARAMETERS

AT_END = Cut()


@pytest.mark.parametrize("name", sorted(DERIVED))
def test_a_declared_default_is_its_derivation_rounded(name):
    derived, declared = DERIVED[name](AT_END), PARAMETERS[name].default
    assert declared == pytest.approx(derived, rel=0.04), name
    assert PARAMETERS[name].low <= derived <= PARAMETERS[name].high


def test_what_is_called_derived_is_derived_here_or_in_the_evidence():
    """A default whose source names D26 to D42 is in the list, and the other way round."""
    late = {f"D{number}" for number in range(26, 43)}
    named = {name for name, p in PARAMETERS.items() if late & set(re.findall(r"D\d+", p.source))}
    assert named <= set(DERIVED)
    assert set(DERIVED) - named <= {"boat_supply_per_day", "people_found"}  # D20 and D2


def test_launches_of_2019_agree_with_the_three_hundred_that_were_seen():
    assert boats.launches(AT_END)[2019] == pytest.approx(300, rel=0.05)
    assert boats.launches(AT_END)[2022] == pytest.approx(1110 + 1381, abs=1.0)
    assert boats.launches(AT_END)[2025] == pytest.approx(1517, rel=0.06)


def test_usable_nights_are_the_windows_of_nights_drawn_from_the_climate():
    """The sum over the months' distributions equals a long run of nights, drawn here by their definition."""
    random = np.random.default_rng(5)
    p, total, nights = PARAMETERS, 0.0, 20_000
    for mean in SeaClimate().mean_wind:
        wind = mean / gamma(1.0 + 1.0 / p["wind_shape"].default) * random.weibull(p["wind_shape"].default, nights)
        chance, window = (
            1.0 / (1.0 + np.exp((wind - p[name].default) / p["wind_scale"].default))
            for name in ("wind_half_usable", "wind_half_window")
        )
        part = random.random(nights) ** p["window_spread"].default
        total += (np.where(random.random(nights) < chance, window / chance * part, 0.0)).mean() / 12.0
    assert wind_nights.usable_nights(AT_END) == pytest.approx(365.0 * total, rel=0.03)


def test_nights_with_a_crossing_by_wind_are_those_that_the_table_was_read_from():
    """Nights and boats are drawn as the model draws them, with the mean boats of a whole night from 2021 to 2025. In
    each class of wind, all seasons together, the share of nights with a crossing is near the record's."""
    nights = sea.nights_by_wind()
    crossed = (nights.nights * nights.share_with_crossing).groupby(nights.wind).sum()
    number = nights.nights.groupby(nights.wind).sum()
    random, p = np.random.default_rng(7), {name: parameter.default for name, parameter in PARAMETERS.items()}
    halves = p["wind_half_usable"], p["wind_half_window"]
    boats = np.mean([AT_END.annual("arrivals_boats")[year] for year in range(2021, 2026)])
    for wind, seen in (crossed / number).items():
        chance, most = (1.0 / (1.0 + np.exp((wind - half) / p["wind_scale"])) for half in halves)
        part = random.random(20_000) ** p["window_spread"]
        left = random.poisson(boats / wind_nights.usable_nights(AT_END) * most / chance * part)
        assert ((left > 0) & (random.random(20_000) < chance)).mean() == pytest.approx(seen, abs=0.12)
    assert number.sum() == pytest.approx(1826, rel=0.05)  # nights of five years, but for those without measurement


def test_a_spread_of_windows_is_found_again_in_the_boats_of_nights_that_are_drawn(tmp_path, monkeypatch):
    """Eight years of nights with a spread of 0.7, and a Poisson number of boats in each window."""
    random, rank, rows = np.random.default_rng(3), 0.5, []
    p = {name: parameter.default for name, parameter in PARAMETERS.items()}
    halves = p["wind_half_usable"], p["wind_half_window"]
    for day in pd.date_range("2018-01-01", "2025-12-31"):
        rank = rank if random.random() < p["weather_persistence"] else random.random()
        mean = SeaClimate().mean_wind[day.month - 1] / gamma(1.0 + 1.0 / p["wind_shape"])
        wind = mean * (-np.log1p(-rank)) ** (1.0 / p["wind_shape"])
        chance, most = (1.0 / (1.0 + np.exp((wind - half) / p["wind_scale"])) for half in halves)
        usable = random.random() < chance
        number = random.poisson(15.0 * most / chance * random.random() ** 0.7) if usable else 0
        rows.append(f"{day.date()},{40 * number},{number}")
    path = tmp_path / "drawn.csv"
    path.write_text("\n".join(["date,people,boats", *rows]) + "\n", encoding="utf-8")
    monkeypatch.setattr(wind_nights, "DAILY", path)
    assert wind_nights.window_spread.__wrapped__(AT_END) == pytest.approx(0.7, abs=0.12)


def test_a_spread_at_a_cut_knows_no_later_night(tmp_path, monkeypatch):
    days = wind_nights.DAILY.read_text(encoding="utf-8").splitlines()
    kept = [row if row[:4] < "2022" else f"{row[:10]},0,0" for row in days[1:]]
    path = tmp_path / "changed.csv"
    path.write_text("\n".join([days[0], *kept]) + "\n", encoding="utf-8")
    before, at_end = (wind_nights.window_spread(cut) for cut in (Cut("2021-12"), AT_END))
    monkeypatch.setattr(wind_nights, "DAILY", path)
    assert wind_nights.window_spread.__wrapped__(Cut("2021-12")) == before != at_end


@pytest.mark.parametrize(
    ("until", "spread"), [("2021-12", 1.3), ("2022-10", 1.15), ("2023-12", 1.1), ("2025-12", 1.05)]
)
def test_the_spread_of_each_cut_is_that_of_its_nights_and_of_what_is_known_of_the_wind(until, spread):
    assert wind_nights.window_spread(Cut(until)) == pytest.approx(spread)


def test_a_cut_before_the_last_night_knows_no_curve_but_the_climate():
    with pytest.raises(LaterValue):
        wind_nights.wind_half_usable(Cut("2024-12"))
    assert wind_nights.wind_shape(Cut("2022-10")) == wind_nights.wind_shape(AT_END)


def test_a_hole_in_a_series_is_no_later_value():
    series = ByYear({2020: 1.0, 2022: 2.0})
    with pytest.raises(LaterValue):
        series[2023]
    with pytest.raises(KeyError):
        series[2021]


def test_the_patrols_formula_comes_near_the_stops_of_2020_to_2025_without_being_set_on_them():
    aboard = boats.people_per_boat(AT_END)
    for year in range(2020, 2026):
        expected = patrols.beach_stop_chance(AT_END, patrols.officers(year), aboard[year])
        assert expected == pytest.approx(patrols.beach_stops(AT_END, year), abs=0.12), year


def test_a_search_only_while_a_launch_lasts_would_not_have_made_the_stops_on_record():
    aboard, hours = boats.people_per_boat(AT_END), PARAMETERS["launch_min"].default / 60.0
    for year in range(2019, 2026):
        expected = patrols.beach_stop_chance(AT_END, patrols.officers(year), aboard[year], hours)
        assert expected < (0.25 if year < 2021 else 0.7) * patrols.beach_stops(AT_END, year), year


def test_imitation_brings_the_launches_of_2018_to_those_of_2020():
    """Integrated day by day, a trade that launches all it can has the launches of both years."""
    know_how, rate = trade.launches_at_start(AT_END) / 365.0, trade.imitation_rate(AT_END)
    launched = []
    for _ in range(3 * 365):
        launched.append(know_how)
        know_how += rate * know_how
    for year in (2018, 2020):
        first = (year - 2018) * 365
        assert sum(launched[first : first + 365]) == pytest.approx(boats.launches(AT_END)[year], rel=0.01)


def test_the_share_that_stays_inland_is_that_of_people_followed_through_the_seasons():
    """People who think of setting out once a week, followed from every week of a year until all have left or stayed."""
    p = PARAMETERS
    days = p["coast_review_days"].default
    stayed = []
    for first in range(0, 365, 7):
        waiting, lost = 1.0, 0.0
        for day in np.arange(first, first + 3 * 365, days):
            degrees = sea.water(day) - 13.0
            rate = p["set_out_rate"].default * np.exp(p["set_out_per_degree"].default * degrees)
            stays = np.exp(-days * rate) * waiting
            lost += stays * -np.expm1(-days * p["stuck_hazard"].default)
            waiting = stays * np.exp(-days * p["stuck_hazard"].default)
        stayed.append(lost)
    assert demand.share_uk_scale(AT_END) == pytest.approx(1.0 / (1.0 - np.mean(stayed)), rel=0.05)


def test_the_sea_of_the_model_is_its_derivation():
    """model/data/sea_climate.csv is what `corridor.calibration.evidence.sea.climate` makes of nights and water."""
    derived, shipped = sea.climate(), SeaClimate()
    assert derived.mean_wind.tolist() == shipped.mean_wind.tolist()
    assert derived.celsius.tolist() == shipped.celsius.tolist()


class GrowingRisk(Cut):
    """Years in which the dead per person at sea grow by 0.05 in logs per person aboard, but for the boat of 2021."""

    def annual(self, indicator: str) -> ByYear:
        """Made values: 1,000 boats a year, with ten people more in each than the year before."""
        aboard = {year: 10.0 * (year - 2017) for year in self.years}
        lost = {year: 27.0 if year == 2021 else 0.0 for year in self.years}
        made = {
            "arrivals_boats": dict.fromkeys(aboard, 1000.0),
            "arrivals_people": {year: 1000.0 * people for year, people in aboard.items()},
            "people_at_sea": {year: 2000.0 * people for year, people in aboard.items()},
            "prevented_people": {year: 1000.0 * people for year, people in aboard.items()},
            "attempts_people": {year: 3000.0 * people for year, people in aboard.items()},
            "prevented_boats": dict.fromkeys(aboard, 10.0),  # so that all are found
            "deaths_channel": {
                year: 2000.0 * people * 5e-4 * np.exp(0.05 * people) + lost[year] for year, people in aboard.items()
            },
        }
        return ByYear(made[indicator])


class FewFound(GrowingRisk):
    """The same years, in which police find ten people at a stopped launch."""

    def annual(self, indicator: str) -> ByYear:
        """As in `GrowingRisk`, but for the launches that were stopped."""
        if indicator != "prevented_boats":
            return super().annual(indicator)
        return ByYear({year: people / 10.0 for year, people in self.annual("prevented_people").items()})


def test_the_risk_of_death_and_its_growth_are_found_where_they_are_known():
    """Made without chance: errors of a Poisson number are left, and small where the dead are many."""
    made = GrowingRisk()
    (risk, growth), covariance = deaths.risk_by_year(made)
    assert growth == pytest.approx(0.05, rel=1e-9)
    assert risk == pytest.approx(np.log(5e-4) + 0.05 * 41.0, rel=1e-9)
    dead = made.annual("deaths_channel").values()
    assert covariance[0, 0] >= 0.99 / sum(dead)
    assert deaths.death_crowding_slope(made) == pytest.approx(0.05, abs=1e-3)
    stopped = 0.5 * PARAMETERS["panic_death_per_10k"].default  # half as many people are stopped as are at sea
    assert deaths.death_base_per_10k(made) == pytest.approx(5.0 * np.exp(2.05) - stopped, rel=1e-9)


def test_who_hides_at_a_stopped_launch_is_at_risk_there_too():
    """As many are stopped, but of those in a launch only a part is found: more people were there, fewer died at sea."""
    all_found = deaths.death_base_per_10k(GrowingRisk())
    assert deaths.death_base_per_10k(FewFound()) < all_found - 0.1


@pytest.mark.parametrize("fall", [0.0, 1.0])
def test_the_weight_of_death_is_what_crossings_fell_by_after_the_boat_that_was_lost(fall, monkeypatch):
    """Made days: each year 200 people a day before 24 November and, but for chance, after it; fewer in 2021."""
    days = pd.date_range("2018-01-01", "2025-12-31")
    people = pd.Series(200.0, days)
    for year in range(2018, 2026):
        chance = 0.0 if year == 2021 else 0.02 * (-1) ** year
        people[f"{year}-11-25" : f"{year}-12-31"] *= np.exp(chance - fall * (year == 2021))
    monkeypatch.setattr(deaths.records, "daily", lambda: pd.DataFrame({"people": people}))
    annual = AT_END.annual
    attempts = (
        people["2021-11-25":"2021-12-22"].sum() * annual("attempts_people")[2021] / annual("arrivals_people")[2021]
    )
    memory = 100.0 * PARAMETERS["opinion_memory_days"].default
    believed = sum(1e4 * 27.0 / memory * np.exp(-k / memory) for k in range(int(attempts))) / attempts
    assert deaths.death_weight(AT_END) == pytest.approx(-fall / believed, abs=0.03 / believed)
    assert deaths.death_weight(AT_END) < 0.0


def test_the_regression_of_the_risk_of_death_is_that_of_statsmodels():
    api = pytest.importorskip("statsmodels.api")
    years = list(AT_END.years)
    lost = {2021: 27.0}
    dead = [AT_END.annual("deaths_channel")[year] - lost.get(year, 0.0) for year in years]
    aboard = api.add_constant([boats.people_per_boat(AT_END)[year] - 41.0 for year in years])
    offset = np.log([AT_END.annual("people_at_sea")[year] for year in years])
    fit = api.GLM(dead, aboard, family=api.families.Poisson(), offset=offset).fit(scale="X2")
    found, covariance = deaths.risk_by_year(AT_END)
    assert found == pytest.approx(fit.params, rel=1e-6)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(fit.bse, rel=1e-6)


def test_one_boat_was_lost_and_before_it_nothing_was_known_of_such():
    assert deaths.mass_event_chance(GrowingRisk()) == 1.0 / 8001.0
    with pytest.raises(LaterValue):
        deaths.mass_event_chance(Cut("2020-12"))


def test_a_growth_below_zero_is_not_believed():
    """Up to 2021 fuller boats were safer: the estimate is negative, and what is declared is not."""
    early = Cut("2021-12")
    assert deaths.risk_by_year(early)[0][1] < 0.0 < deaths.death_crowding_slope(early) < 0.02
