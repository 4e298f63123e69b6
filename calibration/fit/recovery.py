"""Histories on simulated truth: a member of the prior takes the place of the record, and the whole procedure has to
find it again.

The record of such a test is that of one run with known parameters and conditions, with errors as the smoother assumes
them. Over many tests the rank of the truth among the members is uniform, and a central interval of 90 % holds the
truth nine times in ten, if the procedure is correct (simulation-based calibration; Talts et al. 2018,
arXiv:1804.06788). Ranks alone do not see a procedure that ignores what was observed, whose posterior is the prior: so
`learned`, the share of the variance of the truths that the means of the members explain, stands beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from corridor.calibration.fit.history import History, Observed, moved, observed_of
from corridor.calibration.fit.members import run_members
from corridor.calibration.fit.simulated import Simulated, simulated_part
from corridor.experiments.config.experiment import Experiment
from corridor.results.store.whole_files import write_text
from corridor.results.tables.shape import Number, Shape

Floats = NDArray[np.float64]
TRUTH = 7919  # separates the chance of the truth from that of the ensemble
BINS = 10  # of rank histograms
LEVEL = 0.001  # of a single check over all histories, below which chance is no explanation
PARAMETER, CONDITION, EFFECT = KINDS = ("parameter", "condition", "effect")
EFFECT_ON = "arrivals_people"
Run = Callable[[Experiment, str], Simulated]
"""Runs all members of an experiment in one of its worlds."""
RECOVERY = "how often a history finds parameters, conditions and effects again that are known, over all histories"
RECOVERY_COLUMNS = {
    "kind": "parameter, condition, or effect of another world; all: every quantity of a kind together",
    "quantity": "name of the parameter; condition with the day from which it holds; world of which the effect is",
    "histories": "number of histories on simulated truth; of a kind, all truths",
    "cover50": "share of truths within the central 50 % interval of the members",
    "cover90": "share of truths within the central 90 % interval",
    "learned": "share of the variance of truths that the means of the members explain; 0 if nothing was learned",
    "spread": "mean variance of the members over the mean square error of their means; 1 where widths are right",
    "rank_p": "p-value of a chi-square test that ranks are uniform; of a kind the smallest, corrected for their number",
}
RECOVERY_SHAPE = Shape(
    ("kind", "quantity"),
    (
        Number("histories", unit=""),
        *(Number(name, unit="share") for name in ("cover50", "cover90", "learned")),
        *(Number(name, unit="") for name in ("spread", "rank_p")),
    ),
)
ALL = "all"


@dataclass(frozen=True)
class SimulatedTruth(History):
    """A history whose observed values, on their targets' scales, are those of a run that is known."""

    recorded: Floats = field(default_factory=lambda: np.empty(0))

    def observed(self, runs: Simulated) -> Observed:
        """The values of the known run beside those of the members."""
        return replace(super().observed(runs), values=self.recorded)


def found_again(
    history: History, number: int, others: Mapping[str, Experiment], run: Run = run_members
) -> pd.DataFrame:
    """One history on simulated truth: for every quantity its truth, the rank of the truth among the members (0 to 1),
    and mean and variance of the members.

    `others` are experiments of the same runs in other worlds, by name: what they change is recovered, too.
    """
    own = {each.name: getattr(history, each.name) for each in fields(History)}
    tested = SimulatedTruth(**own | {"sample": history.sample + number})  # every history has members of its own
    random = np.random.default_rng([tested.sample, TRUTH])
    truth, seed = tested.prior_states(1, random), [tested.seeds.stop]
    true_run = run(tested.runs_of(tested.shortened(history.experiment), truth, seed), history.world)
    seen = observed_of(simulated_part(history.known, true_run), true_run)
    errors = np.linalg.cholesky(seen.covariance) @ random.standard_normal(len(seen.values))
    tested = replace(tested, recorded=seen.simulated[0] + errors)
    vars(tested)["known"] = history.known  # read once for all histories
    _, last = moved(tested, Path(), lambda runs, _folder: run(runs, history.world))
    names, found, true = quantities(history), last, truth[0]
    if others:
        members = run(tested.runs(last), history.world)
        for world, other in others.items():
            shorter = tested.shortened(other)
            names = [*names, (EFFECT, world)]
            effects = effect(members, run(tested.runs_of(shorter, last), world))
            found = np.column_stack([found, effects])
            true = np.append(true, effect(true_run, run(tested.runs_of(shorter, truth, seed), world)))
    below = (found < true).sum(axis=0)
    ranks = (below + random.random(len(below))) / (len(found) + 1.0)
    table = pd.DataFrame(names, columns=["kind", "quantity"])
    variance = found.var(axis=0, ddof=1) * (1.0 + 1.0 / len(found))  # of a further member about the mean of these
    return table.assign(history=number, truth=true, rank=ranks, mean=found.mean(axis=0), variance=variance)


