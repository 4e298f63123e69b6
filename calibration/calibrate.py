"""The steps of `corridor calibrate`: what it runs, and what it writes from the stored runs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration import posterior, table, targets
from calibration.coverage import Recovery, recovered
from calibration.entries import FIRST_ARRIVAL_YEAR, LAST_MONTH
from calibration.fit import Method, accepted
from calibration.posterior import normal_scores
from calibration.statistics import Simulated, simulated, simulated_part, statistics_of, together, within
from calibration.waves import CANDIDATES, next_rows, region
from experiments import designs, provenance
from experiments.config import Experiment
from model.problems import InputError
from model.reading import to_month
from results import batch

if TYPE_CHECKING:
    from calibration.table import Prior

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]
FIRST_CUT = f"{FIRST_ARRIVAL_YEAR}-12"
TABLE, PREDICTED, INPUTS, FIGURES, COVERAGE = "table", "predicted", "inputs", "figures", "coverage.csv"
Tables = tuple[pd.DataFrame, pd.DataFrame, list[Path]]


@dataclass(frozen=True)
class Calibration:
    """One fit: the experiment whose points are the table, the priors, the runs of each wave, and how it is fitted."""

    experiment: Experiment
    prior: Prior
    until: str
    points: int
    sample: int
    method: Method
    own: Mapping[str, Path]
    plants: int

    @property
    def world(self) -> str:
        """The world that is fitted."""
        return self.experiment.file.baseline

    @cached_property
    def cube(self) -> Floats:
        """The candidates: points of the unit cube, shape (candidate, parameter)."""
        return table.cube_of(self.prior, CANDIDATES, self.sample)

    def runs(self, rows: Ints) -> Experiment:
        """The experiment that runs some candidates."""
        return table.table_of(self.experiment, self.prior, self.cube, rows, self.until)

    def known(self, figures: Simulated) -> dict[str, pd.Series]:
        """The observed figures that the fit may use, of months and years that were simulated."""
        return simulated_part(targets.observed_at(self.until, self.own), figures)


@dataclass(frozen=True)
class Search:
    """What the waves so far have left: which candidates are plausible, and which ran, wave by wave."""

    plausible: Bools
    waves: tuple[Ints, ...] = ()

    @property
    def ran(self) -> Ints:
        """The candidates that ran, in the order of the stored runs."""
        return np.concatenate([np.empty(0, dtype=np.intp), *self.waves])

    @property
    def inside(self) -> Bools:
        """Which of those that ran are plausible still."""
        return self.plausible[self.ran]

    def with_wave(self, points: int) -> Search:
        """One wave more, of so many points."""
        return replace(self, waves=(*self.waves, next_rows(self.plausible, self.waves, points)))


def begin() -> Search:
    """A search in which everything is plausible and nothing has run."""
    return Search(np.ones(CANDIDATES, dtype=bool))


def wave_folder(out: Path, number: int) -> Path:
    """Where the runs of a wave are stored; the first has number 1."""
    return out / TABLE / f"wave_{number}"


def stored(fit: Calibration, out: Path, search: Search) -> Simulated:
    """The stored runs of all waves that are plausible still."""
    parts = [simulated(wave_folder(out, number + 1), fit.world) for number in range(len(search.waves))]
    return together(parts).of(search.inside)


def narrowed(fit: Calibration, out: Path, search: Search) -> Search:
    """The search with only those candidates that what has run does not make implausible."""
    figures = stored(fit, out, search)
    statistics = statistics_of(fit.known(figures), figures, fit.method.seed)
    left, rows = np.flatnonzero(search.plausible), search.ran[search.inside]
    scores = normal_scores(fit.cube)
    kept = region(scores[left], scores[rows], statistics.table, statistics.observed, fit.method)
    plausible = np.zeros_like(search.plausible)
    plausible[left[kept]] = True
    return replace(search, plausible=plausible)


def check(experiment: Experiment, until: str, points: int, fitted: int, method: Method, plants: int) -> None:
    """Check what the command line asks for; raises InputError with all that is wrong."""
    problems = []
    if to_month(until) is None or not FIRST_CUT <= until <= LAST_MONTH:
        problems.append(f"command line --until {until!r}: allowed: a month from {FIRST_CUT} to {LAST_MONTH}")
    if points & (points - 1) or not 2 <= points <= CANDIDATES:
        problems.append(f"command line --points {points}: allowed: a power of two, as a Sobol sequence wants, up to "
                        f"{CANDIDATES}")
    elif 2 * plants > points:
        problems.append(f"command line --plants {plants}: allowed: at most half of the {points} points")
    try:
        accepted(points - plants, fitted, method)
    except ValueError as error:
        problems.append(f"command line --points: {error}")
    start, end = experiment.file.start, experiment.file.end
    if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
        problems.append(f"{experiment.path}: runs from {start} to {end}; allowed: whole years, for annual figures")
    if problems:
        raise InputError(problems)


def left_out(experiment: Experiment, until: str, own: Mapping[str, Path]) -> list[str]:
    """What is observed up to a cut but lies in no month or year of the run, in words: the fit cannot see it.

    Raises InputError where nothing that is observed lies in the run.
    """
    known = targets.observed_at(until, own)
    start, end = experiment.file.start, experiment.file.end
    covered = within(known, pd.period_range(start, end, freq="M").strftime("%Y-%m").tolist())
    if not covered:
        raise InputError([f"{experiment.path}: runs from {start} to {end}; allowed: a run that holds some of what is "
                          f"observed from {targets.FIRST_MONTH} to {until}"])
    lost = {name: len(series) - len(covered.get(name, ())) for name, series in known.items()}
    return [f"{name} ({n} of {len(known[name])} figures)" for name, n in lost.items() if n]


def write_design(experiment: Experiment, out: Path, staging: Path) -> Tables:
    """The table of points is all that a batch of a fit has beside its cases."""
    from results import compare

    design = batch.look(out, thorough=False).plan.design()
    compare.write_csv(design, staging / "design.csv")
    return design, pd.DataFrame(), []


def fit_table(fit: Calibration, out: Path, search: Search) -> pd.DataFrame:
    """Fit the stored runs in `out` that are plausible and write posterior, manifest, diagnostics, coverage and figures
    beside it.

    Returns the diagnostics.
    """
    for name in (COVERAGE, FIGURES):  # of an earlier fit
        shutil.rmtree(out / name) if (out / name).is_dir() else (out / name).unlink(missing_ok=True)
    figures = stored(fit, out, search)
    cube, known = fit.cube[search.ran[search.inside]], fit.known(figures)
    found = posterior.fitted(fit.prior, cube, figures, known, fit.method)
    posterior.write(out, found.values, manifest(fit, out, search, found, known))
    told = posterior.diagnostics(fit.prior, found)
    told.to_csv(out / "diagnostics.csv", index=False, lineterminator="\n")
    recovery = None
    if fit.plants:
        names, scores = fit.prior.names[: fit.prior.fitted], normal_scores(cube)[:, : fit.prior.fitted]
        recovery = recovered(names, scores, found.statistics.table, fit.method, fit.plants)
        recovery.table().to_csv(out / COVERAGE, index=False, lineterminator="\n")
    draw(fit, out / FIGURES, found.values, told, recovery)
    return told


def draw(
    fit: Calibration, folder: Path, values: pd.DataFrame, told: pd.DataFrame, recovery: Recovery | None
) -> list[Path]:
    """Draw marginals, the pairs of the parameters that were learnt most of, and the ranks of plants."""
    from results import calibration_figures as figures
    from results.lever_figures import styled

    prior = posterior.prior_draws(fit.prior, fit.method.seed)
    learnt = told.sort_values("contraction", ascending=False).parameter.tolist()
    drawn = {
        "marginals": lambda: figures.draw_marginals(prior, values[prior.columns]),
        "pairs": lambda: figures.draw_pairs(values, learnt),
    }
    if recovery is not None:
        drawn["ranks"] = lambda: figures.draw_ranks(recovery.ranks, recovery.names)
    folder.mkdir(exist_ok=True)
    return styled(drawn, folder)


def manifest(
    fit: Calibration, out: Path, search: Search, found: posterior.Fitted, known: Mapping[str, pd.Series]
) -> dict[str, Any]:
    """What a posterior came from."""
    priors = fit.prior.parameters
    return {
        "until": fit.until,
        "world": fit.world,
        "experiment_file": fit.experiment.path.name,
        "targets": {name: target_told(name, series, fit.own) for name, series in known.items()},
        "held_out": [name for name, target in targets.TARGETS.items() if target.held_out],
        "priors": {p.name: {"distribution": p.distribution, "low": p.low, "high": p.high, "mode": p.default}
                   for p in priors[: fit.prior.fitted]},
        "integrated": fit.prior.names[fit.prior.fitted :],
        "defaults_of_cut": table.known_defaults(fit.until),
        "inputs_sha256": provenance.hashes(provenance.inputs_of(fit.experiment))["data_sha256"],
        "table": {"waves": [len(wave) for wave in search.waves], "fitted_to": int(search.inside.sum()),
                  "share_of_the_priors": float(search.plausible.mean()), "candidates": CANDIDATES,
                  "sample": fit.sample, "scale": fit.experiment.file.scale, "seeds": "the number of each candidate",
                  "plans_sha256": [batch.plan_sha256(wave_folder(out, k + 1)) for k in range(len(search.waves))]},
        "method": asdict(fit.method),
        "effective_draws": round(found.draws.effective, 1),
        "usual": round(found.draws.usual, 4),
        "out_of_reach": found.out_of_reach,
        **provenance.provenance(),
    }


def target_told(name: str, series: pd.Series, own: Mapping[str, Path]) -> dict[str, Any]:
    """What a manifest says of a target: its figures' span and hash, error model, weight and file."""
    target = targets.TARGETS[name]
    return {
        "first": series.index[0], "last": series.index[-1], "figures": len(series),
        "sha256": targets.sha256_of(series), "error": asdict(target.error), "weight": target.weight,
        "file": own[name].name if name in own else target.file,
    }


def prediction(fit: Calibration, folder: Path, draws: int) -> Experiment:
    """The experiment that runs draws of the posterior in a folder, evenly spaced, with seeds that no table has.

    Raises InputError when the posterior has fewer draws.
    """
    values = posterior.load(folder).parameters
    if draws > len(values):
        raise InputError([f"command line --predict {draws}: allowed: at most {len(values)}, all draws"])
    rows = values.iloc[designs.evenly_spaced(len(values), draws)]
    columns = {str(name): column.tolist() for name, column in rows.items()}
    return table.with_points(fit.experiment, columns, table.seeds_of_predictions(draws))
