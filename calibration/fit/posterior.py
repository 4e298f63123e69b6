"""A posterior on disk: `posterior.csv`, one row a draw, and `posterior.json`, its manifest.

The CSV has the columns `draw`, `seed` and one for each parameter. A draw is a run, so it comes with the seed that the
run had: with it, at the same scale, it repeats the simulated past that resembles the observed one. The manifest says
where it comes from: cut, targets and their hashes, priors, runs, method, code and data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from corridor.experiments.config.data.conditions import conditions_of_draws
from corridor.experiments.config.data.data_files import PARAMETER_TABLE
from corridor.experiments.config.shipped import called
from corridor.experiments.execution.cases.case import parameter_table_of
from corridor.model.engine.errors import InputError
from corridor.model.inputs.conditions import Conditions
from corridor.model.inputs.files import refusal
from corridor.model.inputs.reader import Column, read_cells, read_table, read_text, to_month
from corridor.model.parameters import Parameter, Parameters
from corridor.results.store import whole_files

Floats = NDArray[np.float64]
CSV, MANIFEST = "posterior.csv", "posterior.json"
NUMBERS = ("draw", "seed")  # columns beside the parameters


@dataclass(frozen=True)
class Posterior:
    """Draws (a column for each parameter, numbered by `draw`, with the seed of their runs) and the manifest."""

    draws: pd.DataFrame
    manifest: dict[str, Any]
    conditions: tuple[Conditions, ...]
    """The conditions of the time of each draw, in the order of the rows."""

    @property
    def declared(self) -> Mapping[str, Parameter]:
        """The parameters as the experiment of the fit declared them."""
        text = self.manifest.get(PARAMETER_TABLE)
        return parameter_table_of(text if isinstance(text, str) else None)


def normal_scores(cube: Floats) -> Floats:
    """Normal scores of points of the unit cube."""
    return np.asarray(norm.ppf(cube))


def unit_cube(scores: Floats) -> Floats:
    """Points of the unit cube with given normal scores."""
    return np.asarray(norm.cdf(scores))


def write(folder: Path, values: pd.DataFrame, seeds: Sequence[int], manifest: dict[str, Any]) -> None:
    """Write a posterior and its manifest, which gets the hash of the draws."""
    folder.mkdir(parents=True, exist_ok=True)
    numbered = values.copy()
    numbered.insert(0, "draw", range(1, len(values) + 1))
    numbered.insert(1, "seed", list(seeds))
    whole_files.write_text(folder / CSV, numbered.to_csv(index=False, lineterminator="\n"))
    complete = {**manifest, "posterior_sha256": whole_files.sha256(folder / CSV)}
    whole_files.write_text(folder / MANIFEST, json.dumps(complete, indent=1) + "\n")


def load(folder: Path) -> Posterior:
    """A posterior written by `write`.

    Raises InputError when there is none, when it is not what its manifest describes, or when a value is not allowed.
    """
    try:
        if why := next(filter(None, (refusal(folder / name) for name in (MANIFEST, CSV))), ""):
            raise ValueError(f"one of them {why}")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        changed = whole_files.sha256(folder / CSV) != manifest["posterior_sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError([f"{called(folder)}: holds no posterior ({CSV} and {MANIFEST}): {error}"]) from None
    if changed:
        raise InputError([f"{folder / CSV}: is not the file that {MANIFEST} describes"])
    check_columns(folder / CSV)
    table = pd.read_csv(folder / CSV)
    held = Posterior(table, manifest, tuple(conditions_of_draws(folder / CSV, len(table))))
    problems = [f"{folder / MANIFEST}: {text}" for text in manifest_problems(manifest)]
    missing = [name for name in NUMBERS if name not in held.draws]
    problems += [f"{folder / CSV}: has no column {name!r}; fit again with this version" for name in missing]
    values_only = held.draws.drop(columns=list(NUMBERS), errors="ignore")
    for values in (values_only.min(), values_only.max()):
        try:
            Parameters({str(name): float(value) for name, value in values.items()}, held.declared)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return held


def check_columns(path: Path) -> None:
    """Raises InputError where a file of draws is no table of numbers."""
    header, _ = read_cells(path.name, read_text(path))
    read_table(path, {name: Column("integer" if name in NUMBERS else "number") for name in header})


def manifest_problems(manifest: dict[str, Any]) -> Iterator[str]:
    """What is missing in a manifest that a prediction needs: the cut, the world that was fitted, and the table's
    scale."""
    if to_month(str(manifest.get("until"))) is None:
        yield "until is missing, or is not a month; allowed: YYYY-MM, the last month that the fit saw"
    if not isinstance(manifest.get("world"), str):
        yield "world is missing; allowed: the name of the world that was fitted"
    if not isinstance(manifest.get("start"), str) or not isinstance(manifest.get("given"), dict):
        yield "start or given is missing; allowed: the first day and the parameters of the fit's experiment file"
    about = manifest.get("table")
    if not isinstance(about, dict) or not isinstance(about.get("scale"), int | float):
        yield "table: scale is missing; allowed: people per agent of the table's runs"
