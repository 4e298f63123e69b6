"""`corridor validate`: scores, clustering, patterns and figures from stored predictions.

Every origin is predicted once, with the inputs known at its cut, and scored on the months after it, beside four simple
forecasts that know the same months. `corridor` is the simulator with the errors that the fit assumes of each record
(`targets`), `corridor_alone` the simulator as it is; the point forecast of both is the median of the draws, which is
best for absolute errors (Gneiting 2011, J. Am. Stat. Assoc. 106, 746-762). `corridor` is what `forecast` shows, and the
acceptance criteria are declared for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.calibration.evidence.observed import MONTHLY, MONTHS_A_YEAR, ObservedData
from corridor.calibration.predict.prediction import (
    Origin,
    PredictionData,
    as_recorded,
    filled,
    spread_of,
    target_of,
)
from corridor.calibration.validation import meanings, scores
from corridor.calibration.validation.baselines import BENCHMARKS, LEAST_MONTHS, PredictedMonths, benchmark
from corridor.calibration.validation.clustering import STATISTICS, statistics
from corridor.calibration.validation.patterns.table import pattern_table
from corridor.experiments.execution.analysis import AnalysisResult, Draw, Table
from corridor.experiments.execution.folders.publishing import Published, publish
from corridor.results.tables.intervals import further_draws

Floats = NDArray[np.float64]
OWN, ALONE = "corridor", "corridor_alone"
SCORES = ["target", "origin", "horizon_months", "method", "wape", "crps", "cover50", "cover90", "ard", "values"]
CLUSTERING = ["origin", "period", "statistic", "unit", "observed", "simulated", "low", "high"]
FANS_TOLD = ["month", "indicator", "mean", "q05", "q25", "q50", "q75", "q95", "origin"]
RANKS = ["origin", "target", "month", "rank"]
FANS = ("arrivals_people", "arrivals_boats", "people_per_boat")
YEARLY = ("deaths_channel", "camp_stock")
BY_GROUP = "arrivals_by_group"
ACCEPTANCE = ["origin", "method", "criterion", "value", "least", "most", "met"]
COVERAGE = (0.80, 0.97)  # of the 90 % interval


@dataclass(frozen=True)
class Scored:
    """The scores of an origin: rows of scores.csv, clustering.csv and ranks.csv, and the fan of each indicator."""

    scores: pd.DataFrame
    clustering: pd.DataFrame
    ranks: pd.DataFrame
    fans: pd.DataFrame


COLUMNS = {"scores": SCORES, "clustering": CLUSTERING, "ranks": RANKS, "fans": FANS_TOLD}


def joined(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """Tables one below the other; without any row an empty table with the columns."""
    kept = [part for part in parts if len(part)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(columns))


def judged(prediction: PredictedMonths, seen: Floats) -> dict[str, float]:
    """All scores of a prediction of one series."""
    return {
        "wape": scores.wape(prediction.point, seen),
        "crps": scores.crps(prediction.draws, seen),
        "cover50": scores.coverage(prediction.draws, seen, 0.50),
        "cover90": scores.coverage(prediction.draws, seen, 0.90),
        "ard": scores.ard(prediction.point, seen),
        "values": len(seen),
    }


def of_draws(draws: Floats) -> PredictedMonths:
    """An ensemble with its median as point forecast."""
    return PredictedMonths(np.median(draws, axis=0), draws)


def months_after(origin: Origin, series: pd.Series, months: list[str]) -> list[str]:
    """Months of the horizon that were observed and are in the run."""
    return [month for month in months if origin.cut < month <= origin.last and pd.notna(series.get(month))]


def horizon_of(origin: Origin) -> int:
    """Months from the cut to the last month that is scored."""
    (y0, m0), (y1, m1) = (map(int, month.split("-")) for month in (origin.cut, origin.last))
    return MONTHS_A_YEAR * (y1 - y0) + m1 - m0


def history(series: pd.Series, cut: str) -> Floats:
    """The values up to the cut, after the last gap: those that a simple forecast may use."""
    known = series[:cut]
    gaps = np.flatnonzero(known.isna().to_numpy())
    return known.to_numpy(float)[gaps[-1] + 1 if len(gaps) else 0 :]


def predictions(
    origin: Origin, data: PredictionData, records: ObservedData, indicator: str
) -> Iterator[tuple[str, PredictedMonths]]:
    """Every method's prediction of the months that can be scored; simple ones only where they have enough history."""
    series = records.by_month(indicator)
    months = months_after(origin, series, data.months)
    at = [data.months.index(month) for month in months]
    values, target = filled(data.by_month(indicator)), target_of(indicator)
    yield OWN, of_draws(as_recorded(values, target, data.months)[:, at])
    yield ALONE, of_draws(values[:, at])
    known, wanted = history(series, origin.cut), horizon_of(origin)
    if len(known) >= LEAST_MONTHS and series.index[series.index <= origin.cut][-1] == origin.cut:
        lead = [horizon_of(Origin(origin.cut, month)) - 1 for month in months]
        for name in BENCHMARKS:
            forecast = benchmark(name, known, wanted)
            yield name, PredictedMonths(forecast.point[lead], forecast.draws[:, lead])


