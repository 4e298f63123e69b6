"""What a figure of the catalogue is, and how functions become figures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from corridor.results.plots.catalogue.columns import NEEDED, OF_INDICATORS
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.stored import ResultFolder

LEADING = "arrivals_people"  # the indicator of a figure where none is given
DAYS = "days"  # needs daily records of worlds by seed
OPTIONS = ("indicator", "world")
OF_A_DAY = {"world", "seed", "time"}  # dimensions of a daily record
Draw = Callable[..., Figure]
Variants = Callable[[ResultFolder], Sequence[dict[str, str]]]


@dataclass(frozen=True)
class StoredFigure:
    """A figure: its name, what it shows, the tables that it needs (or `days`), and the function that plots it.

    `variants` gives the options of each figure of this name that a result allows, such as one for each indicator;
    `allowed` says whether a result that has the tables has a figure at all.
    """

    name: str
    meaning: str
    needs: tuple[str, ...]
    draw: Draw
    variants: Variants
    allowed: Callable[[ResultFolder], bool]

    @property
    def options(self) -> list[str]:
        """Those of `OPTIONS` that the function takes."""
        return [name for name in inspect.signature(self.draw).parameters if name in OPTIONS]

    def lacks(self, result: ResultFolder) -> list[str]:
        """What the result does not have of what is needed, in words."""
        tables = [name for name in self.needs if name != DAYS]
        found = [f"{name}.csv" for name in tables if name not in result.tables]
        for name in tables:
            if name in result.tables and (columns := sorted(NEEDED.get(name, set()) - set(result.columns(name)))):
                found.append(f"{', '.join(columns)} in {name}.csv")
        if DAYS in self.needs and not result.has_days:
            found.append("daily records of worlds by seed (folder cases)")
        if not found and not self.allowed(result):
            found.append("what it shows: see its meaning in `corridor list figures`")
        return found

    def indicators(self, result: ResultFolder) -> list[str]:
        """The indicators of which a result has this figure: those of the daily records, or of the table, that it needs
        first."""
        first = self.needs[0]
        if first == DAYS:
            return [str(name) for name, values in result.dataset.items() if set(values.dims) == OF_A_DAY]
        column = next(name for name in OF_INDICATORS if name in result.columns(first))
        return list(dict.fromkeys(map(str, result.table(first)[column])))


FIGURES: dict[str, StoredFigure] = {}


def one(_: ResultFolder) -> Sequence[dict[str, str]]:
    """One figure, without options."""
    return ({},)


def always(_: ResultFolder) -> bool:
    """A result that has the tables has the figure."""
    return True


def figure(
    *needs: str, variants: Variants = one, allowed: Callable[[ResultFolder], bool] = always
) -> Callable[[Draw], Draw]:
    """Put a function (result, sheet, and options) into the catalogue under its name; its first line is the meaning."""

    def register(draw: Draw) -> Draw:
        name = draw.__name__.removesuffix("_")
        meaning = (inspect.getdoc(draw) or "").split("\n\n")[0].replace("\n", " ")
        FIGURES[name] = StoredFigure(name, meaning, needs, draw, variants, allowed)
        return draw

    return register


def several_worlds(result: ResultFolder) -> bool:
    """Whether there is a world beside the baseline."""
    return len(result.plan.get("worlds") or {}) > 1


__all__ = ["DAYS", "FIGURES", "LEADING", "ResultFolder", "Sheet", "StoredFigure", "figure", "several_worlds"]
