"""A function in the place of the simulator, so that all of `corridor sensitivity` runs on numbers that theory knows.

From the experiment file to indices.csv everything is the real thing: sample, mapping through each parameter's
distribution, design, identity, store, yearly figures. Only `simulate_worlds` is replaced: its records hold the
function's value, of the parameters mapped back to the unit cube, as the flow of the first day of each year.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from corridor.experiments.analyses.sensitivity.analysis import SensitivityAnalysis
from corridor.experiments.execution.cases import case, provenance
from corridor.experiments.execution.cases.sharing import Ended
from corridor.model import INDICATORS, PARAMETERS, Policy
from corridor.model.parameters import Parameter, Parameters
from corridor.model.records import Records
from tests.support.batches import ended

Floats = NDArray[np.float64]
Function = Callable[[Floats, int, bool], float]  # of the unit cube, the seed and whether a policy is in force
NUMBER = "arrivals_people"
RECORDED = (NUMBER, "attempts_people", "prevented_people", "deaths_channel")  # to store all indicators takes longest
FACTORS = ("news_pull", "news_memory_days", "money_median", "money_spread")  # of three distributions
EXPERIMENT = """\
title: A function in the place of the simulator
start: 2021-12-31
end: 2022-01-01
past: none
scale: 1000
seeds: 1
worlds:
  with_patrols: {title: With patrols, policies: [patrols]}
  without: {title: Without, policies: []}
baseline: without
"""
PATROLS = "{title: More, reference: A test, levers: {patrol_officers: [{from: 2022-01-01, to: 2.5}]}}\n"


def back(parameter: Parameter, value: float) -> float:
    """The share of a parameter's distribution below a value, written apart from
    `corridor.experiments.config.designs.distributions`."""
    low, high = parameter.low, parameter.high
    if parameter.distribution == "uniform":
        return (value - low) / (high - low)
    if parameter.distribution == "log-uniform":
        return math.log(value / low) / math.log(high / low)
    assert parameter.distribution == "triangular"
    width = high - low
    return float(stats.triang.cdf(value, (parameter.default - low) / width, loc=low, scale=width))


def instead(monkeypatch: pytest.MonkeyPatch, function: Function, plotted: bool = False) -> list[Floats]:
    """Put a function in the place of the simulator; the list that comes back fills with the points that were run.

    Figures take longer than all else, so they are plotted only where they are asked for.
    """
    run: list[Floats] = []
    if not plotted:
        monkeypatch.setattr(SensitivityAnalysis, "figures", lambda *_: {})

    def simulate_worlds(
        params: Parameters | Sequence[Parameters],
        policies: Sequence[Policy],
        seeds: Sequence[int],
        start: date,
        end: date,
        scale: float = 1.0,
        **_: Any,
    ) -> Iterator[Ended]:
        for number, policy in enumerate(policies):
            yield Ended((number,), simulate(params, policy, seeds, start, end, scale), 0.0, 0.0)

    def simulate(
        params: Parameters | Sequence[Parameters],
        policy: Policy,
        seeds: Sequence[int],
        start: date,
        end: date,
        scale: float,
    ) -> Records:
        sets = [params] * len(seeds) if isinstance(params, Parameters) else params
        records = Records(start, end, tuple(seeds), scale)
        shape = (len(seeds), len(records.dates))
        records.daily = {name: np.zeros(shape) for name in RECORDED}
        for k, (each, seed) in enumerate(zip(sets, seeds, strict=True)):
            unit = np.array([back(PARAMETERS[name], each.values()[name]) for name in FACTORS])
            run.append(unit)
            records.daily[NUMBER][k] = function(unit, seed, bool(policy.measures))
        return records

    known = {name: INDICATORS[name] for name in (*RECORDED, "stop_rate_people")}
    monkeypatch.setattr(provenance, "INDICATORS", known)
    monkeypatch.setattr(case, "simulate_worlds", simulate_worlds)
    return run


def write(folder: Path, text: str = EXPERIMENT) -> Path:
    """The experiment file and its policy in a folder."""
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / "patrols.yaml").write_text(PATROLS, encoding="utf-8")
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def analysed(folder: Path, *options: object, text: str = EXPERIMENT) -> pd.DataFrame:
    """indices.csv of the command with these options."""
    assert ended("sensitivity", write(folder, text), "--out", folder / "out", "--jobs", 1, *options) == 0
    return pd.read_csv(folder / "out" / "indices.csv")


def rows_of(found: pd.DataFrame, index: str) -> pd.DataFrame:
    """The rows of an index, by parameter."""
    return found[found["index"] == index].set_index("parameter")