def monthly_scores(origin: Origin, data: PredictionData, records: ObservedData) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of scores.csv and of ranks.csv for the monthly targets."""
    rows, ranks = [], []
    for indicator in MONTHLY:
        series = records.by_month(indicator)
        months = months_after(origin, series, data.months)
        if not months:
            continue
        seen = series[months].to_numpy(float)
        for method, prediction in predictions(origin, data, records, indicator):
            rows.append({**named(origin, indicator, method), **judged(prediction, seen)})
            if method == OWN:
                ranks.append(
                    pd.DataFrame(
                        {
                            "origin": origin.cut,
                            "target": indicator,
                            "month": months,
                            "rank": scores.ranks(prediction.draws, seen),
                        }
                    )
                )
    return pd.DataFrame(rows, columns=SCORES), joined(ranks, RANKS)


def named(origin: Origin, target: str, method: str) -> dict[str, object]:
    """The first columns of scores.csv."""
    return {"target": target, "origin": origin.cut, "horizon_months": horizon_of(origin), "method": method}


def whole_years(origin: Origin, data: PredictionData) -> list[int]:
    """Calendar years of the run that lie wholly in the horizon."""
    return [year for year in data.whole_years if origin.cut < f"{year}-01" and f"{year}-12" <= origin.last]


def clustering_table(origin: Origin, data: PredictionData, records: ObservedData) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of scores.csv for statistics of daily and weekly arrivals, draws as they are, and of clustering.csv."""
    years = whole_years(origin, data)
    made = {year: statistics(data.daily("arrivals_people"), data.days, year) for year in years}
    rows, parts = [], []
    for statistic, (unit, _) in STATISTICS.items():
        draws = np.stack([made[year][statistic] for year in years], axis=1) if years else np.empty((0, 0))
        seen = np.array([records.of_clustering(statistic, year).value for year in years])
        if years:
            rows.append({**named(origin, statistic, ALONE), **judged(of_draws(draws), seen)})
            low, high = further_draws(draws)
            parts.append(
                pd.DataFrame(
                    {
                        "origin": origin.cut,
                        "period": years,
                        "statistic": statistic,
                        "unit": unit,
                        "observed": seen,
                        "simulated": np.median(draws, axis=0),
                        "low": low,
                        "high": high,
                    }
                )
            )
    return pd.DataFrame(rows, columns=SCORES), joined(parts, CLUSTERING)


def group_scores(origin: Origin, data: PredictionData, records: ObservedData) -> pd.DataFrame:
    """The row of scores.csv for arrivals by nationality group and year, draws as they are; groups are Flee's places."""
    years = [year for year in whole_years(origin, data) if year in records.groups.index]
    if not years:
        return pd.DataFrame(columns=SCORES)
    values, labels = data.breakdown(BY_GROUP)
    of_run = data.dataset.year.values.tolist()
    chosen = values[:, [of_run.index(year) for year in years]]
    seen = records.groups.reindex(columns=labels, fill_value=0.0).loc[years].to_numpy(float)
    row = judged(of_draws(chosen.reshape(len(chosen), -1)), seen.ravel())
    row["ard"] = scores.ard(np.median(chosen, axis=0), seen)
    return pd.DataFrame([{**named(origin, BY_GROUP, ALONE), **row}], columns=SCORES)


def yearly_scores(origin: Origin, data: PredictionData, records: ObservedData) -> pd.DataFrame:
    """Rows of scores.csv for series that are observed by year, of the draws as they are: deaths first."""
    rows = []
    for name in YEARLY:
        observed = set(records.annual.year[records.annual.indicator == name])
        years = [year for year in whole_years(origin, data) if year in observed]
        if years:
            made, seen = data.by_year(name), np.array([records.of_year(name, year).value for year in years])
            draws = np.stack([made[year] for year in years], axis=1)
            rows.append({**named(origin, name, ALONE), **judged(of_draws(draws), seen)})
    return pd.DataFrame(rows, columns=SCORES)


