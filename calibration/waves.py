"""Waves of runs: which points of the priors are worth a run (history matching).

Emulators (the regressions of `fit`) predict statistics from parameters. A point is implausible when what it is
predicted to give lies far from what was observed, in deviations of the prediction's own errors: those of the emulators,
of chance and of records together (Craig et al. 1997, doi:10.1007/978-1-4612-2290-3_2; Vernon, Goldstein & Bower 2010,
doi:10.1214/10-BA524). How far is too far is not assumed: rows of the table play the observed in turn, and the region is
made as wide as it has to be to hold nearly all of them.

The priors are cut to the region and nothing else is done to them, so that a fit needs no weights. It is the fit of the
model to what is in the region: what `HELD` leaves out is lost at every wave.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Method, cross_fitted, standardised

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]
CANDIDATES = 2**17  # points of the priors among which those to be run are chosen
COMPONENTS = 10  # principal components of the statistics that are emulated; what comes after them is chance
HELD = 0.99  # share of planted rows that a region holds


def region(candidates: Floats, rows: Floats, table: Floats, observed: Floats, method: Method) -> Bools:
    """Which candidates are not implausible, given the statistics of runs.

    `candidates` and `rows`, the points that ran, are (point, parameter) in normal scores; `table` is (row, statistic),
    `observed` (statistic).
    """
    from sklearn.covariance import LedoitWolf
    from sklearn.decomposition import PCA

    made, seen = standardised(table, observed[None, :])
    reduced = PCA(min(COMPONENTS, *made.shape), whiten=True, svd_solver="full").fit(made)
    made, seen = reduced.transform(made), reduced.transform(seen)
    unseen, everywhere = cross_fitted(made, rows, candidates, method)
    scale = np.linalg.cholesky(LedoitWolf().fit(made - unseen).precision_)
    made, seen, unseen, everywhere = (each @ scale for each in (made, seen, unseen, everywhere))
    own = ((made - unseen) ** 2).sum(axis=1)
    nearer = [float((away(everywhere, row) < distance).mean()) for row, distance in zip(made, own, strict=True)]
    distances = away(everywhere, seen[0])
    return np.asarray(distances <= np.quantile(distances, np.quantile(nearer, HELD)))


def away(predicted: Floats, seen: Floats) -> Floats:
    """Squared distance of predictions from what was seen, on the scale of their errors."""
    return np.asarray(((predicted - seen) ** 2).sum(axis=1))


def next_rows(plausible: Bools, run: Sequence[Ints], points: int) -> Ints:
    """The first `points` plausible candidates that no wave has run; fewer where there are no more."""
    left = plausible.copy()
    left[np.concatenate([np.empty(0, dtype=np.intp), *run])] = False
    return np.flatnonzero(left)[:points]