def quantities(history: History) -> list[tuple[str, str]]:
    """Kind and name of every variable of the members."""
    prior = history.conditions
    when = zip(prior.names, prior.dates(), strict=True)
    named = [(PARAMETER, name) for name in history.prior.names]
    return [*named, *((CONDITION, f"{name} {day}") for name, day in when)]


def effect(here: Simulated, there: Simulated) -> Floats:
    """What the fitted world has more than another, over all months: by member."""
    return np.asarray(here.monthly[EFFECT_ON].sum(axis=1) - there.monthly[EFFECT_ON].sum(axis=1))


def recovered(
    history: History,
    histories: int,
    others: Mapping[str, Experiment],
    folder: Path,
    jobs: int,
    share_done: Callable[[float], None],
) -> pd.DataFrame:
    """The histories one below the other; each is kept in a file of `folder`, and is not run again. `share_done` is
    called with the share that is done whenever one is."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted, keep = missing(folder, histories), partial(kept, history, others)
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")
    for done, _ in enumerate(parallel(joblib.delayed(keep)(k, file_of(folder, k)) for k in wanted), start=1):
        share_done(done / len(wanted))
    every = (file_of(folder, number) for number in range(1, histories + 1))
    return pd.concat([pd.read_csv(path) for path in every], ignore_index=True)


def file_of(folder: Path, number: int) -> Path:
    """Where a history is kept."""
    return folder / f"{number:04d}.csv"


def missing(folder: Path, histories: int) -> list[int]:
    """The numbers of the histories that are not kept yet."""
    return [number for number in range(1, histories + 1) if not file_of(folder, number).exists()]


def kept(history: History, others: Mapping[str, Experiment], number: int, path: Path) -> None:
    """Run a history, and write what was found."""
    write_text(path, found_again(history, number, others).to_csv(index=False, lineterminator="\n"))


def recovery_table(histories: pd.DataFrame) -> pd.DataFrame:
    """Coverage, ranks, and what was learned (RECOVERY_COLUMNS), by quantity, and of each kind together."""
    groups = histories.groupby(["kind", "quantity"], sort=False)
    rows = [row_of(str(kind), str(quantity), part) for (kind, quantity), part in groups]
    each = pd.DataFrame(rows, columns=list(RECOVERY_COLUMNS))
    together = []
    for kind in [kind for kind in KINDS if kind in set(each.kind)]:
        of_kind = each[each.kind == kind]
        means = of_kind[["cover50", "cover90", "learned", "spread"]].mean()
        p = min(1.0, float(of_kind.rank_p.min()) * len(of_kind))
        together.append((kind, ALL, int(of_kind.histories.sum()), *means, p))
    return pd.concat([pd.DataFrame(together, columns=list(RECOVERY_COLUMNS)), each], ignore_index=True)


def row_of(kind: str, quantity: str, histories: pd.DataFrame) -> tuple[object, ...]:
    """The row of one quantity."""
    apart = (histories["rank"] - 0.5).abs()
    error = float(((histories["mean"] - histories.truth) ** 2).mean())
    varied = float(histories.truth.var(ddof=0))  # zero for the effect of a world that does nothing
    learned = 1.0 - error / varied if varied > 0.0 else np.nan
    spread = float(histories.variance.mean()) / error if error > 0.0 else np.nan
    counts, _ = np.histogram(histories["rank"], BINS, (0.0, 1.0))
    p = float(stats.chisquare(counts).pvalue)
    return kind, quantity, len(histories), (apart <= 0.25).mean(), (apart <= 0.45).mean(), learned, spread, p


def problems(table: pd.DataFrame) -> list[str]:
    """What shows that a procedure is wrong: coverage beyond its binomial bounds, ranks that are not uniform, or nothing
    learned at all."""
    each = table[table.quantity != ALL]
    tests = 2 * len(each)
    found = []
    for row in each.to_dict("records"):
        histories = row["histories"]
        for share, held in ((0.5, row["cover50"]), (0.9, row["cover90"])):
            low, high = stats.binom.interval((1.0 - LEVEL) ** (1.0 / tests), histories, share)
            if not low <= round(held * histories) <= high:
                found.append(f"{row['kind']} {row['quantity']}: {held:.0%} of truths in the {share:.0%} interval")
    found += [
        f"{row['kind']}s: ranks are not uniform (p = {row['rank_p']:.1g})"
        for row in table[table.quantity == ALL].to_dict("records")
        if row["rank_p"] < LEVEL
    ]
    if not (each.learned > learned_by_chance(each.histories)).any():
        found.append("nothing was learned of any quantity")
    return found


def learned_by_chance(histories: Sequence[int] | pd.Series) -> Floats:
    """What a posterior that ignores the data may seem to have learned: three standard errors of the share."""
    return 3.0 / np.sqrt(np.asarray(histories, dtype=np.float64))
