"""The steps of `corridor calibrate`: the runs, and the files written from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence import targets
from corridor.calibration.fit import posterior
from corridor.calibration.fit import runs as table
from corridor.calibration.fit.abc import Ints, Method, Particles, Round, sequential
from corridor.calibration.fit.distance import Simulated, Statistics, simulated, simulated_part, statistics_of, within
from corridor.calibration.fit.recovery import ONE_IN, Recovery, recovered
from corridor.experiments.config.data.data_files import PARAMETER_TABLE
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.execution.analysis import AnalysisResult, Draw, Table
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.folders.publishing import Published, publish
from corridor.model.engine.errors import InputError
from corridor.results.store import run_folder

if TYPE_CHECKING:
    from corridor.calibration.fit.runs import Prior

Floats = NDArray[np.float64]
TABLE, INPUTS = "table", "inputs"  # folders of a fit
MOST_POINTS = 2**20
DIAGNOSTICS = "what was learned of each fitted parameter"
DIAGNOSTICS_COLUMNS = {
    "mean": "mean of the posterior, in the unit of the parameter",
    "sd": "standard deviation of the posterior, in the unit of the parameter",
    "hdi90_low": "lower end of the shortest interval that holds 90 % of the draws",
    "hdi90_high": "upper end of the shortest interval that holds 90 % of the draws",
    "prior_q05": "5 % quantile of the prior, in the unit of the parameter",
    "prior_q95": "95 % quantile of the prior, in the unit of the parameter",
    "contraction": "1 less the ratio of the variances of posterior and prior (normal scores): 0 if nothing was learned",
    "draws": "number of draws",
}
COVERAGE = "how often known parameters of simulated records lie in their intervals"
COVERAGE_COLUMNS = {
    "recovery_tests": "number of simulated records with known parameters",
    "cover50": "share of true values in the central 50 % interval",
    "cover90": "share of true values in the central 90 % interval",
    "width90": "mean width of the central 90 % interval, as a share of the prior",
    "rank_p": "p-value of a chi-square test that the ranks of true values are uniform",
}


@dataclass(frozen=True)
class Calibration:
    """One fit: the experiment that is run, the priors, the points of the table, and how it is fitted."""

    experiment: Experiment
    prior: Prior
    until: str
    points: int
    sample: int
    method: Method
    own: Mapping[str, Path]
    recovery_tests: int

    @property
    def world(self) -> str:
        """The world that is fitted."""
        return self.experiment.file.baseline

    @property
    def first(self) -> Experiment:
        """The experiment of the table's runs; the number of a point is its seed."""
        return self.runs(table.cube_of(self.prior, self.points, self.sample), 1)

    def runs(self, cube: Floats, first_seed: int) -> Experiment:
        """The experiment that runs points of the unit cube, each with a seed of its own."""
        return table.table_of(self.experiment, self.prior, cube, first_seed, self.until)

    def first_seed(self, number: int) -> int:
        """The first seed of a round, after those of the table and of the rounds before."""
        return self.points + (number - 1) * self.method.particles + 1

    def known(self, runs: Simulated) -> dict[str, pd.Series]:
        """The observed values that the fit may use, of months and years that were simulated."""
        return simulated_part(targets.observed_at(self.until, self.own), runs)

    def statistics(self, folder: Path) -> Statistics:
        """Statistics of stored runs, beside those of the observed values."""
        runs = simulated(folder, self.world)
        return statistics_of(self.known(runs), runs)


@dataclass(frozen=True)
class Fitted:
    """A fit: the particles, the record of the rounds, and the table they began with, in normal scores and
    statistics."""

    particles: Particles
    rounds: list[Round]
    scores: Floats
    statistics: Statistics


def round_folder(out: Path, number: int) -> Path:
    """Where the runs of a round are stored."""
    return out / f"round_{number}"


def fitted(fit: Calibration, out: Path, run: Callable[[Experiment, Path], None]) -> Fitted:
    """Fit to the stored table in `out`; `run` has the moves of each round run and stored."""

    def moves(number: int, scores: Floats) -> tuple[Ints, Floats]:
        folder, seed = round_folder(out, number), fit.first_seed(number)
        run(fit.runs(posterior.unit_cube(scores), seed), folder)
        return np.arange(seed, seed + len(scores)), fit.statistics(folder).distances()

    statistics = fit.statistics(out / TABLE)
    scores = posterior.normal_scores(table.cube_of(fit.prior, fit.points, fit.sample))
    rows = Particles(scores, np.arange(1, fit.points + 1), statistics.distances())
    return Fitted(*sequential(rows.nearest(fit.method.particles), moves, fit.method), scores, statistics)


def check(experiment: Experiment, until: str, points: int, method: Method, recovery_tests: int) -> None:
    """Check the options; raises InputError with all that is wrong."""
    problems = [*table.fit_problems(experiment, until)]
    if points & (points - 1) or not 2 <= points < MOST_POINTS:
        problems.append(
            f"command line --points {points}: allowed: a power of two, as a Sobol sequence wants, below {MOST_POINTS}"
        )
    elif recovery_tests and (2 * recovery_tests > points or points < 2 * ONE_IN):
        problems.append(
            f"command line --recovery-tests {recovery_tests}: allowed: at most half of the {points} points, and none "
            f"with fewer than {2 * ONE_IN} points"
        )
    if 2 * method.particles > points:
        problems.append(f"command line --particles {method.particles}: allowed: at most half of the {points} points")
    if problems:
        raise InputError(problems)


