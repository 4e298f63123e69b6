"""Search, spacing, free teams and casualties: the formulas, a simulation of what they stand for, and the model."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from corridor.model import PARAMETERS
from corridor.model.engine import kernels
from corridor.model.stages import crossing
from tests.support.worlds import run, small_model
from tests.verification import bounds
from tests.verification.worlds import BOATS_ONLY, BOUND, small_world

pytestmark = pytest.mark.verification


def searched_at_random(rng, effort_km: float, coast_km: float, trials: int) -> float:
    """Share of launches that a search passes which covers `effort_km` in pieces of 25 m strewn over a closed coast."""
    piece = 0.025
    launch = rng.uniform(0.0, coast_km, trials)
    seen = np.zeros(trials, dtype=bool)
    for _ in range(round(effort_km / piece)):
        begins = rng.uniform(0.0, coast_km, trials)
        seen |= (launch - begins) % coast_km < piece
    return float(seen.mean())


def stopped_in_model(folder, sweep: float) -> tuple[float, float, float]:
    """Launches in the model, the share of them stopped, and the chance of it by the formula."""
    model = run(small_world(folder, 25, {("beach", BOUND): 3000.0}, search_sweep=sweep, p_retry=1.0, **BOATS_ONLY))
    launches, stopped = (model.records.daily[name].sum() for name in ("attempts_boats", "prevented_boats"))
    coverage = sweep * model.sectors.officer_hours[0, 0] / model.geography.sector_coast_km[0]
    return launches, stopped / launches, 1.0 - np.exp(-coverage)


@pytest.mark.catches("a search that finds more or less than its sweep allows")
def test_detection_is_random_search(tmp_path):
    """A search that covers k E km of a coast of l km in many small random pieces misses a point with exp(-k E / l).

    Each of n pieces of k E / n misses with 1 - k E / (n l), all of them with its n-th power, which tends to
    exp(-k E / l) (Koopman 1980). In the model nothing else stands between a boat and its being stopped here: teams are
    there at once and never busy, so the share of launches stopped is the formula at the officer-hours of the sector.
    """
    rng, coast = np.random.default_rng(2), 20.0
    cover = np.array([0.1, 0.3, 0.6, 1.0, 1.5, 2.5])
    trials = 10_000
    simulated = np.array([searched_at_random(rng, k * coast, coast, trials) for k in cover])
    expected = 1.0 - np.exp(-cover)
    outcomes = [stopped_in_model(tmp_path, sweep) for sweep in (0.0005, 0.001, 0.002, 0.004, 0.007, 0.012)]
    n, found, chance = np.array(outcomes).T
    error, model_error = bounds.binomial_error(expected, trials), bounds.binomial_error(chance, n)

    figure, axes = bounds.sheet("Detection: 1 - exp(-k E / l)", 2)
    x = np.linspace(0.0, 2.6, 100)
    for ax, at, values, form, width, who in (
        (axes[0], cover, simulated, expected, error, "simulated random search"),
        (axes[1], -np.log(1 - chance), found, chance, model_error, "launches stopped in the model"),
    ):
        ax.plot(x, 1.0 - np.exp(-x), color=bounds.BLACK, linewidth=1.0)
        bounds.draw_points(ax, at, values, form, width, who)
        ax.set(xlabel="coverage k E / l", ylabel="chance to be seen")
    bounds.save(figure, "detection")
    assert not bounds.outside(kernels.detection(cover * coast, np.full(6, coast), np.ones(6)), expected, 0.0)
    assert not bounds.outside(simulated, expected, error)
    assert not bounds.outside(found, chance, model_error)


@pytest.mark.catches("teams that are nearer or farther than chance puts them")
def test_distance_to_the_nth_nearest_team():
    """N teams strewn at random on a closed coast of length l: their distances are N uniform numbers on (0, l / 2).

    The n-th smallest of N uniform numbers is Beta(n, N + 1 - n), with mean n / (N + 1) and variance
    n (N + 1 - n) / ((N + 1)^2 (N + 2)). Numbers of teams and lengths are those of the sectors of the full model.
    """
    model = run(small_model(scale=10.0))
    rng, trials = np.random.default_rng(3), 20_000
    teams, lengths = model.sectors.teams[0].astype(float), model.geography.sector_coast_km
    few, many = np.argsort(teams)[[0, -1]]
    figure, (ax,) = bounds.sheet("Distance to the n-th nearest team: n l / (2 (N + 1))")
    for k in (few, many):
        number, length = int(teams[k]), lengths[k]
        n = np.arange(1, min(6, number) + 1)
        launch, stand = rng.uniform(0.0, length, (2, trials, 1)), rng.uniform(0.0, length, (trials, number))
        apart = np.abs(stand - launch[0])
        found = np.sort(np.minimum(apart, length - apart), axis=1)[:, : len(n)].mean(axis=0)
        expected = kernels.nth_nearest(n, np.full(len(n), teams[k]), np.full(len(n), length))
        share = n / (number + 1.0)
        error = 0.5 * length * np.sqrt(share * (1.0 - share) / (number + 2.0) / trials)
        ax.plot(n, expected, color=bounds.BLACK, linewidth=1.0)
        bounds.draw_points(ax, n, found, expected, error, "simulated teams")
        ax.annotate(
            f"{number} teams on {length:.0f} km",
            (n[-1], expected[-1]),
            xytext=(8, -3),
            fontsize=8,
            textcoords="offset points",
        )
        assert not bounds.outside(found, expected, error)
    ax.set(xlabel="n", ylabel="km", xlim=(0.8, 8.0), ylim=(0, None))
    bounds.save(figure, "nth_nearest")


def blocked_at_random(rng, load: float, servers: int, calls: int) -> float:
    """Share of calls that find all servers busy: Poisson calls, exponential work of mean one, first tenth left out."""
    times, work = np.cumsum(rng.exponential(1.0 / load, calls)), rng.exponential(1.0, calls)
    free_at = [0.0] * servers
    refused = 0
    for k, (now, hours) in enumerate(zip(times.tolist(), work.tolist(), strict=True)):
        first = min(range(servers), key=free_at.__getitem__)
        if free_at[first] <= now:
            free_at[first] = now + hours
        else:
            refused += k >= calls // 10
    return refused / (calls - calls // 10)


def closed_sum(load: float, servers: int) -> float:
    """Erlang's formula as it is written: (a^n / n!) / sum of a^k / k! for k from 0 to n."""
    terms = np.cumprod(np.concatenate([[1.0], load / np.arange(1, servers + 1)]))
    return float(terms[-1] / terms.sum())


