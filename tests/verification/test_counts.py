"""Counts of the full model against the laws that its rules follow: binomial arrivals, logit choice, rationing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from model import draws, kernels, ports
from model.draws import Decision
from model.migrants import GROUPS
from tests.verification import bounds
from tests.verification.worlds import outside_ranges
from tests.worlds import run, small_model

pytestmark = pytest.mark.verification
SEEDS = (1, 2, 3, 4)


def test_arrivals_by_lorry_are_binomial():
    """Of n attempts on a day each comes through with chance q = prod(1 - p) over the tools of search, by itself.

    So arrivals are Binomial(n, q) whatever moved n. The randomised probability integral transform, uniform if they are,
    puts days of all sizes on one scale (Smith 1985); the sums lie within four standard errors of q n.
    """
    model = run(small_model(SEEDS, scale=2.0))
    attempts = (model.records.daily["lorry_attempts"] / model.scale).ravel()
    arrivals = (model.records.daily["arrivals_lorry"] / model.scale).ravel()
    q = 1.0 - float(ports.p_found(model)[0])
    assert q == pytest.approx((1 - model.p.p_found_dogs) * (1 - model.p.p_found_cctv) * (1 - model.p.p_found_co2))
    u = np.random.default_rng(1).uniform(size=len(attempts))
    law = stats.binom(attempts, q)
    transform = law.cdf(arrivals - 1) + u * law.pmf(arrivals)
    transform = transform[attempts > 0]
    n = np.cumsum(attempts)

    figure, axes = bounds.sheet("Arrivals among lorry attempts are binomial (full model, four seeds)", 2)
    bounds.draw_band(axes[0], range(len(n)), np.zeros(len(n)), np.sqrt(n * q * (1 - q)), "q x attempts")
    axes[0].plot(np.cumsum(arrivals) - q * n, color=bounds.BLUE, label="model")
    axes[0].set(xlabel="day, seed after seed", ylabel="cumulative arrivals less q x attempts")
    cells = np.histogram(transform, 10, (0.0, 1.0))[0]
    error = bounds.binomial_error(0.1, len(transform))
    bounds.draw_points(axes[1], np.arange(10) / 10 + 0.05, cells / len(transform), np.full(10, 0.1), np.full(10, error))
    axes[1].set(xlabel="probability integral transform of a day", ylabel="share of days", ylim=(0, None))
    bounds.save(figure, "binomial_arrivals")
    bounds.assert_within(np.cumsum(arrivals), q * n, np.sqrt(n * q * (1 - q)))
    bounds.assert_multinomial(cells, np.full(10, 0.1))
    assert stats.kstest(transform, "uniform").pvalue > bounds.LEVEL


OPTIONS = ("wait", "boat", "lorry", "shelter", "return", "give up")


def test_choices_are_softmax(monkeypatch):
    """The largest of utility plus standard Gumbel noise is option i with chance exp(u_i) / sum(exp(u_j)).

    P(u_i + G_i is largest) = integral of g(x - u_i) prod_{j != i} G(x - u_j) dx with G(x) = exp(-exp(-x)); put
    t = exp(-x) and it is exp(u_i) times the integral of exp(-t sum exp(u_j)) dt (McFadden 1974). Every choice that
    people of the full model make in a quarter is compared with the softmax of their own utilities: the count of an
    option less the sum of its chances is a sum of martingale differences with variance sum p (1 - p).
    """
    asked: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
    choose = kernels.choose

    def listening(utility, noise):
        chosen = choose(utility, noise)
        open_to = np.isfinite(utility).any(axis=1)
        raised = np.exp(utility[open_to] - utility[open_to].max(axis=1, keepdims=True))
        shares = raised / raised.sum(axis=1, keepdims=True)
        took = chosen[open_to, None] == np.arange(utility.shape[1])
        asked.setdefault(utility.shape[1], []).append((shares, took))
        return chosen

    monkeypatch.setattr(kernels, "choose", listening)
    model = run(small_model(SEEDS, scale=2.0, fare_start=3000.0))
    most = model.geography.out_legs.shape[1]
    assert set(asked) == {3, most, len(OPTIONS)} and most != len(OPTIONS)

    figure, axes = bounds.sheet("Choices of the people of the full model are softmax", 3)
    everything = []
    for ax, (width, name) in zip(axes, ((6, "what to do at the coast"), (3, "ways on, up to three"),
                                        (most, "ways on, four or more")), strict=True):
        p, took = (np.concatenate([pair[k] for pair in asked[width]]) for k in (0, 1))
        bins = np.minimum((p * 20).astype(int), 19)
        known = (p > 0.0) & (p < 1.0)
        number, expected, variance, found = (
            np.bincount(bins[known], weights, minlength=20)
            for weights in (None, p[known], (p * (1 - p))[known], took[known].astype(float))
        )
        full = variance >= 10.0
        mean, error = expected[full] / number[full], np.sqrt(variance[full]) / number[full]
        bounds.draw_points(ax, mean, found[full] / number[full] - mean, 0 * mean, error)
        ax.set(xlabel="softmax of one's own utilities", ylabel="share who chose it, less softmax",
               title=f"{name}: {len(p)} choices")
        everything.append((found[full], expected[full], np.sqrt(variance[full])))
        assert not took[p == 0.0].any()
    p, took = (np.concatenate([pair[k] for pair in asked[len(OPTIONS)]]) for k in (0, 1))
    bounds.save(figure, "softmax")
    for values in everything:
        bounds.assert_within(*values)
    bounds.assert_within(took.sum(axis=0), p.sum(axis=0), np.sqrt((p * (1 - p)).sum(axis=0)))


def test_places_are_rationed_by_luck_alone(monkeypatch):
    """Of n who ask for f free places exactly min(f, n) get one, and each has chance f / n, whoever they are.

    Who gets one is a simple random sample: of the a people of a group among the n, the number served is
    hypergeometric with mean a f / n and variance a (f / n)(1 - f / n)(n - a) / (n - 1).
    """
    model = small_model(SEEDS, scale=2.0, detention_share=0.0)
    outside_ranges(model.p, shelter_hazard=0.3)  # more ask than there are places
    least: list[int] = []
    given: list[int] = []
    mean, variance, served_of = ([np.zeros(len(GROUPS))] for _ in range(3))
    ration = kernels.ration

    def listening(group, priority, free):
        served = ration(group, priority, free)
        if len(group):
            luck = draws.uniform(model.migrants.column("key"), Decision.SHELTER_QUEUE, model.day)
            order = np.argsort(luck)
            rows = order[np.searchsorted(luck[order], priority)]
            assert np.array_equal(luck[rows], priority), "the priority is a keyed uniform of the person"
            tell(group, model.migrants.group[rows], free, served)
        return served

    def tell(place, people, free, served):
        for here in np.unique(place):
            mine = place == here
            n, f = int(mine.sum()), int(free[here])
            least.append(min(n, f))
            given.append(int(served[mine].sum()))
            if 0 < f < n:
                a = np.bincount(people[mine], minlength=len(GROUPS))
                mean.append(a * f / n)
                variance.append(a * (f / n) * (1 - f / n) * (n - a) / (n - 1))
                served_of.append(np.bincount(people[mine & served], minlength=len(GROUPS)))

    monkeypatch.setattr(kernels, "ration", listening)
    run(model)
    expected, spread, found = (np.sum(parts, axis=0) for parts in (mean, variance, served_of))
    enough = spread >= 2.0
    z = (found - expected)[enough] / np.sqrt(spread[enough])

    figure, axes = bounds.sheet("Shelter places: min(free, demand), by luck alone (full model, four seeds)", 2)
    axes[0].plot([0, max(least)], [0, max(least)], color=bounds.BLACK, linewidth=1.0, label="equality")
    axes[0].plot(least, given, "o", color=bounds.BLUE, markersize=3, alpha=0.4, label=f"{len(given)} rationings")
    axes[0].set(xlabel="min(free places, people who ask)", ylabel="people who get one")
    bounds.draw_deviations(axes[1], [name for name, ok in zip(GROUPS, enough, strict=True) if ok], z)
    axes[1].set_title(f"{len(mean)} rationings with 0 < free < demand")
    bounds.save(figure, "rationing")
    assert np.array_equal(given, least)
    assert len(mean) >= 50 and enough.sum() >= 4
    assert (np.abs(z) <= bounds.ERRORS).all(), z
