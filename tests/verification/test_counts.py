"""Counts of the full model against the laws that its rules follow: binomial arrivals, logit choice, rationing."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from corridor.model.decisions import Decision
from corridor.model.engine import draws, kernels
from corridor.model.inputs.groups import GROUPS
from corridor.model.stages import reception
from tests.support.worlds import run, small_model
from tests.verification import bounds
from tests.verification.worlds import outside_ranges, p_fails_at_port

pytestmark = pytest.mark.verification
SEEDS = (1, 2, 3, 4)


@pytest.mark.catches("searches that stop people more or less often than their chances say")
def test_arrivals_by_lorry_are_binomial():
    """Of n attempts on a day each comes through with chance q: unseen, or at another port, and missed.

    So arrivals are Binomial(n, q) whatever moved n. The randomised probability integral transform, uniform if they are,
    puts days of all sizes on one scale (Smith 1985); the sums lie within four standard errors of q n.
    """
    model = run(small_model(SEEDS, scale=2.0))
    attempts = (model.records.daily["lorry_attempts"] / model.scale).ravel()
    arrivals = (model.records.daily["arrivals_lorry"] / model.scale).ravel()
    q = 1.0 - p_fails_at_port(model)
    assert q == pytest.approx((0.65 + 0.35 * 0.5 * 0.3) * (1 - 0.5 * 0.7) * (1 - 0.45))
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
    assert not bounds.outside(np.cumsum(arrivals), q * n, np.sqrt(n * q * (1 - q)))
    assert bounds.multinomial_p(cells, np.full(10, 0.1)) > bounds.LEVEL
    assert stats.kstest(transform, "uniform").pvalue > bounds.LEVEL


class Choices:
    """Listens to every choice: softmax of the utilities, and what was taken, by number of options."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._choose = kernels.choose
        self._asked: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
        monkeypatch.setattr(kernels, "choose", self.choose)

    def choose(self, utility: np.ndarray, noise: np.ndarray) -> np.ndarray:
        chosen = self._choose(utility, noise)
        some = np.isfinite(utility).any(axis=1)
        raised = np.exp(utility[some] - utility[some].max(axis=1, keepdims=True))
        took = chosen[some, None] == np.arange(utility.shape[1])
        self._asked.setdefault(utility.shape[1], []).append((raised / raised.sum(axis=1, keepdims=True), took))
        return chosen

    def of(self, options: int) -> tuple[np.ndarray, np.ndarray]:
        """Softmax and what was taken, both of shape (choices, options)."""
        shares, took = zip(*self._asked[options], strict=True)
        return np.concatenate(shares), np.concatenate(took)


def by_chance(p: np.ndarray, took: np.ndarray) -> list[np.ndarray]:
    """Offers, takings, takings expected and their variance, in twenty classes of p; those with enough variance."""
    known = (p > 0.0) & (p < 1.0)
    where = np.minimum((p[known] * 20).astype(int), 19)
    weights = (None, took[known].astype(float), p[known], (p * (1.0 - p))[known])
    sums = [np.bincount(where, weight, minlength=20) for weight in weights]
    return [part[sums[-1] >= 10.0] for part in sums]


@pytest.mark.catches("choices that do not follow their utilities")
def test_choices_are_softmax(monkeypatch):
    """The largest of utility plus standard Gumbel noise is option i with chance exp(u_i) / sum(exp(u_j)).

    P(u_i + G_i is largest) = integral of g(x - u_i) prod_{j != i} G(x - u_j) dx with G(x) = exp(-exp(-x)); put
    t = exp(-x) and it is exp(u_i) times the integral of exp(-t sum exp(u_j)) dt (McFadden 1974). Every choice that
    people of the full model make in a quarter is compared with the softmax of their own utilities: the count of an
    option less the sum of its chances is a sum of martingale differences with variance sum p (1 - p).
    """
    choices = Choices(monkeypatch)
    model = run(small_model(SEEDS, scale=2.0, fare_start=3000.0))
    names = {
        6: "what to do at the coast",
        3: "ways on, up to three",
        model.geography.out_legs.shape[1]: "ways on, four or more",
    }
    assert len(names) == 3

    figure, axes = bounds.sheet("Choices of the people of the full model are softmax", 3)
    for ax, (options, name) in zip(axes, names.items(), strict=True):
        p, took = choices.of(options)
        number, found, expected, variance = by_chance(p, took)
        deviation, error = (found - expected) / number, np.sqrt(variance) / number
        bounds.draw_points(ax, expected / number, deviation, np.zeros(len(number)), error)
        ax.set(
            xlabel="softmax of one's own utilities",
            ylabel="share who chose it, less softmax",
            title=f"{name}: {len(p)} choices",
        )
    bounds.save(figure, "softmax")
    for options in names:
        p, took = choices.of(options)
        _, found, expected, variance = by_chance(p, took)
        assert not bounds.outside(found, expected, np.sqrt(variance))
        assert not bounds.outside(took.sum(axis=0), p.sum(axis=0), np.sqrt((p * (1 - p)).sum(axis=0)))
        assert not took[p == 0.0].any()


