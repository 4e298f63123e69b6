"""A stored result as the report reads it: tables, figures, manifest and plan of one folder, which is only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.results import observed
from corridor.results.report.sentences import Effect
from corridor.results.store.case_file import StoreError
from corridor.results.store.result_files import AGAIN, MANIFEST, read_manifest, read_table
from corridor.results.store.run_folder import plan_if_any
from corridor.results.store.versions import check_tables
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.outcomes import SECTOR

DICTIONARY = "data_dictionary.csv"
OF_WORLDS = {"world", "indicator", "period", "mean"}  # what a folder without a manifest must have in one of its tables
NAN = float("nan")


@dataclass(frozen=True)
class Contents:
    """What a folder holds: `tables` by file name without its ending, `meanings` of these, paths of `figures` (PNG)."""

    folder: Path
    manifest: Mapping[str, Any]
    plan: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    meanings: Mapping[str, str]
    dictionary: pd.DataFrame
    figures: list[Path] = field(default_factory=list)

    @property
    def configuration(self) -> Mapping[str, Any]:
        """The settings of the experiment, as far as they are recorded."""
        found: Mapping[str, Any] = self.manifest.get("configuration") or {}
        return found

    @property
    def title(self) -> str:
        """The title of the experiment; empty where it is not recorded."""
        return str(self.manifest.get("title") or self.plan.get("title") or "")

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The table of effects; empty where there is none."""
        found = self.tables.get("effects", pd.DataFrame())
        return found if set(found) >= OF_WORLDS and "point" not in found else pd.DataFrame(columns=sorted(OF_WORLDS))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The table of values; empty where there is none."""
        found = self.tables.get("summary", pd.DataFrame())
        if not set(found) >= OF_WORLDS or "point" in found:
            return pd.DataFrame(columns=sorted(OF_WORLDS))
        return with_record(found, self.configuration)

    @property
    def whole(self) -> pd.DataFrame:
        """Effects over the whole run."""
        return self.effects[self.effects.period == WHOLE]

    @property
    def worlds(self) -> list[str]:
        """The worlds that differ from the baseline, in the order of the table of effects."""
        return list(dict.fromkeys(self.effects.world.astype(str)))

    @property
    def baseline(self) -> str:
        """The world that the others are compared with; empty where there is none."""
        if not self.effects.empty and "baseline" in self.effects:
            return str(self.effects.baseline.iloc[0])
        return str(self.configuration.get("baseline") or "")

    @property
    def from_posterior(self) -> bool:
        """Whether every seed has parameters of its own, drawn from a posterior."""
        kinds = set(self.effects.interval.astype(str)) if "interval" in self.effects else set()
        return bool(self.configuration.get("draws")) or any(kind.startswith("draw") for kind in kinds)

    def title_of(self, world: str) -> str:
        """The title of a world; its name where none is recorded."""
        titles = self.plan.get("worlds") or {}
        settings = (self.configuration.get("worlds") or {}).get(world) or {}
        return str(titles.get(world) or settings.get("title") or world.replace("_", " "))

    def effect(self, world: str, indicator: str, period: str = WHOLE) -> Effect | None:
        """The effect of a world on an indicator; None where the table has none. The expected effect where it is
        known."""
        rows = self.effects
        rows = rows[(rows.world == world) & (rows.indicator == indicator) & (rows.period == period)]
        return None if rows.empty else effect_of(rows.iloc[0], self.level(self.baseline, indicator, period), self.runs)

    @cached_property
    def runs(self) -> int:
        """The pairs of runs of the table of effects; 0 where it does not say."""
        return most_seeds(self.effects)

    def level(self, world: str, indicator: str, period: str = WHOLE) -> float:
        """The mean of an indicator in a world; NaN where it is not known."""
        return self.levels.get((world, indicator, period), NAN)

    @cached_property
    def levels(self) -> dict[tuple[str, str, str], float]:
        """World, indicator and period -> mean."""
        keys = zip(self.summary.world, self.summary.indicator, self.summary.period, strict=True)
        return dict(zip(keys, self.summary["mean"].astype(float), strict=True))

    def sectors(self, world: str) -> dict[str, Effect]:
        """Coast sector -> the effect of a world on launches there over the whole run."""
        rows = self.whole[(self.whole.world == world) & self.whole.indicator.str.startswith(SECTOR)]
        return {
            str(row.indicator).removeprefix(SECTOR).removeprefix("sector_"): effect_of(row, NAN, self.runs)
            for _, row in rows.iterrows()
        }


def with_record(summary: pd.DataFrame, configuration: Mapping[str, Any]) -> pd.DataFrame:
    """Values with the record beside them, in years that lie wholly in the run, where the table has no column for it;
    the record is of the Channel, and says nothing of a map of one's own."""
    if "observed" in summary or configuration.get("places") or not {"start", "end"} <= set(configuration):
        return summary
    first, last = (str(configuration[key]) for key in ("start", "end"))
    annual = observed.read("annual")
    whole_years = annual[[f"{y}-01-01" >= first and f"{y}-12-31" <= last for y in annual.year]]
    keys = zip(whole_years.indicator, whole_years.year.astype(str), strict=True)
    record = dict(zip(keys, whole_years.value.astype(float), strict=True))
    beside = [record.get(key, NAN) for key in zip(summary.indicator, summary.period, strict=True)]
    return summary.assign(observed=beside)


