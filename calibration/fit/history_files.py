"""The files of a history: posterior, conditions, manifest, tables and figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.calibration.evidence import targets
from corridor.calibration.evidence.entries import LAST_MONTH
from corridor.calibration.fit import history_tables as tables
from corridor.calibration.fit import posterior
from corridor.calibration.fit.history import MONTHLY_ERROR, PRIOR_SPREAD, Floats, History, members_folder
from corridor.calibration.fit.runs import declared_defaults
from corridor.calibration.fit.simulated import Simulated, simulated, simulated_part
from corridor.experiments.config.data.conditions import conditions_file
from corridor.experiments.config.data.data_files import PARAMETER_TABLE
from corridor.experiments.execution.analysis import AnalysisResult, Draw, Table
from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.folders.publishing import Published, publish
from corridor.results.store import whole_files

YEARS_AFTER = 3  # for which conditions go on after the cut; then the last ones hold


def write_history(
    history: History, out: Path, first: Floats, last: Floats, figures: Collection[str] | None = None
) -> tuple[AnalysisResult, Published]:
    """Write posterior, conditions, manifest, tables and figures (or those named) into `out`."""
    from corridor.results.plots.fit import calibration
    from corridor.results.plots.fit import history as plots

    known = len(history.prior.parameters)
    values = [pd.DataFrame(history.prior.values(posterior.unit_cube(each[:, :known]))) for each in (first, last)]
    runs = simulated(members_folder(out), history.world)
    seen = simulated_part(targets.observed_at(LAST_MONTH, history.own), runs)
    written = write_conditions(history, last, out)
    posterior.write(out, values[1], list(history.seeds), manifest(history, runs))
    scores = tables.score_table(seen, runs)
    learned = tables.learned_table(history.prior, values[0], values[1], (first[:, :known], last[:, :known]))
    found = {
        "history_scores": Table(scores, tables.SCORES, tables.SCORE_SHAPE, tables.SCORE_COLUMNS),
        "history_parameters": Table(learned, tables.LEARNED, tables.LEARNED_SHAPE, tables.LEARNED_COLUMNS),
    }
    figures_of: dict[str, Draw] = {
        "history_months": partial(plots.draw_months, scores, history.until),
        "history_years": partial(plots.draw_years, scores),
        "marginals": partial(calibration.draw_marginals, *values),
        "pairs": partial(calibration.draw_pairs, values[1], most_learned(learned)),
    }
    if history.shocks:
        conditions = tables.condition_table(history.conditions, first[:, known:], last[:, known:])
        found["history_conditions"] = Table(
            conditions, tables.CONDITIONS, tables.CONDITION_SHAPE, tables.CONDITION_COLUMNS
        )
        figures_of["history_conditions"] = partial(plots.draw_conditions, conditions)
    results = AnalysisResult(found, figures_of, files=(posterior.CSV, *written))
    return results, publish(results.with_figures(figures), out, {"fit": posterior.MANIFEST})


def most_learned(learned: pd.DataFrame) -> list[str]:
    """Names of the parameters, the one of which most was learned first."""
    return learned.sort_values("contraction", ascending=False).parameter.tolist()


def write_conditions(history: History, states: Floats, out: Path) -> tuple[str, ...]:
    """Write the conditions of every member beside the posterior, which numbers its members from 1; after the cut they
    go on for `YEARS_AFTER` years. The name of the file; without conditions there is none, nor one of an earlier fit."""
    path = conditions_file(out / posterior.CSV)
    if not history.shocks:
        path.unlink(missing_ok=True)
        return ()
    last = f"{int(history.until[:4]) + YEARS_AFTER}{history.until[4:]}"
    rows = [
        (day.isoformat(), name, value, draw)
        for draw, each in enumerate(history.rows(states, last), start=1)
        for day, name, value in each
    ]
    out.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame(rows, columns=["date", "name", "value", "draw"])
    whole_files.write_text(path, table.to_csv(index=False, lineterminator="\n"))
    return (path.name,)


def manifest(history: History, runs: Simulated) -> dict[str, Any]:
    """The origin of a history's posterior."""
    experiment = history.experiment
    inputs = provenance.inputs_of(experiment)[history.world]
    defaults = declared_defaults(history.until, experiment.parameter_table)
    used = simulated_part(targets.observed_at(history.until, history.own), runs)
    return {
        "until": history.until,
        "world": history.world,
        "experiment_file": experiment.path.name,
        "start": experiment.first_day.isoformat(),
        "given": {name: value for name, value in experiment.file.values.items() if defaults.get(name) != value},
        PARAMETER_TABLE: inputs.get(PARAMETER_TABLE),
        "targets": {name: target_record(name, series, history.own) for name, series in used.items()},
        "priors": {
            p.name: {"distribution": p.distribution, "low": p.low, "high": p.high, "mode": p.default}
            for p in history.prior.parameters
        },
        "defaults_of_cut": defaults,
        "inputs_sha256": provenance.hashes(inputs)["data_sha256"],
        "table": {"scale": experiment.file.scale, "members": history.members, "seeds": "one for each member"},
        "method": {
            "name": "ensemble smoother with multiple data assimilation",
            "steps": history.steps,
            "sample": history.sample,
            "prior_spread": PRIOR_SPREAD,
            "monthly_errors": MONTHLY_ERROR,
            "conditions": [vars(each) for each in history.shocks],
        },
        "draws": history.members,
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
