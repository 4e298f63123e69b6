"""What packages of measures cost, when a published sum is split between measures by assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.experiments.analyses.costs import own_cost, packages, shared_of, sharing_of

Floats = NDArray[np.float64]
DRAWS, DRAWS_SEED = 2_000, 1


@dataclass(frozen=True)
class Costing:
    """Costs of measures in million EUR at full intensity; cost is assumed proportional to intensity.

    `mean` holds the expected cost of each measure, `draws` (draw, measure) possible ones: measures without a cost of
    their own share the sum of the smallest package that includes them, with all splits equally likely
    (Dirichlet) or equal; a grade C assumption as in `corridor.experiments.analyses.costs`. Measures in no such
    package are `unknown`.
    """

    names: tuple[str, ...]
    mean: Floats
    draws: Floats
    assumed: tuple[str, ...]
    unknown: tuple[str, ...]

    def of(self, weights: Floats) -> tuple[float, Floats]:
        """The expected cost of measures at these intensities (0: left out), and possible costs."""
        return float(self.mean @ weights), self.draws @ weights


def costing(names: Sequence[str], files: dict[str, dict[str, Any]], split: str) -> Costing:
    """The costs of measures by their policy files; measures without a known cost are left out of its `names`."""
    own = {name: own_cost(name, files) for name in names}
    groups = {name: group_of(name, files) for name, cost in own.items() if cost is None}
    draws = {name: np.full(DRAWS, float(cost)) for name, cost in own.items() if cost is not None}
    means = {name: float(cost) for name, cost in own.items() if cost is not None}
    generator = np.random.default_rng(DRAWS_SEED)
    for group in dict.fromkeys(groups.values()):
        if group:
            total, sharing = group
            shares = total * split_of(len(sharing), split, generator)
            inside = [name for name, each in groups.items() if each == group]
            draws |= {name: shares[:, sharing.index(name)] for name in inside}
            means |= dict.fromkeys(inside, total / len(sharing))
    known = tuple(name for name in names if name in means)
    return Costing(
        known,
        np.array([means[name] for name in known]),
        np.array([draws[name] for name in known]).T,
        assumed=tuple(name for name in known if name in groups),
        unknown=tuple(name for name in names if name not in means),
    )


def split_of(measures: int, split: str, generator: np.random.Generator) -> Floats:
    """Possible shares of a number of measures in a sum, shape (draw, measure)."""
    if split == "equal":
        return np.full((DRAWS, measures), 1.0 / measures)
    return generator.dirichlet(np.ones(measures), DRAWS)


def group_of(name: str, files: dict[str, dict[str, Any]]) -> tuple[float, tuple[str, ...]] | None:
    """The published sum that a measure shares, and the measures that share it; None where there is none."""
    for package, total in packages(files):
        sharing = sharing_of(package, files)
        if name in sharing:
            return shared_of(package, total, files), tuple(sharing)
    return None