def check_fitted(own: Mapping[str, Path]) -> None:
    """Raises InputError for a user's series of a target that no fit uses, because it would have no effect."""
    unused = [name for name in own if name not in targets.FITTED]
    if unused:
        raise InputError(
            f"command line --observed {name}: no fit uses it; allowed: {', '.join(targets.FITTED)}" for name in unused
        )


def left_out(experiment: Experiment, until: str, own: Mapping[str, Path]) -> list[str]:
    """Observed values up to a cut that lie outside of the run, in words: the fit cannot use them.

    Raises InputError where nothing that is observed lies in the run.
    """
    known = targets.observed_at(until, own)
    start, end = experiment.file.start, experiment.file.end
    covered = within(known, pd.period_range(start, end, freq="M").strftime("%Y-%m").tolist())
    if not covered:
        raise InputError(
            [
                f"{experiment.source}: runs from {start} to {end}; allowed: a run that holds some of what is "
                f"observed from {targets.FIRST_MONTH} to {until}"
            ]
        )
    lost = {name: len(series) - len(covered.get(name, ())) for name, series in known.items()}
    return [f"{name} ({n} of {len(known[name])} values)" for name, n in lost.items() if n]


def write_fit(
    fit: Calibration, out: Path, found: Fitted, figures: Collection[str] | None = None
) -> tuple[AnalysisResult, Published]:
    """Write posterior, manifest, diagnostics, coverage and figures (or those named) into `out`, in place of those of an
    earlier fit."""
    values = posterior.values_of(fit.prior, found.particles)
    posterior.write(out, values, found.particles.seeds.tolist(), manifest(fit, out, found))
    learned = posterior.diagnostics(fit.prior, found.particles)
    tables = {"diagnostics": Table(learned, DIAGNOSTICS, DIAGNOSTICS_COLUMNS)}
    recovery = None
    if fit.recovery_tests:
        of_fitted = found.scores[:, : fit.prior.fitted]
        names = fit.prior.names[: fit.prior.fitted]
        recovery = recovered(names, of_fitted, found.statistics, fit.recovery_tests, fit.method.seed)
        tables["coverage"] = Table(recovery.table(), COVERAGE, COVERAGE_COLUMNS)
    results = AnalysisResult(tables, figures_of(fit, values, learned, recovery))
    return results, publish(results.with_figures(figures), out, {"fit": posterior.MANIFEST})


def figures_of(
    fit: Calibration, values: pd.DataFrame, learned: pd.DataFrame, recovery: Recovery | None
) -> dict[str, Draw]:
    """Marginals, the pairs of the parameters about which most was learned, and the ranks of recovery tests."""
    from corridor.results.plots import calibration as plots

    prior = posterior.prior_draws(fit.prior, fit.method.seed)
    names = learned.sort_values("contraction", ascending=False).parameter.tolist()
    found: dict[str, Draw] = {
        "marginals": partial(plots.draw_marginals, prior, values[prior.columns]),
        "pairs": partial(plots.draw_pairs, values, names),
    }
    if recovery is not None:
        found["ranks"] = partial(plots.draw_ranks, recovery.ranks, recovery.names)
    return found


def manifest(fit: Calibration, out: Path, found: Fitted) -> dict[str, Any]:
    """The origin of a posterior."""
    known = fit.known(simulated(out / TABLE, fit.world))
    folders = [out / TABLE, *(round_folder(out, k + 1) for k in range(len(found.rounds)))]
    inputs = provenance.inputs_of(fit.experiment)[fit.world]
    defaults = table.declared_defaults(fit.until, fit.experiment.parameter_table)
    return {
        "until": fit.until,
        "world": fit.world,
        "experiment_file": fit.experiment.path.name,
        "start": fit.experiment.first_day.isoformat(),
        "given": {name: value for name, value in fit.experiment.file.values.items() if defaults.get(name) != value},
        PARAMETER_TABLE: inputs.get(PARAMETER_TABLE),
        "targets": {name: target_record(name, series, fit.own) for name, series in known.items()},
        "held_out": [name for name, target in targets.TARGETS.items() if target.held_out],
        "priors": {
            p.name: {"distribution": p.distribution, "low": p.low, "high": p.high, "mode": p.default}
            for p in fit.prior.parameters[: fit.prior.fitted]
        },
        "integrated": fit.prior.names[fit.prior.fitted :],
        "defaults_of_cut": defaults,
        "inputs_sha256": provenance.hashes(inputs)["data_sha256"],
        "sea_record": provenance.shipped_record(fit.experiment, fit.world),
        "table": {
            "points": fit.points,
            "sample": fit.sample,
            "scale": fit.experiment.file.scale,
            "seeds": "points from 1 on, then the moves of each round",
            "plans_sha256": [run_folder.plan_sha256(folder) for folder in folders],
        },
        "method": asdict(fit.method),
        "rounds": [asdict(each) for each in found.rounds],
        "draws": len(found.particles.seeds),
        "distances": {
            "nearest": float(found.particles.distances.min()),
            "farthest": float(found.particles.distances.max()),
            "median_of_the_table": float(np.median(found.statistics.distances())),
            "floor": found.statistics.floor(),
        },
        "out_of_reach": posterior.out_of_reach(found.statistics),
        **provenance.provenance(),
    }


def target_record(name: str, series: pd.Series, own: Mapping[str, Path]) -> dict[str, Any]:
    """The record of a target in a manifest: span and hash of its values, error model, weight and file."""
    target = targets.TARGETS[name]
    return {
        "first": series.index[0],
        "last": series.index[-1],
        "values": len(series),
        "sha256": targets.sha256_of(series),
        "error": asdict(target.error),
        "weight": target.weight,
        "file": own[name].name if name in own else target.file,
    }
