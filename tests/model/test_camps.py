"""Camps are cleared, places close, boats are met afloat: people go where the rules say, and nobody is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.model import Change, Measure, Policy
from corridor.model.stages import coast, reception
from corridor.model.tables import Status
from tests.support.reference_cases import CASES, SHORT, Case
from tests.support.reference_runs import arrays

SEEDS = (1, 2)
TENTH = 10  # day on which the levers of a case move


def case(levers: dict[str, float], changes: dict[str, float] | None = None) -> Case:
    base = CASES["camps_cleared"]
    return replace(base, levers=levers, changes={**base.changes, **(changes or {})})


def run(levers, folder, changes=None):
    """All levers at once from the first day, over the short period."""
    made = case(levers, changes)
    pulls = tuple(Change(name, SHORT[0], 0, to) for name, to in levers.items())
    policy = Policy((Measure("a", "", pulls),)) if pulls else Policy()
    object.__setattr__(made, "policy", lambda: policy)
    return arrays(made, SEEDS, folder, SHORT)


def at(model, place: str, *statuses: int) -> int:
    t = model.migrants
    here = t.column("place") % len(model.geography.places) == model.geography.row(place)
    return int((here & np.isin(t.column("status"), statuses)).sum())


def total(model, flow: str) -> float:
    return float(model.records.daily[flow].sum())


def test_a_camp_that_is_cleared_every_day_is_empty_and_nobody_is_lost(tmp_path):
    base, cleared = run({}, tmp_path), run({"clear_calais": 1.0}, tmp_path)
    living = (Status.COAST, Status.BOOKED)
    lorries = len(cleared.coast.lorry)
    assert at(base, "camp_calais", *living) > 50
    stopped = len(cleared.coast.stopped) + len(cleared.coast.detected) + len(cleared.coast.turned_away)
    assert at(cleared, "camp_calais", *living) <= lorries + stopped  # they come back in the evening
    assert at(cleared, "camp_dunkirk", *living) > at(base, "camp_dunkirk", *living)
    returning = cleared.migrants.column("reached_coast") >= 0
    assert (returning & (cleared.migrants.column("status") <= Status.TRAVELLING)).any()
    assert total(cleared, "cleared_people") > 500
    assert cleared.migrants.n == base.migrants.n
    assert np.bincount(cleared.migrants.column("status")).sum() == cleared.migrants.n


def test_people_who_come_back_are_counted_at_the_coast_again_and_once(tmp_path):
    model = run({"clear_calais": 0.3, "clear_dunkirk": 0.3}, tmp_path)
    staying = np.isin(model.migrants.column("status"), (Status.COAST, Status.BOOKED, Status.SHELTERED, Status.DETAINED))
    reached = model.migrants.column("reached_coast") >= 0
    assert len(np.unique(model.coast.present)) == len(model.coast.present)
    assert set(model.coast.present.tolist()) == set(np.flatnonzero(staying & reached).tolist())


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_places_that_close_are_left_and_never_exceeded(share, tmp_path):
    base = run({}, tmp_path)
    closed = run({"shelters_calais": share, "shelters_dunkirk": share}, tmp_path)
    assert at(base, "camp_calais", Status.SHELTERED) > 0
    assert (closed.places.sheltered <= reception.capacity(closed)).all()
    if share == 0.0:
        assert closed.places.sheltered.sum() == 0 and total(closed, "sheltered_people") == 0


def test_who_stays_where_places_close_leaves_that_day_by_the_rule(tmp_path):
    made = CASES["camps_cleared"]
    model = arrays(replace(made, levers={}), SEEDS, tmp_path, SHORT)
    inside = model.places.sheltered.copy()
    model.inputs.places_factor = np.zeros(len(model.geography.places))
    out = reception.beyond_capacity(model, reception.capacity(model))
    assert len(out) == inside.sum() > 0
    reception.leave(model, out)
    assert model.places.sheltered.sum() == 0
    assert set(model.migrants.status[out].tolist()) <= {Status.COAST, Status.SETTLED, Status.GAVE_UP}


@pytest.mark.parametrize("places", [0, 1_000_000])
def test_who_has_booked_and_asks_for_shelter_keeps_the_booking_until_there_is_a_place(places, tmp_path):
    model = arrays(replace(CASES["camps_cleared"], levers={}), SEEDS, tmp_path, SHORT)
    t, free = model.migrants, np.full(len(model.places.sheltered), places)
    rows = np.flatnonzero(t.column("status") == Status.BOOKED)
    clients, network = model.networks.column("clients").copy(), t.network[rows].copy()
    model.coast.acting = model.coast.arrived = rows[:0]
    coast.apply_choices(model, rows, np.full(len(rows), coast.SHELTER))
    assert len(rows) > 10 and np.array_equal(t.network[rows], network)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reception, "capacity", lambda _: free)
        patch.setattr(reception, "beyond_capacity", lambda *_: rows[:0])
        reception.offer(model)
    if places:
        assert set(t.status[rows].tolist()) == {Status.SHELTERED} and set(t.network[rows].tolist()) == {-1}
        assert model.networks.column("clients").sum() == clients.sum() - len(rows)
    else:
        assert set(t.status[rows].tolist()) == {Status.BOOKED} and np.array_equal(t.network[rows], network)
        assert np.array_equal(model.networks.column("clients"), clients)
        review = coast.whole_days(model.p.of(t, rows).booking_review_days)
        assert (t.due[rows] == model.day + review).all()


def test_closed_removal_centres_hold_nobody(tmp_path):
    base, closed = run({"detention": 10.0}, tmp_path), run({"detention": 10.0, "removal_places": 0.0}, tmp_path)
    assert total(base, "detained_people") > 0
    assert total(closed, "detained_people") == 0 and closed.market.detained.sum() == 0


@pytest.mark.parametrize(
    ("lever", "to", "flow", "sign"),
    [
        ("reception_paris", 500.0, "sheltered_people", 1),
        ("reception_coast", 500.0, "sheltered_people", 1),
        ("shelter_acceptance", 3.0, "sheltered_people", 1),
        ("shelter_return", 0.1, "shelter_returns", -1),
        ("shelter_return", 0.1, "asylum_in_france", 1),
        ("shelter_stay", 5.0, "shelter_returns", -1),
        ("interception_afloat", 0.5, "arrivals_people", -1),
        ("interception_afloat", 0.5, "prevented_people", 1),
        ("clear_calais", 1.0, "cleared_people", 1),
    ],
)
def test_levers_push_in_their_direction(lever, to, flow, sign, tmp_path):
    assert sign * (total(run({lever: to}, tmp_path), flow) - total(run({}, tmp_path), flow)) > 0


def test_far_reception_is_taken_more_often_where_it_is_accepted_more(tmp_path):
    some, more = (run({"reception_paris": 5000.0, "reception_acceptance": odds}, tmp_path) for odds in (1.0, 10.0))
    assert total(more, "sheltered_people") > total(some, "sheltered_people") > 0


def test_taxi_boats_are_met_more_often_and_networks_answer(tmp_path):
    """Interception afloat acts on taxi boats, where beach stops do not; their share falls as networks learn of it."""
    taxi = {"taxi_share_start": 0.01, "taxi_speed": 0.03, "search_sweep": 0.1}
    base, met = run({}, tmp_path, taxi), run({"interception_afloat": 0.8}, tmp_path, taxi)
    assert met.market.afloat_known.min() > 0.1 and base.market.afloat_known.max() == 0.0
    trading = met.networks.column("status") == 1
    assert met.networks.column("taxi_share")[trading].mean() < base.networks.column("taxi_share")[trading].mean()
    assert total(met, "intercepted_afloat_boats") <= total(met, "prevented_boats")


def test_interception_afloat_kills(tmp_path):
    safe, deadly = (
        run({"interception_afloat": 1.0}, tmp_path, {"afloat_death_per_10k": risk, "death_tail": 2.5})
        for risk in (0.0, 50.0)
    )
    assert total(safe, "deaths_at_interception") == 0.0 < total(deadly, "deaths_at_interception")
