"""The statistics of the analyses on cases of known truth: no effect, known variance, known index, known coverage.

Nothing is simulated: values come from laws that are known. Each plot has what is reported, what is true, and the bound.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from corridor.experiments.analyses.conclusions.analysis import share_of
from corridor.experiments.analyses.exploration import regret, satisficing
from corridor.experiments.analyses.sensitivity.indices import indices
from corridor.experiments.analyses.sensitivity.methods import Study
from corridor.experiments.analyses.shapley import orders, shapley
from corridor.results.tables.intervals import further_draw, of_crossed_mean, of_mean
from tests.experiments.analyses.test_chance import ACTIVE, FACTORS, SLOPES, noisy
from tests.experiments.analyses.test_shapley import KNOWN, three_way
from tests.experiments.analyses.test_winners import front_again
from tests.support.sensitive import Floats, rows_of
from tests.verification.bounds import BLACK, BLUE, ERRORS, binomial_error, outside, save, sheet
from tests.verification.bounds import Floats as Values

pytestmark = pytest.mark.verification
LEVEL, STUDIES = 0.9, 300
ORANGE = "#d55e00"


def draw_coverage(name: str, title: str, found: dict[str, float], plain: dict[str, float], studies: int) -> None:
    """Coverages of intervals beside the stated level with its bound, and those of what was reported before."""
    figure, (ax,) = sheet(title)
    labels = list(found)
    error = ERRORS * float(binomial_error(LEVEL, studies))
    ax.axvspan(LEVEL - error, min(1.0, LEVEL + error), color="#d9d9d9", label="90 %, 4 standard errors")
    ax.plot(list(found.values()), labels, "o", color=BLUE, label="reported")
    ax.plot([plain.get(label, np.nan) for label in labels], labels, "x", color=ORANGE, label="as it was")
    ax.set_xlim(0.0, 1.02)
    ax.set_xlabel("studies whose interval holds the truth")
    save(figure, name)


def coverage(of: Callable[[np.random.Generator], tuple[Values, Values]], truth: float, studies: int = STUDIES) -> float:
    """The share of studies in which low to high of a study hold the truth."""
    ends = np.array([of(np.random.default_rng(sample)) for sample in range(studies)])
    return float(((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean())


@pytest.mark.catches("sensitivity that mistakes chance for an effect")
@pytest.mark.parametrize(("method", "index", "samples"), [("morris", "mu_star", 10), ("sobol", "ST", 64)])
def test_indices_of_parameters_without_effect_are_zero_within_their_intervals(method, index, samples):
    """Two of ten parameters act; chance is half of the larger effect (Morris), or as large as all effects (Sobol)."""
    chance = 0.5 if method == "morris" else 1.0
    known = np.abs(SLOPES) if method == "morris" else SLOPES**2 / (SLOPES**2).sum()
    studies = {k: Study(method, FACTORS, samples, seed=k, second_order=False) for k in range(1, 61)}
    values = {k: noisy(study, 2, chance, k) for k, study in studies.items()}
    rows = [rows_of(indices(study, values[k]), index) for k, study in studies.items()]
    plain = [rows_of(indices(study, values[k].mean(axis=1)), index) for k, study in studies.items()]
    found, before = (np.array([each.value for each in some]) for some in (rows, plain))
    floors = np.median([each.floor for each in rows], axis=0)
    figure, (ax,) = sheet(f"{method}: {index} of two active and eight inert parameters, two seeds")
    for k, (some, colour, label) in enumerate(((found, BLUE, "reported"), (before, ORANGE, "without seeds"))):
        ax.errorbar(
            np.arange(10) + 0.2 * k,
            some.mean(axis=0),
            yerr=some.std(axis=0),
            fmt="o",
            markersize=4,
            color=colour,
            label=label,
        )
    ax.plot(np.arange(10) + 0.1, known, "_", color=BLACK, markersize=18, label="known")
    ax.plot(np.arange(10) + 0.1, floors, "_", color="#b03a2e", markersize=12, label="noise floor")
    ax.set_xticks(range(10), FACTORS)
    save(figure, f"analyses_{method}")
    errors = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert outside(found.mean(axis=0)[ACTIVE:], 0.0, errors[ACTIVE:]) == ""
    assert outside(found.mean(axis=0)[:ACTIVE], known[:ACTIVE], errors[:ACTIVE] + 0.36 * 1.06 / ERRORS) == ""
    assert (before.mean(axis=0)[ACTIVE:] > floors[ACTIVE:]).all()
    held = np.mean([((each.low <= known) & (known <= each.high)) for each in rows])
    assert held > LEVEL - ERRORS * binomial_error(LEVEL, len(rows)) / 2.0  # ten parameters a study, not independent


@pytest.mark.catches("intervals that are too narrow or too wide for what they promise")
def test_intervals_hold_what_they_say():
    """Of a further draw, of a mean, of a mean over points and seeds; beside what was reported before."""
    found, plain = {}, {}
    for number in (19, 32, 64):
        draws = np.exp(0.7 * np.random.default_rng(number).normal(size=(6000, number + 1)))
        ends = np.array([further_draw(row[:-1]) for row in draws])
        found[f"one further of {number} skewed draws"] = (
            (ends[:, 0] <= draws[:, -1]) & (draws[:, -1] <= ends[:, 1])
        ).mean()
        rank = int(0.05 * (number + 1))
        sorted_ = np.sort(draws[:, :-1], axis=1)
        plain[f"one further of {number} skewed draws"] = np.mean(
            (sorted_[:, rank - 1] <= draws[:, -1]) & (draws[:, -1] <= sorted_[:, -rank])
        )
    found["mean of 4 units"] = coverage(lambda g: of_mean(g.normal(size=4))[1:], 0.0, 6000)

    def crossed(generator: np.random.Generator) -> Values:
        return np.asarray(
            generator.normal(size=(20, 1)) + generator.normal(size=(1, 4)) + generator.normal(size=(20, 4))
        )

    found["mean over points and seeds"] = coverage(lambda g: of_crossed_mean(crossed(g))[1:], 0.0, 6000)
    plain["mean over points and seeds"] = coverage(lambda g: of_mean(crossed(g).ravel())[1:], 0.0, 6000)
    draw_coverage("analyses_intervals", "Intervals on samples of known law", found, plain, 6000)
    error = float(binomial_error(LEVEL, 6000))
    for name, share in found.items():
        slack = 0.05 if "points" in name else ERRORS * error  # Satterthwaite's degrees of freedom are approximate
        assert abs(share - LEVEL) < slack, name
    assert plain["one further of 32 skewed draws"] > 0.92 and plain["mean over points and seeds"] < 0.6


@pytest.mark.catches("shares whose intervals count seeds of one draw as several")
def test_shares_are_of_independent_units():
    """A statement holds at seven of ten units; 29 points of a trajectory that agree are one unit."""

    def ends(generator: np.random.Generator, points: int) -> tuple[float, float]:
        count = share_of(np.repeat(generator.random(18) < 0.7, points), np.ones(18 * points, dtype=bool))
        return float(str(count["low"])), float(str(count["high"]))

    found = {"18 trajectories": coverage(lambda g: ends(g, 1), 0.7, 2000)}
    plain = {"18 trajectories": coverage(lambda g: ends(g, 29), 0.7, 2000)}

    def kept(generator: np.random.Generator) -> tuple[float, float]:
        row = satisficing.share_kept(generator.normal(size=(40, 1)) + generator.normal(size=(1, 4)))
        return row["low"], row["high"]

    found["40 points on the same 4 seeds"] = coverage(kept, 0.5, 2000)
    draw_coverage("analyses_shares", "Shares of points at which a statement holds", found, plain, 2000)
    assert min(found.values()) > LEVEL - 0.05 > 0.4 > plain["18 trajectories"]


@pytest.mark.catches("Shapley shares that do not sum to the effect, or miss known ones")
def test_attribution_holds_the_known_shares():
    """A game of three-way interactions with chance in every coalition; four orders held 73 % with 1.645 errors, and
    with one degree of freedom between pairs hold 84 % with t: the analysis begins with eight."""
    held: dict[str, list[Floats]] = {}
    plain: dict[str, list[Floats]] = {}
    for permutations in (4, 8, 16):
        for sample in range(150):
            generator = np.random.default_rng(sample)
            base, chance = generator.normal(0.0, 4.0, size=(6, 5)), {}

            def value(members, base=base, chance=chance, generator=generator):
                noise = chance.setdefault(members, generator.normal(0.0, 3.0, size=5))
                return three_way(members) + base[list(members)].sum(axis=0) + noise

            found = shapley(value, orders(6, permutations, sample))
            name = f"{permutations} orders"
            held.setdefault(name, []).append(np.abs(found.shares - KNOWN) <= found.half)
            plain.setdefault(name, []).append(np.abs(found.shares - KNOWN) <= 1.645 * found.errors)
    shares = {name: float(np.mean(each)) for name, each in held.items()}
    draw_coverage(
        "analyses_attribution",
        "Shapley shares",
        shares,
        {name: float(np.mean(e)) for name, e in plain.items()},
        150 * 3,
    )
    assert shares.pop("4 orders") > 0.8
    assert min(shares.values()) > LEVEL - ERRORS * float(binomial_error(LEVEL, 150 * 3))


@pytest.mark.catches("a best package that is picked on noise")
def test_winners_of_nothing_are_not_clear():
    """128 packages without effect, and eight equal worlds."""
    fronts = [front_again(sample, 0.0) for sample in range(60)]
    clear = float(np.mean([front.clear.any() for front in fronts]))
    searched = np.concatenate([front.attempts_people_search[front.cost_eur_million > 0.0] for front in fronts])
    fresh = np.concatenate([front.attempts_people[front.cost_eur_million > 0.0] for front in fronts])
    regrets, plain = [], []
    for sample in range(60):
        cube = 80.0 * np.random.default_rng(sample).normal(size=(8, 24, 4))
        regrets.append(regret.regrets(cube).mean(axis=(1, 2)))
        means = cube.mean(axis=2)
        plain.append((means - means.min(axis=0)).mean(axis=1))
    figure, axes = sheet("The best of many that do nothing", columns=2)
    for ax, was, now, label in (
        (axes[0], searched, fresh, "effect"),
        (axes[1], np.ravel(plain), np.ravel(regrets), "regret"),
    ):
        ax.hist([was, now], bins=30, color=[ORANGE, BLUE], label=["on the seeds of the search", "on others"])
        ax.axvline(0.0, color=BLACK, linewidth=1.0)
        ax.set_xlabel(label)
    save(figure, "analyses_winners")
    assert clear <= 1.0 - LEVEL + ERRORS * float(binomial_error(1.0 - LEVEL, len(fronts)))
    assert outside(fresh.mean(), 0.0, fresh.std() / np.sqrt(len(fronts))) == ""
    assert outside(np.mean(regrets), 0.0, np.std(np.mean(regrets, axis=1)) / np.sqrt(60) + 1.0) == ""
    assert searched.mean() < -8.0 and np.mean(plain) > 40.0
