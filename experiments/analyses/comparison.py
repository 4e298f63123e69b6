"""What the commands `compare`, `attribute` and `dose` run and write, beside the pure rules in `attribution`.

Each makes an experiment of many worlds (`variations`), has it run and stored like every other, and writes its own
tables from the stored cases.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from corridor.experiments.analyses import attribution, variations
from corridor.experiments.analyses.costs import costs_of
from corridor.experiments.config.experiment import Experiment
from corridor.model import INDICATORS
from corridor.model.engine.errors import InputError
from corridor.model.levers import LEVERS
from corridor.model.policy import Measure
from corridor.results.plots.style import styled
from corridor.results.store.yearly import WHOLE

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from corridor.results.tables.outcomes import Outlay

Tables = tuple[pd.DataFrame, pd.DataFrame, list[Path]]
PAIRED = "arrivals_people"


def stored(out: Path) -> tuple[xr.Dataset, pd.DataFrame]:
    """All cases of a complete batch, and their yearly figures."""
    from corridor.results.store import run_folder
    from corridor.results.tables import summary as compare

    looked, dataset = run_folder.look(out, thorough=False), run_folder.open_batch(out)
    return dataset, run_folder.figures(looked, compare.indicators_of(dataset))


def titles_of(experiment: Experiment) -> dict[str, str]:
    """World -> its title."""
    return {name: world.title for name, world in experiment.file.worlds.items()}


@dataclass(frozen=True)
class Comparison:
    """Writes what `corridor compare` leaves: effects with costs, a LaTeX table, variances and figures."""

    split: str

    def __call__(self, experiment: Experiment, out: Path, staging: Path) -> Tables:
        """Write into `staging` from the cases in `out`; the summary, the effects and the figures' paths."""
        from corridor.results.store.case_file import write_text
        from corridor.results.tables import outcomes
        from corridor.results.tables import summary as compare
        from corridor.results.tables.measures import latex

        dataset, values = stored(out)
        summary, base = compare.summary(dataset, None, values), experiment.file.baseline
        found = outcomes.measured_effects(dataset, base, outcomes.with_outcomes(dataset, values))
        outlays = outlays_of(experiment)
        effects = pd.concat([found, outcomes.cost_rows(found, outlays, self.split)], ignore_index=True)
        for name, frame in {
            "summary": summary,
            "effects": effects,
            "costs": outcomes.cost_table(outlays, self.split),
            "variance": outcomes.variances(dataset, base, values, PAIRED),
        }.items():
            compare.write_csv(frame, staging / f"{name}.csv")
        write_text(staging / "effects.tex", latex(effects, titles_of(experiment), self.split))
        return summary, effects, draw_comparison(experiment, dataset, effects, staging)


def outlays_of(experiment: Experiment) -> dict[str, Outlay]:
    """What each world but the baseline costs, as `corridor.results.tables.outcomes` takes it."""
    from corridor.results.tables.outcomes import Outlay

    return {
        world: Outlay(np.nan if cost.unknown else cost.known, cost.total, cost.measures, cost.of, cost.assumption)
        for world, cost in costs_of(experiment).items()
        if world != experiment.file.baseline
    }


def draw_comparison(experiment: Experiment, dataset: xr.Dataset, effects: pd.DataFrame, staging: Path) -> list[Path]:
    """The forest plot, the map of displacement of the first world, and what pairing gains."""
    from corridor.results.plots import effects as figures

    titles, base = titles_of(experiment), experiment.file.baseline
    first = next(name for name in titles if name != base)
    (staging / "figures").mkdir()
    return styled(
        {
            "forest": lambda: figures.draw_forest(effects, titles),
            "displacement": lambda: figures.draw_displacement(effects, first, titles, experiment.geography),
            "pairing": lambda: figures.draw_pairing(dataset, base, titles, PAIRED),
        },
        staging / "figures",
    )


@dataclass(frozen=True)
class Package:
    """A package of measures to be attributed: the experiment of its coalitions, and the orders sampled."""

    experiment: Experiment
    measures: list[Measure]
    sampled: list[attribution.Order]


def package_of(experiment: Experiment, world: str, permutations: int, seed: int) -> Package:
    """The coalitions that attribution of a world's measures needs.

    Raises InputError when the world has fewer than two measures beyond the baseline, or the sample is too small.
    """
    measures = variations.measures_of(experiment, [experiment.policies[world]])
    if len(measures) < 2:
        raise InputError(
            [
                f"{experiment.path}, worlds.{world}: has {len(measures)} measures that the baseline has not; "
                "at least 2 are needed to share an effect"
            ]
        )
    try:
        sampled = attribution.orders(len(measures), permutations, seed)
    except ValueError as error:
        raise InputError([f"command line --permutations: {error}"]) from None
    sets = attribution.coalitions_of(sampled)
    return Package(variations.coalitions(experiment, measures, sets), measures, sampled)