class Rationings:
    """Listens to every rationing of shelter places: who asked, how many were free, who was served."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, model) -> None:
        self._model, self._ration = model, kernels.ration
        self.least: list[int] = []
        self.given: list[int] = []
        self.short = 0  # rationings in which some were served and some not
        self.found, self.expected, self.variance = np.zeros((3, len(GROUPS)))
        heard = SimpleNamespace(**{**vars(kernels), "ration": self.ration})
        monkeypatch.setattr(reception, "kernels", heard)  # of shelter alone: boats and beds elsewhere are rationed, too

    def ration(self, place: np.ndarray, priority: np.ndarray, free: np.ndarray) -> np.ndarray:
        served = self._ration(place, priority, free)
        group = self.groups(priority)
        for here in np.unique(place):
            mine = place == here
            self.show(group[mine], served[mine], int(free[here]))
        return served

    def groups(self, priority: np.ndarray) -> np.ndarray:
        """The groups of those who ask, who are known by their luck: a keyed uniform of the person."""
        people = self._model.migrants
        luck = draws.uniform(people.column("key"), Decision.SHELTER_QUEUE, self._model.day)
        order = np.argsort(luck)
        rows = order[np.searchsorted(luck[order], priority)]
        assert np.array_equal(luck[rows], priority)
        return people.group[rows]

    def show(self, group: np.ndarray, served: np.ndarray, f: int) -> None:
        n = len(group)
        self.least.append(min(n, f))
        self.given.append(int(served.sum()))
        if 0 < f < n:
            a = np.bincount(group, minlength=len(GROUPS))
            self.short += 1
            self.found += np.bincount(group[served], minlength=len(GROUPS))
            self.expected += a * f / n
            self.variance += a * (f / n) * (1 - f / n) * (n - a) / (n - 1)


@pytest.mark.catches("reception places that prefer somebody")
def test_places_are_rationed_by_luck_alone(monkeypatch):
    """Of n who ask for f free places exactly min(f, n) get one, and each has chance f / n, whoever they are.

    Who gets one is a simple random sample: of the a people of a group among the n, the number served is
    hypergeometric with mean a f / n and variance a (f / n)(1 - f / n)(n - a) / (n - 1).
    """
    model = small_model(SEEDS, scale=2.0, detention_share=0.0)
    outside_ranges(model.p, shelter_hazard=0.3)  # more ask than there are places
    heard = Rationings(monkeypatch, model)
    run(model)
    enough = heard.variance >= 2.0
    z = (heard.found - heard.expected)[enough] / np.sqrt(heard.variance[enough])

    figure, axes = bounds.sheet("Shelter places: min(free, demand), by luck alone (full model, four seeds)", 2)
    most = max(heard.least)
    axes[0].plot([0, most], [0, most], color=bounds.BLACK, linewidth=1.0, label="equality")
    axes[0].plot(heard.least, heard.given, "o", color=bounds.BLUE, markersize=3, label=f"{len(heard.given)} rationings")
    axes[0].set(xlabel="min(free places, people who ask)", ylabel="people who get one")
    bounds.draw_deviations(axes[1], [name for name, ok in zip(GROUPS, enough, strict=True) if ok], z)
    axes[1].set_title(f"{heard.short} rationings with 0 < free < demand")
    bounds.save(figure, "rationing")
    assert heard.given == heard.least
    assert heard.short >= 20 and enough.sum() >= 4
    assert not bounds.outside(heard.found[enough], heard.expected[enough], np.sqrt(heard.variance[enough]))
