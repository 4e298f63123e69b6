"""What the comparison of measures reports beyond the indicators: launches by sector, stay, people who do not cross,
the cost of each averted attempt, and how much is gained by running worlds on the same seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import FEWEST, TAIL, half_width
from corridor.results.tables.summary import EFFECT_COLUMNS, PAIRED_COLUMNS, draws_of, effects

Floats = NDArray[np.float64]
SECTOR = "launches_at_"
UNDETERRED = "crossed_or_waiting"
STAY, STAY_OF = "days_at_coast", ("camp_stock", "coast_arrivals")
REACHED = ("arrivals_people", "arrivals_lorry", "deaths_channel")
WAITING = ("camp_stock", "sheltered_stock", "detained_stock")
COSTS = {  # indicator of effects.csv -> the indicator of which one less costs so much
    "cost_per_attempt_averted": "attempts_people",
    "cost_per_person_durably_deterred": UNDETERRED,
}
DRAWS, DRAWS_SEED = 20_000, 1


@dataclass(frozen=True)
class Outlay:
    """What a world costs in million EUR: `known`, and `measures` out of `of` equal players in a split of `total`.

    `assumption` says where it comes from; `known` is NaN where it is not known. What costs nothing has no cost of what
    it averts.
    """

    known: float
    total: float
    measures: int
    of: int
    assumption: str

    @property
    def mean(self) -> float:
        """The expected cost: shares are equal on average."""
        return self.known + self.total * self.measures / self.of

    def draws(self, generator: np.random.Generator, split: str) -> Floats:
        """Possible costs, in million EUR: sums of shares of a flat Dirichlet are beta, or equal shares."""
        if split == "equal" or not 0 < self.measures < self.of:
            return np.full(DRAWS, self.mean)
        return self.known + self.total * generator.beta(self.measures, self.of - self.measures, DRAWS)


def with_outcomes(dataset: xr.Dataset, values: pd.DataFrame) -> pd.DataFrame:
    """The yearly values of `summary.yearly`, then the stay, launches by sector, and people who crossed or wait."""
    return pd.concat([values, stays(dataset, values), launches(dataset), undeterred(dataset)], ignore_index=True)


def stays(dataset: xr.Dataset, values: pd.DataFrame) -> pd.DataFrame:
    """Days at the coast of a newcomer, by Little's law: people in the camps over people who come a day.

    It assumes that the camps are about as full at the end of a period as at its beginning; NaN where nobody came.
    """
    wide = values[values.indicator.isin(STAY_OF)].pivot(
        index=["world", "seed", "period"], columns="indicator", values="value"
    )
    of_year = dataset.time.dt.year.to_series().astype(str).value_counts().to_dict() | {WHOLE: dataset.sizes["time"]}
    days = wide.index.get_level_values("period").map(of_year).to_numpy()
    stay = (wide.camp_stock / (wide.coast_arrivals / days)).where(wide.coast_arrivals > 0)
    return stay.rename("value").reset_index().assign(indicator=STAY)[["world", "seed", "indicator", "period", "value"]]


def launches(dataset: xr.Dataset) -> pd.DataFrame:
    """Boats launched or stopped on the beach in each sector by year, and over all years, as yearly values."""
    by_year = dataset.launches_by_sector.to_dataframe(name="value").reset_index()
    frame = by_year.assign(indicator=SECTOR + by_year.sector.astype(str), period=by_year.year.astype(str))
    keys = ["world", "seed", "indicator"]
    whole = frame.groupby(keys, sort=False).value.sum().reset_index().assign(period=WHOLE)
    return pd.concat([frame, whole], ignore_index=True)[["world", "seed", "indicator", "period", "value"]]


def undeterred(dataset: xr.Dataset) -> pd.DataFrame:
    """People who by the end of the run reached the United Kingdom, died in the Channel, or wait at the coast, in
    shelter or in detention, from where most come back.

    A prevented attempt that is made again does not lower this number; someone durably deterred does.
    """
    reached = dataset[[*REACHED]].sum("time").to_array().sum("variable")
    waiting = dataset[[*WAITING]].isel(time=-1, drop=True).to_array().sum("variable")
    frame = (reached + waiting).to_dataframe(name="value").reset_index()
    return frame.assign(indicator=UNDETERRED, period=WHOLE)[["world", "seed", "indicator", "period", "value"]]


def measured_effects(dataset: xr.Dataset, baseline: str, values: pd.DataFrame) -> pd.DataFrame:
    """`summary.effects` with the units of what `with_outcomes` adds."""
    return with_units(effects(dataset, baseline, values))


def with_units(found: pd.DataFrame) -> pd.DataFrame:
    """A table with the units of what `with_outcomes` adds."""
    sector = found.indicator.str.startswith(SECTOR)
    found.loc[sector, "unit"], found.loc[found.indicator == UNDETERRED, "unit"] = "boats", "people"
    found.loc[found.indicator == STAY, "unit"] = "days"
    return found


def cost_rows(
    found: pd.DataFrame, values: pd.DataFrame, outlays: Mapping[str, Outlay], split: str, draws: int | None
) -> pd.DataFrame:
    """Rows of effects.csv: EUR for each attempt averted and each person durably deterred over the whole run.

    `found` are the effects, `values` the values of each seed that they were formed from, `draws` the number of draws
    where these have several seeds (`summary.number_of_draws`). The mean is mean cost over mean effect, empty where
    nothing is averted. The 90 % interval holds the split of the cost and what the interval of the effect holds; it has
    no upper end (inf) where averting nothing is within it.
    """
    generator = np.random.default_rng(DRAWS_SEED)
    rows = []
    for name, of in COSTS.items():
        whole = values[(values.indicator == of) & (values.period == WHOLE)]
        table = whole.pivot(index="seed", columns="world", values="value")
        for effect in found[(found.indicator == of) & (found.period == WHOLE)].to_dict("records"):
            cost = outlays[effect["world"]]
            less = (table[effect["baseline"]] - table[effect["world"]]).to_numpy(float)
            of_draw = effect["interval"] != "mean"
            ratios = ratio(1e6 * cost.draws(generator, split), averted(less, of_draw, generator, draws))
            low, high = interval(ratios) if cost.mean != 0.0 else (np.nan, np.nan)
            mean = 1e6 * cost.mean / -effect["mean"] if effect["mean"] < 0.0 and cost.mean != 0.0 else np.nan
            about = (effect["world"], effect["baseline"], name, WHOLE, "EUR", mean, low, high, effect["seeds"])
            rows.append((*about, effect["interval"]))
    return pd.DataFrame(rows, columns=list(PAIRED_COLUMNS)).reindex(columns=EFFECT_COLUMNS)


def averted(reductions: Floats, of_draw: bool, generator: np.random.Generator, draws: int | None = None) -> Floats:
    """Possible reductions, from those of each seed, of which each of `draws` may have several; NaN with one.

    Of the mean they are t-distributed around it. For one further draw of the posterior they lie between those of the
    draws, below the k-th of n with chance k / (n + 1), as in `further_draw`: they are skewed, and a symmetric
    distribution would reach below zero where every draw averts something. Fewer draws than an interval can be read off
    (`intervals.FEWEST`) are stretched about their mean, so that they stay as skewed, by as much as the ends of the
    normal interval of `further_draw` lie farther out than the draws themselves.
    """
    n = draws or len(reductions)
    if n < 2 or np.isnan(reductions).any():
        return np.full(DRAWS, np.nan)
    mean, error = reductions.mean(), reductions.std(ddof=1)
    if not of_draw:
        return np.asarray(mean + error / np.sqrt(n) * generator.standard_t(n - 1, DRAWS))
    half = float(half_width(n, error))
    width = float(np.ptp(reductions)) / 2.0
    stretch = max(1.0, half / width) if n < FEWEST and width > 0.0 else 1.0
    chances = (np.arange(DRAWS) + 0.5) / DRAWS
    return generator.permutation(np.quantile(mean + stretch * (reductions - mean), chances, method="weibull"))


def ratio(cost: Floats, less: Floats) -> Floats:
    """Cost over reduction; infinite where nothing is averted, NaN where either is not known."""
    known = ~(np.isnan(cost) | np.isnan(less))
    return np.divide(cost, less, out=np.where(known, np.inf, np.nan), where=known & (less > 0.0))


def interval(ratios: Floats) -> tuple[float, float]:
    """The 90 % interval of possible ratios.

    Its ends are those of the ratios themselves, so that it is as skewed as they are, as Fieller's is (1954). It has no
    upper end (inf) where more than one in twenty averts nothing; NaN where they are not known.
    """
    low, high = np.quantile(ratios, [TAIL, 1.0 - TAIL], method="higher")
    return (float(low), float(high)) if np.isfinite(low) else (np.nan, np.nan)


def cost_table(outlays: Mapping[str, Outlay], split: str) -> pd.DataFrame:
    """The assumed cost of each world, with a 90 % interval of the split and the assumption in words."""
    generator = np.random.default_rng(DRAWS_SEED)
    rows = []
    for world, cost in outlays.items():
        low, high = np.quantile(cost.draws(generator, split), [0.05, 0.95])
        rows.append((world, "cost", "EUR million", cost.mean, low, high, cost.assumption))
    return pd.DataFrame(rows, columns=["world", "indicator", "unit", "mean", "low", "high", "assumption"])


def variances(dataset: xr.Dataset, baseline: str, values: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """By world and year the variance of differences on other seeds and on the same seeds, and the first over the
    second: how many times more seeds (or draws) an unpaired comparison would need.

    Years in which the worlds do not differ at all have no ratio, and are no part of the whole run, which would else
    gain from what the worlds share before the policies begin. Seeds of one draw count once, by their mean.
    """
    rows = values[values.indicator == indicator]
    if (draws := draws_of(dataset)) is not None:
        rows = rows.assign(seed=rows.seed.map(draws))
    table = rows.groupby(["period", "seed", "world"], sort=False, observed=True).value.mean().unstack("world")
    frames = []
    for world in (str(name) for name in dataset.world.values if name != baseline):
        each = pd.DataFrame({"own": table[world], "base": table[baseline], "less": table[world] - table[baseline]})
        years = each.drop(WHOLE, level="period")
        differ = years.less.abs().groupby(level="period", sort=False).max() > 0.0
        whole = years[differ.reindex(years.index.get_level_values("period")).to_numpy()].groupby(level="seed").sum()
        by_year = years.groupby(level="period", sort=False).var(ddof=1)
        var = pd.concat([by_year, whole.var(ddof=1).to_frame(WHOLE).T.rename_axis("period")])
        both = pd.DataFrame({"unpaired": var.own + var.base, "paired": var.less}).reset_index()
        frames.append(
            both.assign(world=world, indicator=indicator, ratio=both.unpaired / both.paired.replace(0, np.nan))
        )
    return pd.concat(frames, ignore_index=True)[["world", "indicator", "period", "unpaired", "paired", "ratio"]]