@dataclass(frozen=True)
class Attributing:
    """Writes what `corridor attribute` leaves: shares, the value of each coalition, and the waterfall."""

    package: Package
    indicators: tuple[str, ...]

    def __call__(self, experiment: Experiment, out: Path, staging: Path) -> Tables:
        """Write into `staging` from the cases in `out`; the coalitions, the shares and the figures' paths."""
        from corridor.results.plots import effects as figures
        from corridor.results.tables import summary as compare

        dataset, values = stored(out)
        whole = values[values.year == WHOLE]
        shares = pd.concat([self.shares(whole, name) for name in self.indicators], ignore_index=True)
        compare.write_csv(shares, staging / "attribution.csv")
        coalitions = whole[whole.indicator.isin(self.indicators)]
        compare.write_csv(coalitions, staging / "coalitions.csv")
        compare.write_csv(compare.summary(dataset, None, values), staging / "summary.csv")
        (staging / "figures").mkdir()
        titles = {measure.name: measure.title for measure in self.package.measures}
        drawn = styled(
            {
                f"waterfall_{name}": partial(
                    figures.draw_waterfall,
                    shares[shares.indicator == name],
                    titles,
                    f"{name} [{INDICATORS[name].unit}]",
                    mean_of(whole, name),
                )
                for name in self.indicators
            },
            staging / "figures",
        )
        return coalitions, shares, drawn

    def shares(self, whole: pd.DataFrame, indicator: str) -> pd.DataFrame:
        """Rows of attribution.csv for an indicator, from the figures of the whole run."""
        table = whole[whole.indicator == indicator].pivot(index="world", columns="seed", values="value")
        size = len(self.package.measures)
        found = attribution.shapley(
            lambda members: table.loc[variations.coalition_name(members, size)].to_numpy(), self.package.sampled
        )
        return pd.DataFrame(
            {
                "measure": [measure.name for measure in self.package.measures],
                "indicator": indicator,
                "unit": INDICATORS[indicator].unit,
                "share": found.shares,
                "standard_error": found.errors,
                "package_effect": found.effect,
                "permutations": len(self.package.sampled),
                "seeds": table.shape[1],
            }
        )


def mean_of(whole: pd.DataFrame, indicator: str) -> float:
    """The mean of an indicator where no measure is in force."""
    return float(whole[(whole.indicator == indicator) & (whole.world == variations.NONE)].value.mean())


def grid_of(levers: Sequence[str], values: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """Every combination of the values of levers, the point at which all are at their baseline first.

    The baseline of each lever is added to its values. Raises InputError for a lever that is not known.
    """
    unknown = [name for name in levers if name not in LEVERS]
    if unknown:
        raise InputError([f"{name!r} is no lever; 'corridor list levers' shows all" for name in unknown])
    neutral = tuple(LEVERS[name].baseline for name in levers)
    axes = [sorted({base, *given}) for base, given in zip(neutral, values, strict=True)]
    return [neutral, *(point for point in itertools.product(*axes) if point != neutral)]


@dataclass(frozen=True)
class Dosing:
    """Writes what `corridor dose` leaves: effects by value of the levers, and the figure."""

    levers: tuple[str, ...]
    points: list[tuple[float, ...]]
    indicator: str

    def __call__(self, experiment: Experiment, out: Path, staging: Path) -> Tables:
        """Write into `staging` from the cases in `out`; the summary, the doses and the figures' paths."""
        from corridor.results.tables import summary as compare

        dataset, values = stored(out)
        summary = compare.summary(dataset, None, values)
        dose = self.doses(compare.effects(dataset, experiment.file.baseline, values))
        compare.write_csv(dose, staging / "dose.csv")
        compare.write_csv(summary, staging / "summary.csv")
        (staging / "figures").mkdir()
        drawn = styled({"dose": lambda: self.draw(dose)}, staging / "figures")
        return summary, dose, drawn

    def doses(self, effects: pd.DataFrame) -> pd.DataFrame:
        """Effects of the whole run with the values of the levers in front; at the baseline all differences are 0."""
        whole = effects[effects.year == WHOLE]
        zero = whole[whole.world == whole.world.iloc[0]].assign(mean=0.0, low=0.0, high=0.0)
        zero["world"] = zero.baseline
        rows = pd.concat([zero, whole], ignore_index=True)
        number = rows.world.str.removeprefix(variations.DOSE).astype(int).to_numpy()
        at = np.array(self.points)[number]
        return pd.concat([pd.DataFrame(at, columns=list(self.levers)), rows.drop(columns="year")], axis=1)

    def draw(self, dose: pd.DataFrame) -> Figure:
        """A curve for one lever, heat maps for two."""
        from corridor.results.plots import effects as figures

        if len(self.levers) == 1:
            return figures.draw_dose(dose, self.levers[0], LEVERS[self.levers[0]].meaning)
        return figures.draw_interaction(dose, (self.levers[0], self.levers[1]), self.indicator)
