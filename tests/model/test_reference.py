"""The arrays against the reference, agent by agent: every record and every column must be the same to the last bit."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from corridor.model import LEVERS, Change, Measure, MigrationModel, Parameters, Policy
from corridor.model.engine import draws
from corridor.model.engine.stage import stage_name
from corridor.model.inputs.conditions import Conditions
from corridor.model.reference import DAY as REFERENCE_DAY
from corridor.model.reference.boat import Boat, mean_casualties
from corridor.model.reference.network import work_of_police
from corridor.model.simulation import DAY
from corridor.model.stages import crossing, intelligence, patrols
from corridor.model.stages.smugglers import active_rows
from corridor.model.state import FIRST_TEAMS, Boats
from tests.support.effort import effort
from tests.support.reference_cases import CASES, SEEDS, SHORT, WEEK, WHOLE, Case
from tests.support.reference_runs import agents, arrays, differences
from tests.support.worlds import END, START


def test_the_reference_has_the_stages_of_the_day_in_their_order():
    assert list(REFERENCE_DAY) == [stage_name(act) for act in DAY]


def test_the_cases_move_every_lever_off_its_baseline():
    moved = {name for case in CASES.values() for name, to in case.levers.items() if to != LEVERS[name].baseline}
    assert moved == set(LEVERS)
    assert len([name for case in list(CASES.values())[:-1] for name in case.levers]) == len(LEVERS)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_month_agrees_to_the_last_bit(case, tmp_path):
    assert differences(arrays(case, (5, 7), tmp_path, SHORT), 1, agents(case, 7, tmp_path, SHORT)) == []


@pytest.mark.parametrize("tail", [1.2, 2.5])
def test_boats_of_every_size_meet_the_same_fate(tail, tmp_path):
    """In a run most boats are alike and few are lost; here every number aboard, in every sector, on one day."""
    rough = {"mass_event_chance": 0.002, "death_base_per_10k": 3.0, "death_crowding_slope": 0.05, "death_tail": tail}
    case = Case({}, (), {**rough, "death_rough_factor": 2.7, "route_length_risk": 0.03})
    ours, reference = arrays(case, (7,), tmp_path, WEEK), agents(case, 7, tmp_path, WEEK)
    number = np.arange(1200)
    ours.boats = fleet(ours, number)
    reference.boats = [Boat(reference, reference.networks[0], int(k)) for k in number]
    for boat, key, sector, taxi, aboard in zip(
        reference.boats, ours.boats.key, ours.boats.sector, ours.boats.taxi, ours.boats.people(), strict=True
    ):
        boat.key, boat.sector, boat.taxi = int(key), int(sector), bool(taxi)
        boat.passengers = reference.people[:aboard]
    dead = crossing.deaths(ours, ours.boats.people(), np.ones(len(number), dtype=bool))
    assert dead.tolist() == [boat.deaths() for boat in reference.boats]
    assert len(set(dead.tolist())) > 5
    assert crossing.p_returned(ours).tolist() == [boat.p_returned() for boat in reference.boats]
    assert crossing.exposure(ours).tolist() == [boat.exposure for boat in reference.boats]
    assert patrols.p_stopped(ours).tolist() == [boat.p_stopped() for boat in reference.boats]
    assert crossing.mean_casualties(tail, number).tolist() == [mean_casualties(tail, int(k)) for k in number]


def fleet(ours: MigrationModel, number: np.ndarray) -> Boats:
    """A boat for each number, with one to sixty agents aboard, by turns in every sector."""
    none, aboard = np.zeros(len(number), dtype=np.int64), 1 + number % 60
    return Boats(
        replicate=none,
        network=none,
        sector=number // 60 % len(ours.geography.sector_km),
        taxi=number % 7 == 0,
        key=draws.child_keys(np.full(len(number), 5, dtype=np.uint64), number),
        stopped=none.astype(bool),
        aboard=np.zeros(aboard.sum(), dtype=np.int64),
        boat=np.repeat(number, aboard),
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_arrays_agree_with_agents_to_the_last_bit(case, tmp_path):
    watched: Counter[str] = Counter()
    together = arrays(case, SEEDS, tmp_path, WHOLE, watched)
    for k, seed in list(enumerate(SEEDS))[effort(-1, 0) :]:
        assert differences(together, k, agents(case, seed, tmp_path, WHOLE)) == []
    alone = arrays(case, SEEDS[-1:], tmp_path, WHOLE)
    for name, values in alone.records.daily.items():
        assert np.array_equal(values[0], together.records.daily[name][-1]), name
    watched.update({name: int(values.sum()) for name, values in together.records.daily.items()})
    for what in case.happens:
        assert watched[what] > 0, what
    for flow in ("attempts_boats", "arrivals_boats", "prevented_people", "lorry_attempts", "border_stops"):
        assert watched[flow] > 20, flow


def test_a_force_of_more_teams_than_a_run_begins_with_stands_to_the_last_team(tmp_path):
    case = Case({"patrol_officers": 3.0}, (), {"team_size": 4})
    ours, reference = arrays(case, (5, 7), tmp_path, SHORT), agents(case, 7, tmp_path, SHORT)
    wanted = np.rint(ours.inputs.officers / ours.p.team_size)
    assert wanted > FIRST_TEAMS
    on_duty = ours.patrols.column("on_duty")
    assert [int(on_duty[ours.patrols.column("replicate") == k].sum()) for k in (0, 1)] == [wanted] * 2
    assert differences(ours, 1, reference) == []


def test_a_day_without_any_boats_is_scarce_only_where_somebody_orders_one(tmp_path):
    ban = Conditions([(SHORT[0] + timedelta(days=5), "boat_supply", 0.0)])
    case = Case({}, (), conditions=ban)
    ours, reference = arrays(case, (5, 7), tmp_path, SHORT), agents(case, 7, tmp_path, SHORT)
    assert np.isfinite(ours.market.scarcity).all()
    assert differences(ours, 1, reference) == []


def test_networks_that_hardly_anybody_is_left_in_are_not_found(tmp_path):
    """Sizes so small that their squares are zero: the hazard was not a number, and the reference divided by zero."""
    case = Case({}, (), {"largest_bias": 2.0})
    ours, reference = arrays(case, (7,), tmp_path, WEEK), agents(case, 7, tmp_path, WEEK)
    assert len(active_rows(ours)) == len(reference.trading) > 1
    ours.networks.size[:] = 1e-200
    for network in reference.trading:
        network.size = 1e-200
    with np.errstate(invalid="raise", divide="raise"):
        assert intelligence.hazard(ours, active_rows(ours)).tolist() == [0.0] * len(reference.trading)
    before = reference.journal.today["networks_dismantled"]
    work_of_police(reference)
    assert reference.journal.today["networks_dismantled"] == before


def test_teams_of_a_replicate_stand_where_they_stand_alone_whenever_others_need_more():
    """Officers grow day by day, so that teams of four become more than a run begins with before larger teams do."""
    ramp = Policy((Measure("more", "more", (Change("patrol_officers", START, 40, 3.0),)),))
    sets = [Parameters(team_size=size) for size in (4.0, 4.2)]
    together = MigrationModel(sets, ramp, (3, 4), START, END, 200.0)
    alone = MigrationModel(sets[1], ramp, (4,), START, END, 200.0)
    beyond = [False, False]
    for _ in range(60):
        together.step()
        alone.step()
        beyond = [had or hours > FIRST_TEAMS for had, hours in zip(beyond, on_duty(together), strict=True)]
        assert np.array_equal(together.sectors.officer_hours[1], alone.sectors.officer_hours[0]), together.date
    assert beyond == [True, True]


def on_duty(m):
    """Teams on duty in each replicate."""
    rows = m.patrols.column("replicate")[m.patrols.column("on_duty")]
    return np.bincount(rows, minlength=m.replicates)