def most_seeds(table: pd.DataFrame) -> int:
    """The largest number of seeds of a table; 0 where it does not say. A ratio that some seed lacks has fewer."""
    most = table.seeds.max() if "seeds" in table else NAN
    return 0 if pd.isna(most) else int(most)


def effect_of(row: pd.Series, level: float, runs: int = 0) -> Effect:
    """An effect from its row: the expected one with the interval of one future beside it, or the mean; `runs` are the
    pairs of runs of its table."""
    get = lambda name: float(row[name]) if name in row and pd.notna(row[name]) else NAN  # noqa: E731
    about = (str(row.indicator), "" if pd.isna(row.get("unit", NAN)) else str(row["unit"]))
    seeds = 0 if pd.isna(get("seeds")) else int(get("seeds"))
    if pd.notna(get("expected_low")):
        ends = get("expected"), get("expected_low"), get("expected_high")
        return Effect(*about, *ends, level, get("future_low"), get("future_high"), seeds=seeds, runs=runs)
    return Effect(*about, get("mean"), get("low"), get("high"), level, seeds=seeds, runs=runs)


def read_contents(directory: str | Path) -> Contents:
    """Read the folder of a result. Raises StoreError where it is none, or where one of its files cannot be read."""
    folder = Path(directory)
    if not folder.is_dir():
        raise StoreError(f"{folder}: is no folder; give one that an analysis of Corridor wrote")
    check_tables(folder)
    manifest, plan = read_manifest(folder), plan_if_any(folder)
    listed: Mapping[str, Any] = manifest.get("tables") or {}
    if plan and not listed:
        raise StoreError(f"{folder}: holds a run without the {MANIFEST} of its tables; {AGAIN}")
    names = list(listed) or sorted(path.name for path in folder.glob("*.csv") if path.name != DICTIONARY)
    tables = {Path(name).stem: read_table(folder, name, manifest) for name in names}
    if not listed and not any(set(table) >= OF_WORLDS for table in tables.values()):
        raise StoreError(
            f"{folder}: holds no result; a folder with a {MANIFEST} of a finished run, or with effects.csv or "
            "summary.csv, is expected"
        )
    meanings = {Path(name).stem: str(about.get("meaning", "")) for name, about in listed.items()}
    dictionary = pd.DataFrame()
    if (folder / DICTIONARY).is_file():
        dictionary = read_table(folder, DICTIONARY, manifest)
    return Contents(folder, manifest, plan, tables, meanings, dictionary, figures_in(folder))


def figures_in(folder: Path) -> list[Path]:
    """The figures of a folder, or of its folder `figures`, by name."""
    return sorted([*(folder / "figures").glob("*.png"), *folder.glob("*.png")], key=lambda path: path.name)