def days_of_launches(folder) -> np.ndarray:
    """Launches, stops and teams at night of days of the model on which every launch is seen and reached at once."""
    model = small_world(
        folder,
        120,
        {("beach", BOUND): 450.0},
        seeds=range(1, 9),
        start=date(2018, 1, 1),
        months=4,
        entry_burstiness=1.0,
        search_sweep=1e9,
        intervention_hours=2.0,
        p_retry=1.0,
        **BOATS_ONLY,
    )
    found = []
    for day in range(120):
        model.step()
        now = (model.records.daily[name][:, day] for name in ("attempts_boats", "prevented_boats"))
        found.append(np.stack([*now, model.sectors.teams[:, 0]]))
    return np.concatenate(found, axis=1)


@pytest.mark.catches("teams that are in two places, or idle while needed")
def test_free_teams_are_erlang_b(tmp_path):
    """Launches that come at random find all n groups of teams busy with Erlang's B(a, n), a being the work they bring.

    Busy groups are a birth and death process with births a while k < n and deaths k; detailed balance gives
    p_k = p_0 a^k / k!, so p_n = (a^n / n!) / sum_k a^k / k!; calls see time averages (Poisson). With every launch seen
    and reached at once a boat of the model is stopped with 1 - B(launches x hours / 9, teams at night).
    """
    rng, runs, calls = np.random.default_rng(4), 50, 4000
    cases = [(servers * load, servers) for servers in (1, 2, 4, 8) for load in (0.5, 0.75, 1.5)]
    simulated = np.array([[blocked_at_random(rng, *case, calls) for _ in range(runs)] for case in cases])
    exact = np.array([closed_sum(*case) for case in cases])
    spread = simulated.std(axis=1, ddof=1) / np.sqrt(runs)
    recursion = kernels.erlang_b(np.array([a for a, _ in cases]), np.array([n for _, n in cases]))

    launches, stopped, teams = days_of_launches(tmp_path)
    load = launches * 2.0 / PARAMETERS["night_hours"].default
    chance = np.array([1.0 - closed_sum(a, int(n)) for a, n in zip(load, teams, strict=True)])

    figure, axes = bounds.sheet("Free teams: Erlang B", 2)
    x = np.linspace(0.01, 12.5, 100)
    for servers in (1, 2, 4, 8):
        mine = np.array([n == servers for _, n in cases])
        axes[0].plot(x, [closed_sum(a, servers) for a in x], color=bounds.BLACK, linewidth=1.0)
        axes[0].annotate(f"{servers}", (12.5, closed_sum(12.5, servers)), xytext=(3, -3), textcoords="offset points")
        bounds.draw_points(
            axes[0],
            np.array([a for a, _ in cases])[mine],
            simulated.mean(axis=1)[mine],
            exact[mine],
            spread[mine],
            "simulated calls",
        )
    axes[0].set(xlabel="load (erlang)", ylabel="share of calls that find all busy", title="groups of teams: 1, 2, 4, 8")
    mean_load, number, got, expected, variance = by_load(load, launches, stopped, chance)
    bounds.draw_points(axes[1], mean_load, got / number, expected / number, np.sqrt(variance) / number)
    axes[1].set(
        xlabel="load of a day (erlang)",
        ylabel="share of launches stopped",
        title=f"{int(launches.sum())} launches, {int(teams.min())} to {int(teams.max())} teams",
    )
    bounds.save(figure, "erlang_b")
    assert recursion == pytest.approx(exact, rel=1e-12)
    assert not bounds.outside(simulated.mean(axis=1), exact, spread)
    assert not bounds.outside(got, expected, np.sqrt(variance))
    assert not bounds.outside(
        stopped.sum(), (launches * chance).sum(), np.sqrt((launches * chance * (1 - chance)).sum())
    )


