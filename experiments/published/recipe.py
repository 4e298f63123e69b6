"""The recipe of results/published/: which analyses are run, with which settings, and which of their files are kept.

`quick` replaces settings in the quick variant, which proves that every step works and makes every file. Its numbers
mean nothing: a few weeks, few measures, coarse agents, two seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.experiments.analyses.comparison import EFFECTS
from corridor.experiments.config.designs.selection import Selection
from corridor.experiments.execution.analysis import RunResult, StoredResult, Table
from corridor.experiments.execution.folders.publishing import FIGURES
from corridor.experiments.interface import analyses, calibrating, concluding, conditioning, rolling
from corridor.model import INDICATORS
from corridor.results.store.yearly import WHOLE
from corridor.results.tables import shapes
from corridor.results.tables.shape import Number, Shape
from corridor.results.tables.shapes import SHARE

MAIN = ("arrivals_people", "attempts_people", "unique_people_trying", "deaths_channel")
FITTED = ("arrivals_people", "arrivals_boats", "arrivals_lorry", "prevented_people", "camp_stock")
ASSUMED = Selection(grades=("C",))
CLEAR = Selection(  # those that the elementary effects below find clear of chance, or nearly so
    names=("share_uk_scale", "know_how_start", "money_median", "boat_preference", "fare_speed", "wait_weight")
)
FEW = Selection(names=("share_uk_scale", "money_median", "camp_stock_start"))
WEEKS = {  # a calm sea, and nearly all measures in force
    **{"start": "2023-06-01", "end": "2023-06-30", "past": "none", "any_scale": True}
}
LARGE_TRADE = {  # so that these weeks have arrivals at all, without which there is no index
    "parameters.networks_start": 15,
    "parameters.network_size_start": 0.6,
    "parameters.boat_supply_start": 1.0,
    "parameters.know_how_start": 2.0,
}
SMALL_HISTORY = {
    **{"members": 24, "steps": 1, "scale": 1000},
    "settings": {"start": "2021-01-01", "end": "2021-12-31", "past": "none"},
}
POLICIES = "worlds.as_it_happened.policies"
THREE_MEASURES = {**WEEKS, POLICIES: ["patrols", "albania", "goods"]}
STATED_MEASURES = {  # those that the statements name, which the file does not add itself
    **WEEKS,
    POLICIES: ["patrols", "albania", "goods", "joint_intelligence_cell", "port_dogs"],
}
RANKING = "mean effect (mu*) of each parameter that is not fixed on targets of the fit, over its whole range"


@dataclass(frozen=True)
class Step:
    """One analysis: its function and arguments, what replaces them in the quick variant, and its published files.

    `files` says for each published file which file of the step's folder it is; `tables` makes further published tables
    from the result, by their file names without the ending. `writes_inputs`: it takes a folder `inputs` for data files
    of its runs. `runs`: as many times its first batch, which alone can be timed before it is run, is simulated in all.
    """

    name: str
    call: Callable[..., RunResult | StoredResult]
    arguments: Mapping[str, Any]
    quick: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Callable[[Any], Table]] = field(default_factory=dict)
    writes_inputs: bool = False
    runs: float = 1.0

    @property
    def published(self) -> list[str]:
        """The names of all files that are published of it."""
        return [*self.files, *(f"{name}.csv" for name in self.tables)]

    @property
    def figures(self) -> list[str]:
        """The figures that are published, by their names in the analysis."""
        return [Path(file).stem for file in self.files.values() if file.startswith(f"{FIGURES}/")]


def effects_by_indicator(indices: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """mu* of each parameter (rows) on each indicator (columns), or another column of the same rows."""
    return indices[indices["index"] == "mu_star"].pivot(index="parameter", columns="indicator", values=column)


def clear_effects(indices: pd.DataFrame) -> pd.Series:
    """Of each parameter on how many indicators its effect is above the noise floor, with an interval without zero."""
    clear = indices.assign(clear=(indices.value > indices.floor) & (indices.low > 0.0))
    return effects_by_indicator(clear, "clear").sum(axis=1)


def mean_shares(effects: pd.DataFrame) -> pd.Series:
    """Of each parameter the mean over indicators of its effect as a share of the largest one, in falling order."""
    return (effects / effects.max()).mean(axis=1).sort_values(ascending=False, kind="stable")


def ranking(result: RunResult) -> Table:
    """The effects of each parameter, the one with the largest mean share first."""
    indices = result.tables["indices"]
    effects = effects_by_indicator(indices)
    shares, clear = mean_shares(effects), clear_effects(indices)
    declared = result.experiment.parameter_table
    table = effects.loc[shares.index].reset_index()
    table.insert(1, "grade", [declared[str(name)].grade for name in shares.index])
    columns = {
        "grade": "how well the parameter is founded: A read, B derived, C assumed",
        **{name: f"mu* on {name} over the whole run [{INDICATORS[name].unit}]" for name in map(str, effects)},
        "mean_share": "mean over these indicators of mu* as a share of the largest; chance may make it negative",
        "clear": "on how many of these indicators mu* is above its floor and its 90 % interval above 0",
    }
    table = table.assign(mean_share=shares.to_numpy(), clear=clear.loc[shares.index].to_numpy(int))
    return Table(table, RANKING, ranking_shape(list(map(str, effects))), columns)


def ranking_shape(indicators: Sequence[str]) -> Shape:
    """The shape of the ranking, with a column for the effects on each indicator."""
    of_indicators = (Number(name, unit=INDICATORS[name].unit) for name in indicators)
    numbers = (*of_indicators, Number("mean_share", unit=SHARE), Number("clear", unit=""))
    return Shape(("parameter",), numbers, ("grade",))


def of_whole_run(result: RunResult) -> Table:
    """The effects of the whole run, without those of single years."""
    effects = result.tables["effects"]
    return Table(effects[effects.period == WHOLE], EFFECTS, shapes.EFFECTS)


def figures(folder: str, *names: str) -> dict[str, str]:
    """Published file -> figure of the step."""
    return {f"{folder}/{name}.png": f"{FIGURES}/{name}.png" for name in names}


def tables(folder: str, *names: str, prefix: str = "") -> dict[str, str]:
    """Published file -> table of the step."""
    return {f"{folder}/{prefix}{name}.csv": f"{name}.csv" for name in names}


STEPS = (
    Step(
        "history",
        conditioning.history,
        {"source": "joint_statement", "until": "2025-12"},
        {"until": "2021-12", **SMALL_HISTORY},
        tables("validation", "history_scores", "history_conditions", "history_parameters")
        | figures("validation", "history_months", "history_years", "history_conditions"),
        writes_inputs=True,
        runs=5,  # four steps, and the posterior
    ),
    Step(
        "past",
        calibrating.validate_past,
        {},
        {"seeds": 2, "scale": 200, "settings": {"any_scale": True}},
        tables("validation", "history_criteria") | {"validation/history_patterns.csv": "patterns.csv"},
    ),
    Step(
        "rolling",
        rolling.validate_history,
        {
            "source": "joint_statement",
            "last": "2024-12",
            "given": ("sea", "entries"),
        },  # 36 origins, whose fits are of three Decembers
        {"refit_months": 1, "first": "2022-01", "last": "2022-01", "given": ("entries",), **SMALL_HISTORY},
        tables("validation", "rolling_scores", "rolling_years", "rolling_differences")
        | figures("validation", "relative_wis"),
        runs=53,  # three fits over four to six years, and three times 36 origins to a year ahead
    ),
    Step(
        "recovery",
        conditioning.recovery,
        {
            "source": "recovery",
            "until": "2023-12",
            "histories": 100,
            "others": ("without_statement",),
            "scale": 200,
        },
        {"histories": 2, "members": 24, "steps": 1, "scale": 1000},
        tables("validation", "recovery") | figures("validation", "ranks"),
    ),
    Step(
        "validation",
        calibrating.validate,
        {},
        {"draws": 2, "scale": 200, "settings": {"end": "2022-11-30", "any_scale": True}},
        tables("validation", "scores", "acceptance", "patterns", "clustering")
        | figures("validation", "fan_arrivals_people"),
        writes_inputs=True,
    ),
    Step(
        "comparison",
        analyses.compare,
        {"source": "joint_statement", "seeds": 64, "settings": {"seeds_per_draw": 4}, "placebo": True},
        {"seeds": 2, "scale": 100, "settings": THREE_MEASURES | {"seeds_per_draw": 4}},
        tables("comparison", "effects", "costs", "summary") | {"comparison/effects.tex": "effects.tex"},
    ),
    Step(
        "measures",
        analyses.compare,
        {"source": "joint_statement", "measures": True, "seeds": 24, "placebo": True},
        {"seeds": 2, "scale": 100, "settings": THREE_MEASURES},
        figures("comparison", "forest", "displacement"),
        tables={"comparison/measures_effects": of_whole_run},
    ),
    Step(
        "attribution",
        analyses.attribute,
        {"source": "joint_statement", "seeds": 4, "permutations": 8, "indicators": MAIN},
        {"seeds": 2, "scale": 100, "settings": THREE_MEASURES},
        tables("attribution", "attribution")
        | figures("attribution", "waterfall_arrivals_people", "waterfall_attempts_people", "waterfall_deaths_channel"),
    ),
    Step(
        "morris",
        analyses.sensitivity,
        {
            "source": "defaults",
            "method": "morris",
            "samples": 4,
            "selection": ASSUMED,
            "scale": 50,
            "seeds": 2,
            "difference": True,
            "indicators": MAIN,
        },
        {
            "samples": 4,
            "selection": FEW,
            "indicators": ("arrivals_people", "attempts_people"),
            "settings": WEEKS | LARGE_TRADE,
        },
        tables("sensitivity", "indices", "noise", prefix="morris_")
        | figures(
            "sensitivity",
            "morris_arrivals_people",
            "morris_arrivals_people_difference",
            "tornado_arrivals_people",
            "tornado_arrivals_people_difference",
        ),
    ),
    Step(
        "ranking",
        analyses.sensitivity,
        {
            "source": "defaults",
            "method": "morris",
            "samples": 6,
            "scale": 20,
            "seeds": 2,
            "settings": {"end": "2023-12-31"},
            "indicators": FITTED,
        },
        {"samples": 4, "selection": FEW, "settings": WEEKS | LARGE_TRADE},
        tables={"sensitivity/ranking": ranking},
    ),
    Step(
        "sobol",
        analyses.sensitivity,
        {
            "source": "defaults",
            "method": "sobol",
            "samples": 64,
            "selection": CLEAR,
            "second_order": False,
            "scale": 50,
            "seeds": 2,
            "indicators": ("arrivals_people", "deaths_channel"),
        },
        {
            "samples": 8,
            "indicators": ("arrivals_people",),
            "selection": FEW,
            "settings": WEEKS | LARGE_TRADE,
        },
        tables("sensitivity", "indices", "noise", prefix="sobol_") | figures("sensitivity", "sobol_arrivals_people"),
    ),
    Step(
        "conclusions",
        concluding.conclusions,
        {
            "source": "joint_statement",
            "seeds": 16,
            "points": 24,
            "point_seeds": 2,
            "point_scale": 50,
            "selection": ASSUMED,
        },
        {"seeds": 2, "scale": 100, "points": 4, "point_seeds": 1, "settings": STATED_MEASURES},
        {"conclusions.csv": "conclusions.csv"},
    ),
)
