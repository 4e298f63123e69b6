"""A scenario and its simulation as files: Flee's out.csv, the scenario as our tables, and the scores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from corridor.experiments.flee.movement import Outcome
from corridor.experiments.flee.scenario import Scenario
from corridor.experiments.flee.scores import relative_difference, reported_of, simulated_of
from corridor.results.tables.writing import write_csv


def out_table(scenario: Scenario, outcome: Outcome) -> pd.DataFrame:
    """Flee's out.csv: for each day and camp the simulated and reported people and their relative difference, then the
    sums over camps."""
    reported, simulated = reported_of(scenario), simulated_of(scenario, outcome)
    columns: dict[str, object] = {"Day": np.arange(scenario.days), "Date": dates(scenario)}
    for k, name in enumerate(scenario.targets):
        missed = np.abs(simulated[:, k] - reported[:, k])
        error = np.divide(missed, reported[:, k], out=np.zeros(scenario.days), where=reported[:, k] > 0.0)
        columns |= {f"{name} sim": simulated[:, k], f"{name} data": reported[:, k], f"{name} error": error}
    return pd.DataFrame(
        {
            **columns,
            "Total error": np.nan_to_num(relative_difference(simulated, reported)),
            "refugees in camps (UNHCR)": reported.sum(axis=1),
            "total refugees (simulation)": outcome.spawned,
            "raw UNHCR refugee count": scenario.total.by_day(scenario.days),
            "refugees in camps (simulation)": simulated.sum(axis=1),
            "refugee_debt": outcome.debt,
        }
    )


def dates(scenario: Scenario) -> list[str]:
    """The days of a scenario."""
    return [f"{scenario.start + timedelta(days=day)}" for day in range(scenario.days)]


def tables(scenario: Scenario) -> Iterator[tuple[str, pd.DataFrame]]:
    """The scenario as places, legs, closures, conflict zones, entries (all refugees by day) and targets, by name."""
    yield "places", scenario.places.table()
    yield "legs", scenario.legs.table(scenario.places)
    closures = pd.DataFrame(
        [vars(each) for each in scenario.closures], columns=["kind", "first", "second", "start", "end"]
    )
    yield "closures", closures
    day, place = np.nonzero(scenario.conflict)
    names = np.array(scenario.places.names)
    yield "conflict", pd.DataFrame({"day": day, "place": names[place], "intensity": scenario.conflict[day, place]})
    yield "entries", pd.DataFrame({"date": dates(scenario), "people": scenario.total.by_day(scenario.days)})
    reports = [
        pd.DataFrame({"place": name, "day": each.days, "people": each.people})
        for name, each in scenario.targets.items()
    ]
    yield "targets", pd.concat(reports, ignore_index=True)


def write(scenario: Scenario, outcome: Outcome, score: pd.DataFrame, folder: Path) -> list[Path]:
    """Write everything into a folder; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"out": out_table(scenario, outcome), "scores": score, **dict(tables(scenario))}
    for name, frame in files.items():
        write_csv(frame, folder / f"{name}.csv")
    return [folder / f"{name}.csv" for name in files]