def fans_of(origin: Origin, data: PredictionData) -> pd.DataFrame:
    """Quantiles by month with the errors of the record, before the cut and after it; the mean without them."""
    tables = []
    for name in MONTHLY:
        values = filled(data.by_month(name))
        spread = spread_of(as_recorded(values, target_of(name), data.months), data.months, name)
        tables.append(spread.assign(mean=values.mean(axis=0), origin=origin.cut))
    rows = pd.concat(tables, ignore_index=True)
    return rows[rows.month <= origin.last]


def scored(origin: Origin, data: PredictionData, records: ObservedData) -> Scored:
    """All scores of one origin's prediction."""
    monthly, ranks = monthly_scores(origin, data, records)
    of_clustering, clustering = clustering_table(origin, data, records)
    yearly, groups = yearly_scores(origin, data, records), group_scores(origin, data, records)
    together = joined([yearly, monthly, of_clustering, groups], SCORES)
    return Scored(together, clustering, ranks, fans_of(origin, data))


def acceptance_of(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of acceptance.csv: whether the error of monthly arrivals is at most that of the best simple forecast, and
    whether the 90 % interval holds about 90 % of them."""
    judged_rows = []
    for origin, rows in table[table.target == "arrivals_people"].groupby("origin", sort=False):
        of = rows.set_index("method")
        simple = of.wape.reindex(list(BENCHMARKS)).dropna()
        wape, cover = of.wape[OWN], of.cover90[OWN]
        if len(simple):
            judged_rows.append((origin, OWN, f"WAPE at most that of {simple.idxmin()}", wape, 0.0, simple.min()))
        judged_rows.append((origin, OWN, "coverage of the 90 % interval", cover, *COVERAGE))
    rows = pd.DataFrame(judged_rows, columns=ACCEPTANCE[:-1])
    return rows.assign(met=(rows.least <= rows.value) & (rows.value <= rows.most))


def write_validation(
    origins: Mapping[Origin, Path], records: ObservedData, out: Path, figures: Collection[str] | None = None
) -> tuple[AnalysisResult, Published]:
    """Write the tables `scores`, `acceptance`, `clustering`, `ranks`, `fans` and `patterns`, and the figures (or those
    named).

    `origins` maps each origin to the folder of its stored prediction. Patterns use the first of them, which
    knows least, so that later events are out of its sample.
    """
    data = {origin: PredictionData(folder) for origin, folder in origins.items()}
    each = [scored(origin, prediction, records) for origin, prediction in data.items()]
    tables = {name: joined([getattr(part, name) for part in each], columns) for name, columns in COLUMNS.items()}
    first, prediction = next(iter(data.items()))
    tables["patterns"] = pattern_table(records, prediction, first.cut)
    tables["acceptance"] = acceptance_of(tables["scores"])
    results = AnalysisResult(
        {
            name: Table(frame, meanings.TABLES[name], meanings.SHAPES[name], columns_of(name))
            for name, frame in tables.items()
        },
        figures_of(tables, records, first.cut),
        {"validation.json": json.dumps(provenance_of(origins), indent=1) + "\n"},
    )
    return results, publish(results.with_figures(figures), out, {"validation": "validation.json"})


def columns_of(name: str) -> Mapping[str, str]:
    """The meanings of the columns of a table."""
    return meanings.PATTERN_COLUMNS if name == "patterns" else meanings.COLUMNS


def provenance_of(origins: Mapping[Origin, Path]) -> dict[str, object]:
    """The stored predictions from which the scores were made."""
    from corridor.results.store.run_folder import digest, inspect_run

    return {
        origin.cut: {
            "last": origin.last,
            "prediction": folder.name,
            "digest": digest(inspect_run(folder, verify_hashes=False)),
        }
        for origin, folder in origins.items()
    }


def figures_of(tables: Mapping[str, pd.DataFrame], records: ObservedData, first: str) -> dict[str, Draw]:
    """The fan charts, the rank histograms, the scores and the table of patterns, which are of the first cut."""
    from corridor.results.plots.fit import validation as plots
    from corridor.results.plots.fit.patterns import draw_patterns

    observed = {name: records.by_month(name) for name in MONTHLY}
    return {
        **{f"fan_{name}": partial(plots.draw_fans, tables["fans"], observed[name], name) for name in FANS},
        "ranks": partial(plots.draw_ranks_of_months, tables["ranks"]),
        "scores": partial(plots.draw_scores, tables["scores"]),
        "patterns": partial(draw_patterns, tables["patterns"], f"predictions of a fit to the record until {first}"),
    }
