"""Fates of people who try again: mortality with retries, geometric waiting, and whole cohorts."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.model.engine import kernels
from corridor.model.tables import UK, Status
from tests.support.worlds import run
from tests.verification import bounds
from tests.verification.worlds import BOUND, NO_BOATS, coast_shares, p_fails_at_port, small_world

pytestmark = pytest.mark.verification
SETTLERS = "syria"  # a group of which some settle at the hub
DAYS = 360  # of 2022, in which the outside history (access to lorries, officers) does not move


@pytest.mark.catches("deaths that are counted twice or lost over several attempts")
def test_eventual_mortality_with_retries(tmp_path):
    """A try kills with chance d; who lives is turned back with chance s and tries again until an end.

    The chance M to die sooner or later solves M = d + (1 - d) s M, the first try and, if turned back, all over again;
    so M = d / (1 - (1 - d) s). Turning people back multiplies deaths per arrival, though no single try is deadlier.
    """
    back, die = np.array([0.0, 0.2, 0.4, 0.6, 0.75, 0.85]), 0.03
    model = small_world(
        tmp_path,
        200,
        {(f"shore_{k}", BOUND): 12_000.0 for k in range(len(back))},
        shores=[(s, die) for s in back],
        border_wait_days=0.1,
    )
    entry_points = []
    for _ in range(200):
        before = model.migrants.n
        model.step()
        entry_points.append(model.migrants.column("place")[before:].copy())  # nobody travels on the day of entry
    entry_point = np.concatenate(entry_points)
    dead = model.migrants.column("status") == Status.DEAD
    shores = [model.geography.row(f"shore_{k}") for k in range(len(back))]
    assert not np.isin(model.migrants.column("place")[~dead], shores).any(), "nobody is under way any more"
    n = np.array([(entry_point == shore).sum() for shore in shores])
    found = np.array([dead[entry_point == shore].mean() for shore in shores])
    mortality = die / (1.0 - (1.0 - die) * back)
    error = bounds.binomial_error(mortality, n)

    figure, (ax,) = bounds.sheet("Eventual mortality with retries: d / (1 - (1 - d) s)")
    s = np.linspace(0.0, 0.88, 100)
    ax.plot(s, die / (1.0 - (1.0 - die) * s), color=bounds.BLACK, linewidth=1.0)
    bounds.draw_points(ax, back, found, mortality, error)
    ax.set(xlabel=f"chance s to be turned back (d = {die})", ylabel="share who die at sea in the end", ylim=(0, None))
    bounds.save(figure, "eventual_mortality")
    assert not bounds.outside(found, mortality, error)


@pytest.mark.catches("borders with a memory of how long somebody waits")
def test_waiting_at_a_border_is_geometric(tmp_path):
    """At a border that turns back each try with chance s, the failures before success are geometric: (1 - s) s^k.

    Tries are independent, keyed by person and day, so k failures and a success have chance s^k (1 - s); the mean number
    of tries is 1 / (1 - s), the expected length of the run.
    """
    s = 0.6
    model = run(small_world(tmp_path, 250, {("gate", SETTLERS): 20_000.0}, border=s, border_give_up=0.0))
    people = model.migrants
    settlers = people.column("destination") != UK
    assert (people.column("status")[settlers] == Status.SETTLED).all()
    failed = people.column("failed")[settlers]
    k = np.arange(26)
    shares = np.append((1.0 - s) * s ** k[:-1], s ** k[-1])  # the last cell holds all longer waits
    counts = np.bincount(np.minimum(failed, k[-1]), minlength=len(k))
    mean_error = np.sqrt(s) / (1.0 - s) / np.sqrt(len(failed))

    figure, axes = bounds.sheet("Tries until a border is passed are geometric", 2)
    bounds.draw_points(
        axes[0], k[:-1], counts[:-1] / len(failed), shares[:-1], bounds.binomial_error(shares[:-1], len(failed))
    )
    axes[0].set(
        xlabel="times turned back",
        ylabel="share of people",
        yscale="log",
        ylim=(1e-5, 1.0),
        title=f"s = {s}, {len(failed)} people",
    )
    n = np.arange(100, len(failed), 100)
    bounds.draw_band(axes[1], n, np.full(len(n), 1 / (1 - s)), np.sqrt(s) / (1 - s) / np.sqrt(n), "1 / (1 - s)")
    axes[1].plot(n, 1.0 + np.cumsum(failed)[n - 1] / n, color=bounds.BLUE, label="model")
    axes[1].set(xlabel="people", ylabel="mean tries until success", title="running mean")
    bounds.save(figure, "geometric_border")
    assert bounds.multinomial_p(counts, shares) > bounds.LEVEL
    assert not bounds.outside(failed.mean() + 1.0, 1.0 / (1.0 - s), mean_error)


@pytest.mark.catches("attempts that depend on those before")
def test_attempts_per_success_by_lorry_are_geometric(tmp_path):
    """Lorry attempts succeed with chance 1 - f each, whoever tries again, so attempts per success are 1 / (1 - f).

    The failures of those who arrive are geometric with the ratio f r c: found, wants to try again (r), and comes to
    another attempt before giving up or returning, c = p_lorry / (p_lorry + p_return + p_give_up). Success does not
    depend on how many failures went before.
    """
    model = run(small_world(tmp_path, 200, {("beach", BOUND): 20_000.0}, p_retry=0.9, **NO_BOATS))
    found = p_fails_at_port(model)
    _, _, lorry, _, home, give_up = coast_shares(model)
    ratio = found * model.p.p_retry * lorry / (lorry + home + give_up)
    people = model.migrants
    failures = people.column("failed")[people.column("status") == Status.ARRIVED_LORRY]
    k = np.arange(21)
    shares = np.append((1.0 - ratio) * ratio ** k[:-1], ratio ** k[-1])
    counts = np.bincount(np.minimum(failures, k[-1]), minlength=len(k))
    attempts = np.cumsum(model.records.daily["lorry_attempts"][0])
    successes = np.cumsum(model.records.daily["arrivals_lorry"][0])
    error = bounds.binomial_error(1.0 - found, attempts)

    figure, axes = bounds.sheet("Lorry attempts until success", 2)
    bounds.draw_points(
        axes[0], k[:-1], counts[:-1] / len(failures), shares[:-1], bounds.binomial_error(shares[:-1], len(failures))
    )
    axes[0].set(
        xlabel="failures before success",
        ylabel="share of those who arrived",
        yscale="log",
        ylim=(1e-5, 1.0),
        title=f"geometric, ratio {ratio:.3f}, {len(failures)} people",
    )
    bounds.draw_band(axes[1], range(len(attempts)), np.full(len(attempts), 1 - found), error, "1 - f")
    axes[1].plot(successes / np.maximum(attempts, 1), color=bounds.BLUE, label="model, cumulative")
    axes[1].set(
        xlabel="day",
        ylabel="arrivals per attempt",
        ylim=(0.0, 0.6),
        title=f"attempts per arrival {attempts[-1] / successes[-1]:.3f}, expected {1 / (1 - found):.3f}",
    )
    bounds.save(figure, "geometric_lorry")
    assert bounds.multinomial_p(counts, shares) > bounds.LEVEL
    assert not bounds.outside(successes / np.maximum(attempts, 1), np.where(attempts > 0, 1 - found, 0), error)


FATES = (Status.ARRIVED_BOAT, Status.ARRIVED_LORRY, Status.DEAD, Status.SETTLED, Status.RETURNED, Status.GAVE_UP)


def fate_shares(model, stopped: float) -> np.ndarray:
    """Chance of each fate of somebody at the coast, from a Markov chain with one transient state.

    Every day spent at the coast is one decision with the chances of `coast_shares`. It leads to a fate f with chance
    a_f, or sooner or later back to the coast with the rest; all days are alike, so the fate is f with a_f / sum(a).
    """
    p = model.p
    _, boat, lorry, shelter, home, give_up = coast_shares(model)
    die = p.death_base_per_10k / 1e4  # boats for one: the mean per person is the chance of the boat
    afloat = boat * (1.0 - stopped)
    dead = afloat * die
    across = afloat * (1.0 - die) * (1.0 - p.p_sea_fail)
    found = p_fails_at_port(model)
    failed = boat - dead - across + lorry * found
    held = failed * p.detention_share
    removed = held * p.removal_share * model.groups.removable[0]  # Albanians
    stays = shelter * (1.0 - p.shelter_return_share)
    asylum = p.reception_asylum_share / (1.0 - p.reception_leave_share)
    ends = np.array(
        [
            across,
            lorry * (1.0 - found),
            dead,
            stays * asylum,
            home + removed,
            give_up + (failed - held) * (1.0 - p.p_retry) + stays * (1.0 - asylum),
        ]
    )
    return ends / ends.sum()


@pytest.mark.catches("people who leak between fates")
def test_fates_of_a_cohort_are_multinomial(tmp_path):
    """People who are all alike and do not meet have independent fates: counts are multinomial (see fate_shares).

    Boats carry one person each, so nobody shares a fate; places in shelters and in detention are never full. All
    stages of the coast are in it: booking, launch, beach stop, death and return at sea, lorries, search, shelter,
    detention, removal, retry, giving up.
    """
    cohort = 20_000
    model = small_world(
        tmp_path,
        DAYS,
        {("beach", BOUND): 1e-6},
        reception=1e6,
        camp_stock_start=cohort,
        boat_preference=-0.5,
        lorry_preference=-0.5,
        give_up_hazard=0.02,
        shelter_hazard=0.1,
        assisted_return_hazard=0.02,
        p_retry=0.8,
        detention_share=0.2,
        detention_places=1e6,
        death_base_per_10k=300.0,
        p_sea_fail=0.2,
        search_sweep=0.006,
    )
    seen = []
    for _ in range(DAYS):
        model.step()
        assert not (model.migrants.column("status") == Status.BOOKED).any()
        seen.append(
            kernels.detection(
                model.sectors.officer_hours, model.geography.sector_coast_km, np.full(1, model.p.search_sweep)
            )[0, 0]
        )
    stopped = seen[0]
    assert model.migrants.n == cohort
    assert seen == [stopped] * len(seen)
    assert 0.2 < stopped < 0.8
    status = model.migrants.column("status")
    counts = np.array([(status == fate).sum() for fate in FATES])
    assert counts.sum() == cohort, "all fates are known"
    shares = fate_shares(model, stopped)
    error = bounds.binomial_error(shares, cohort)

    figure, axes = bounds.sheet(f"Fates of a cohort of {cohort} people who are alike", 2)
    names = [
        name.lower().replace("_", " ") for fate in FATES for name, each in Status.__members__.items() if each == fate
    ]
    axes[0].bar(range(len(names)), shares, color=bounds.BAND, label="Markov chain")
    axes[0].plot(range(len(names)), counts / cohort, "o", color=bounds.BLUE, markersize=4, label="model")
    axes[0].set_xticks(range(len(names)), names, rotation=30, ha="right")
    axes[0].set_ylabel("share of the cohort")
    bounds.draw_deviations(axes[1], names, (counts / cohort - shares) / error)
    p = bounds.multinomial_p(counts, shares)
    assert p > bounds.LEVEL
    axes[1].set_title(f"chi-square, 5 degrees of freedom: p = {p:.2f}")
    bounds.save(figure, "cohort_fates")
    assert not bounds.outside(counts / cohort, shares, error)
