"""What the draws that are done say: effects with their intervals, and how they sharpen."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.experiments.app.play.draws import Block, Values
from corridor.model import INDICATORS
from corridor.results.report.headline import MAIN
from corridor.results.report.sentences import Effect
from corridor.results.tables.intervals import further_draw, of_mean

Floats = NDArray[np.float64]
SHOWN = MAIN  # arrivals, attempts, ..., deaths among them
FEWEST = 3  # draws below which an interval says nothing


@dataclass
class RunningEffect:
    """Draws as they come in, of `wanted` in all."""

    wanted: int
    blocks: dict[Block, Values] = field(default_factory=dict)
    error: str = ""

    def add(self, block: Block, values: Values) -> None:
        """Take a block of draws."""
        self.blocks[block] = values

    @property
    def draws(self) -> list[int]:
        """The draws that are done, in their order."""
        return [draw for block in sorted(self.blocks) for draw in block]

    @property
    def complete(self) -> bool:
        """Whether all draws are done."""
        return len(self.draws) >= self.wanted

    def values(self, indicator: str) -> Floats:
        """Shape (world, draw): the reference, then the changed world."""
        return np.concatenate([self.blocks[block][indicator] for block in sorted(self.blocks)], axis=1)

    def differences(self, indicator: str) -> Floats:
        """Changed world less reference, by draw."""
        reference, changed = self.values(indicator)
        difference: Floats = changed - reference
        return difference

    def effect(self, indicator: str) -> Effect:
        """The mean difference with the 90 % interval of that mean, and that of one further draw beside it. With fewer
        draws than `FEWEST` both intervals are unknown."""
        found, unit = self.differences(indicator), INDICATORS[indicator].unit
        mean, low, high = (float(each) for each in of_mean(found))
        future = further_draw(found)
        if len(found) < FEWEST:
            low = high = np.nan
            future = (np.nan, np.nan)
        level = float(np.mean(self.values(indicator)[0]))
        return Effect(indicator, unit, mean, low, high, level, *future, seeds=len(found))

    def sharpening(self, indicator: str) -> tuple[Floats, Floats, Floats, Floats]:
        """Number of draws from `FEWEST` on, and the mean with the ends of its interval after each."""
        found = self.differences(indicator)
        numbers = np.arange(FEWEST, len(found) + 1)
        parts = [of_mean(found[:number]) for number in numbers]
        mean, low, high = (np.array([part[k] for part in parts], dtype=float) for k in range(3))
        return numbers.astype(float), mean, low, high

    def table(self) -> pd.DataFrame:
        """Every draw of the indicators that are shown: one row each, the reference beside the changed world."""
        rows = [
            {"indicator": name, "unit": INDICATORS[name].unit, "draw": draw, "reference": a, "changed": b}
            for name in SHOWN
            for draw, a, b in zip(self.draws, *self.values(name), strict=True)
        ]
        frame = pd.DataFrame(rows, columns=["indicator", "unit", "draw", "reference", "changed"])
        return frame.assign(difference=frame.changed - frame.reference)
