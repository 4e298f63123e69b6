"""Forecast records in the table format of forecast hubs: frozen files that are scored when the months are over.

A row for each quantile: origin (the first month that is forecast), horizon (1 is the origin), target, output_type
(quantile), output_type_id (its level) and value. All levels of the hubs are given (`scores.HUB_LEVELS`). The file's
name is the origin and the method, as in 2026-01-corridor.csv. Format: hubverse.io, model output.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from corridor.calibration.validation.rolling.baselines import LEVELS
from corridor.calibration.validation.rolling.forecasts import ForecastKey, Forecasts
from corridor.calibration.validation.rolling.scores import HUB_LEVELS, quantiles_of
from corridor.calibration.validation.rolling.series import TARGETS, YEAR
from corridor.model.engine.errors import InputError
from corridor.model.inputs.reader import Column, given_twice, read_sheet
from corridor.results.store.whole_files import write_text
from corridor.results.tables.writing import csv_text

QUANTILE = "quantile"
COLUMNS = {
    "origin": Column("month"),
    "horizon": Column("integer", low=1, high=YEAR),
    "target": Column(allowed=tuple(TARGETS)),
    "output_type": Column(allowed=(QUANTILE,)),
    "output_type_id": Column("number", low=0.0, high=1.0),
    "value": Column("number", low=0.0),
}
ONE_FORECAST = ["origin", "target", "horizon"]


def hub_table(forecasts: Forecasts) -> pd.DataFrame:
    """Forecasts of one method as a table of the hubs."""
    rows = [
        (key.origin, horizon, key.target, QUANTILE, level, value)
        for key, draws in forecasts.items()
        for horizon, values in enumerate(quantiles_of(draws).T, start=1)
        if np.isfinite(values).all()
        for level, value in zip(HUB_LEVELS, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def write_record(forecasts: Forecasts, folder: Path) -> Path:
    """Write the forecasts of one method from one origin; the path of the file.

    Raises InputError when such a record is there and says something else: a forecast is not changed after it was made.
    """
    [(method, origin)] = {(key.method, key.origin) for key in forecasts}
    path, text = folder / f"{origin}-{method}.csv", csv_text(hub_table(forecasts))
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            raise InputError([f"{path}: holds another forecast and stays as it is; allowed: a folder without it"])
        return path
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return path


def method_of(path: Path) -> str:
    """The method that a file's name gives: what follows the origin, or the whole name without its ending."""
    return re.sub(r"^\d{4}-\d{2}-", "", path.stem)


def read_records_of(paths: Sequence[Path], reserved: Sequence[str] = ()) -> Forecasts:
    """All forecasts of these files, as draws with the quantiles that the files state.

    Raises InputError with every wrong cell of every file, quantiles that are missing or fall, methods whose names are
    `reserved`, and forecasts that two files give.
    """
    problems: list[str] = []
    forecasts: Forecasts = {}
    for path in paths:
        if method_of(path) in reserved:
            problems.append(f"{path.name}: {method_of(path)!r} is a simple forecast; allowed: a name of your own")
        try:
            found = read_record(path)
        except InputError as error:
            problems += error.problems
            continue
        problems += [
            f"{path.name}: {key.target} from {key.origin} by {key.method} is in a file before it; once each"
            for key in found
            if key in forecasts
        ]
        forecasts |= found
    if problems:
        raise InputError(problems)
    return forecasts


def read_record(path: Path) -> Forecasts:
    """The forecasts of one file. Raises InputError as `read_records_of`."""
    sheet = read_sheet(path, COLUMNS)
    problems = [*sheet.problems, *given_twice(sheet, "quantile", [*ONE_FORECAST, "output_type_id"], by=" ")]
    if problems:
        raise InputError(problems)
    rows = pd.DataFrame(sheet.columns).sort_values("output_type_id", kind="stable")
    forecasts: Forecasts = {}
    for (origin, target, horizon), part in rows.groupby(ONE_FORECAST):
        where = f"{path.name}: {target} from {origin}, horizon {horizon}"
        values = part.value.to_numpy(float)
        if wrong := wrong_levels(part.output_type_id.to_numpy(float)):
            problems.append(f"{where}: {wrong}")
        elif (np.diff(values) < 0.0).any():
            problems.append(f"{where}: a quantile is below one of a lower level; allowed: values that do not fall")
        else:
            key = ForecastKey(str(target), method_of(path), str(origin))
            draws = forecasts.setdefault(key, np.full((len(LEVELS), YEAR), np.nan))
            draws[:, part.horizon.iloc[0] - 1] = np.interp(LEVELS, HUB_LEVELS, values)
    if problems:
        raise InputError(problems)
    return forecasts


def wrong_levels(levels: np.ndarray) -> str:
    """Levels of quantiles that are missing or too many, in words; empty where there are none."""
    rounded = set(levels.round(6).tolist())
    wanted = set(HUB_LEVELS.round(6).tolist())
    parts = [
        f"{word} {', '.join(f'{level:g}' for level in sorted(found))}"
        for word, found in (("lacks the quantiles", wanted - rounded), ("has further quantiles", rounded - wanted))
        if found
    ]
    return f"{'; '.join(parts)}; allowed: the {len(wanted)} levels of the forecast hubs" if parts else ""
