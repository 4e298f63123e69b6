"""The trade: launches of a small operator by a closed form, and what is left of a blow to the largest network."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corridor.experiments.config.loading import load
from corridor.model import Parameters, simulate
from tests.support.worlds import run
from tests.verification import bounds
from tests.verification.worlds import BOATS_ONLY, BOUND, small_world

pytestmark = pytest.mark.verification
DAYS, SEIZED = 1500, 0.3
OPERATION = Path(__file__).parents[2] / "experiments" / "configs" / "scenarios" / "intelligence_hit.yaml"


def launches_of_one(folder: Path, staff: float, line: float) -> tuple[float, float, float]:
    """Launches of one network that always has clients, and their mean and standard error by the closed form."""
    model = small_world(
        folder,
        DAYS,
        {("beach", BOUND): 90.0},
        months=99,
        network_size_start=staff,
        boat_supply_start=line,
        boat_supply_per_day=line,
        depot_days=1e-3,
        p_boat_seized_upstream=SEIZED,
        **BOATS_ONLY,
    )
    run(model)
    boat, launch = line * (1.0 - SEIZED), float(model.networks.size[0])
    between = 1.0 / boat + 1.0 / launch - 1.0
    spread = (1.0 - boat) / boat**2 + (1.0 - launch) / launch**2
    made = float(model.records.daily["attempts_boats"].sum())
    return made, DAYS / between, float(np.sqrt(DAYS * spread / between**3))


@pytest.mark.catches("operators that launch faster than boats and learning allow")
def test_launches_of_a_small_operator_are_a_renewal_process(tmp_path):
    """A network that keeps one boat launches, waits for the next boat, and launches again.

    A boat is brought on a day with chance b (what the line carries and police do not take), and launched from that day
    on with chance q a day (its staff): the days between launches are the sum of two geometric times less the day that
    both share, with mean 1/b + 1/q - 1 and variance (1-b)/b^2 + (1-q)/q^2. In D days there are D / mean launches, with
    variance D var / mean^3 (Cox 1962). The size of a small operator is derived from this
    (`corridor.calibration.evidence.derivations`).
    """
    cases = [(0.1, 0.9), (0.3, 0.2), (0.5, 0.5), (0.2, 0.1), (0.05, 0.21), (0.4, 0.9)]
    made, expected, error = np.array([launches_of_one(tmp_path, *case) for case in cases]).T

    figure, axes = bounds.sheet("Launches of a network that keeps one boat")
    bounds.draw_points(axes[0], expected, made, expected, error, "model")
    axes[0].set(xlabel="launches by the closed form", ylabel=f"launches in {DAYS} days")
    bounds.save(figure, "small_operator")
    assert not bounds.outside(made, expected, error)


PLANS = [(4.0, 30.0, 6.0), (5.9, 30.0, 9.0), (10.0, 40.0, 4.0), (15.0, 60.0, 2.0)]  # w, h, bookings a day
LONG, BEGUN = 1200, 365


def list_of_bookings(folder: Path, target: float, clear: float, a_day: float) -> tuple[float, float, float]:
    """Mean number on the list in the evening, that of Little's law, and a bound of their difference."""
    model = small_world(
        folder,
        LONG,
        {("beach", BOUND): 365.25 / 12.0 * a_day},
        months=99,
        network_size_start=a_day,
        staff_adjust_days=5.0,
        queue_target_days=target,
        queue_clear_days=clear,
        demand_memory_days=21.0,
        know_how_start=1e9,
        boat_cost=1e-6,
        search_sweep=0.0,
        **BOATS_ONLY,
    )
    waiting = []
    for _ in range(LONG):
        model.step()
        waiting.append(float(model.networks.clients[: model.networks.n].sum()))
    people, launched = np.array(waiting)[BEGUN:], model.records.daily["attempts_boats"][0][BEGUN:]
    days = len(people)
    moved = abs(people[-1] - people[0]) + (5.0 + 21.0) * 3.0 * np.sqrt(a_day)
    bound = clear * (moved + 3.0 * 0.5 * np.sqrt(days)) / days
    return float(people.mean()), float((target - 1.0) * launched.mean()), float(bound)


@pytest.mark.catches("a queue whose length, rate and wait contradict one another")
def test_the_list_of_bookings_follows_littles_law(tmp_path):
    """At constant demand and with all nights whole the list is `queue_target_days` of bookings: L = lambda W (Little
    1961, doi:10.1287/opre.9.3.383).

    Staff are planned for d (1 - w/h) + q/h people a day, with d booked a day and q waiting. Where staff launch what is
    booked, q = w d, of whom d leave in the night, so that (w - 1) d are on the list in the evening. The mean over D
    days differs by h/D times what the list changed meanwhile, and what staff and the mean of bookings lag (the sum of
    their memories, times three deviations of a day's bookings), and by the rounding of staff to whole boats.
    """
    found, expected, bound = np.array([list_of_bookings(tmp_path, *plan) for plan in PLANS]).T

    figure, axes = bounds.sheet("People on the list of bookings")
    bounds.draw_points(axes[0], expected, found, expected, bound / 3.0, "model")
    axes[0].set(xlabel="people by Little's law", ylabel="mean of the model")
    bounds.save(figure, "little")
    assert (np.abs(found - expected) < bound).all(), (found, expected, bound)


@pytest.mark.catches("networks that are replaced too slowly or too fast")
def test_an_operation_against_the_largest_network_leaves_no_dip():
    """Pattern V11: after Operation Punjum of July 2022, against a network with a tenth of the crossings, August 2022
    became the record month.

    In the scenario the largest network falls on 5 July 2022. Rivals take over its clients: attempts of the three months
    after it fall by less than half of the tenth, and arrivals of August by less than a tenth of their monthly spread.
    """
    worlds = load(OPERATION).policies
    runs = {
        name: simulate(Parameters(), worlds[name], range(1, 13), date(2018, 1, 1), date(2022, 12, 31), 20.0)
        for name in ("hit", "none")
    }
    months = np.array([day.year * 12 + day.month - 1 for day in runs["none"].dates])
    span = np.arange(2022 * 12, 2022 * 12 + 12)
    by_month = {
        name: {
            flow: np.array([run.daily[flow][:, months == month].sum(axis=1) for month in span])
            for flow in ("attempts_people", "arrivals_people", "networks_dismantled")
        }
        for name, run in runs.items()
    }
    hit, none = by_month["hit"], by_month["none"]

    figure, axes = bounds.sheet("Largest network dismantled on 5 July 2022: mean of 12 seeds", 2)
    for ax, flow in zip(axes, ("attempts_people", "arrivals_people"), strict=True):
        ax.plot(range(1, 13), none[flow].mean(axis=1), color=bounds.BLACK, label="without the operation")
        ax.plot(range(1, 13), hit[flow].mean(axis=1), color=bounds.BLUE, linestyle="--", label="with it")
        ax.set(xlabel="month of 2022", ylabel=flow, ylim=(0, None))
    bounds.save(figure, "operation")
    dismantled = hit["networks_dismantled"][6] - none["networks_dismantled"][6]
    assert dismantled.mean() > 0.5
    attempts = [each["attempts_people"][6:9].sum(axis=0).mean() for each in (hit, none)]
    assert -0.05 < attempts[0] / attempts[1] - 1.0 < 0.01
    august = [each["arrivals_people"][7] for each in (hit, none)]
    assert abs((august[0] - august[1]).mean()) < 0.1 * august[1].std()