def by_load(load, launches, stopped, chance) -> list[np.ndarray]:
    """Mean load, launches, stops found, expected and their variance, in classes of load with launches enough."""
    where = np.floor(2.0 * load).astype(int)
    weights = (launches * load, launches, stopped, launches * chance, launches * chance * (1.0 - chance))
    total, number, *others = (np.bincount(where, weight) for weight in weights)
    enough = number >= 100
    return [part[enough] for part in (total / np.maximum(number, 1.0), number, *others)]


def deaths_in_boats(folder, monkeypatch, **changes: float) -> np.ndarray:
    """People aboard and dead of every boat afloat in a model whose boats are mostly brought back and tried again."""
    asked, deaths = [], crossing.deaths

    def listening(m, aboard, afloat):
        dead = deaths(m, aboard, afloat)
        asked.append(np.array([aboard[afloat], dead[afloat]]))
        return dead

    monkeypatch.setattr(crossing, "deaths", listening)
    changes = {**BOATS_ONLY, "p_sea_fail": 0.9, "search_sweep": 1e-9, "p_retry": 1.0, **changes}
    run(small_world(folder, 80, {("beach", BOUND): 30_000.0}, **changes))
    return np.concatenate(asked, axis=1)


@pytest.mark.catches("accidents whose sizes are not those of their law")
def test_casualties_are_pareto(tmp_path, monkeypatch):
    """A failure kills D people, P(D >= d) = d^-a, and at most the c aboard: mean sum_{d=1}^c d^-a.

    A mean of whole numbers from one is the sum of P(D >= d); its second moment the sum of (2 d - 1) d^-a. The chance of
    a failure is set to people aboard x risk / mean, so that the mean number of dead per person afloat is the risk.
    """
    seats, risk, tail = 40, 0.015, 1.5
    aboard, dead = deaths_in_boats(
        tmp_path,
        monkeypatch,
        death_base_per_10k=1e4 * risk,
        death_tail=tail,
        hull_seats_start=seats,
        hull_seats_max=seats,
    )
    d = np.arange(1, 2 * seats)
    survival = d**-tail
    mean, second = (np.cumsum(term)[aboard - 1] for term in (survival, (2 * d - 1) * survival))
    chance = aboard * risk / mean
    variance = chance * second - (aboard * risk) ** 2
    fails, full = dead > 0, aboard == np.bincount(aboard).argmax()
    steps = np.array([1, 2, 3, 5, 8, 12, 20, 30])
    n_fails = int((fails & full).sum())
    tails = np.array([(dead[fails & full] >= step).mean() for step in steps])
    error = bounds.binomial_error(steps**-tail, n_fails)
    n = np.arange(len(dead)) + 1
    width = np.sqrt(np.cumsum(variance))

    figure, axes = bounds.sheet("Deaths in a failure are Pareto, and their mean is the risk", 2)
    bounds.draw_points(axes[0], steps, tails, steps**-tail, error, "model")
    axes[0].plot(d[:seats], survival[:seats], color=bounds.BLACK, linewidth=1.0)
    axes[0].set(
        xscale="log",
        yscale="log",
        ylim=(1e-3, 2.0),
        xlabel="deaths d in a failure",
        ylabel="share of failures with at least d",
        title=f"{n_fails} failures, exponent {tail}",
    )
    people = np.cumsum(aboard)
    bounds.draw_band(
        axes[1],
        people[99::50],
        np.full(len(n[99::50]), 1e4 * risk),
        1e4 * (width / people)[99::50],
        "death_base_per_10k",
    )
    axes[1].plot(people[99::50], 1e4 * (np.cumsum(dead) / people)[99::50], color=bounds.BLUE, label="model")
    axes[1].set(xlabel="people afloat", ylabel="deaths per 10 000", title="running mean", ylim=(0, None))
    bounds.save(figure, "casualties")
    assert chance.max() < 0.5, "the cap on the chance of a failure is not reached"
    assert not bounds.outside(tails, steps**-tail, error)
    assert not bounds.outside(dead.sum(), (aboard * risk).sum(), width[-1])
    assert not bounds.outside(fails.sum(), chance.sum(), np.sqrt((chance * (1 - chance)).sum()))
    assert not bounds.outside(crossing.mean_casualties(tail, aboard.astype(float)), mean, 0.0)
