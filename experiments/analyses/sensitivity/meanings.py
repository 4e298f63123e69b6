"""Meanings and shapes of the tables of a sensitivity analysis, and of their columns."""

from __future__ import annotations

from corridor.results.tables.shape import MIXED, OF_ROW, SQUARED, Number, Shape
from corridor.results.tables.shapes import SHARE

INDICES = "sensitivity indices of each parameter, for each indicator over the whole run"
CONVERGENCE = "the same indices as the sample doubles"
NOISE = (
    "variance between points and between seeds; how much of what indices are made from is chance, and what is needed"
)
SCREENING = "results of screening, and which parameters are varied afterwards"
SCREENING_COLUMNS = {
    "share": "mu* of the parameter over the largest mu*, for the indicator for which that is largest",
    "share_low": "lower end of the 90 % interval of mu* over the largest mu*",
    "share_high": "upper end of that interval",
    "kept": "whether the parameter is varied afterwards",
    "may_matter": "whether a parameter that is not kept may matter as much as the last that is, by its interval",
}
INDEX_COLUMNS = {
    "unit": "unit of the indicator; `value` says which indices are in it",
    "method": "the method by which indices are estimated",
    "parameter": "the parameter, the pair of parameters (A x B) or the group that an index belongs to; with resample, "
    "seed is the chance of a run",
    "index": "which index: mu_star, mu and sigma (Morris); S1, ST and S2 (shares of variance; with resample, ST is half"
    " the mean squared change over the variance between draws); delta, PAWN",
    "value": "estimate of the index: in the unit of the indicator for Morris, else a share; for Morris and Sobol with "
    "several seeds without the chance of runs, so that it may be below zero",
    "low": "lower end of the 90 % interval of the index: of Morris over trajectories and their seeds, of others over "
    "the sample",
    "high": "upper end of that interval",
    "floor": "noise floor of mu_star and ST: what chance alone exceeds in one of twenty studies, if the parameter had "
    "no effect; empty with one seed and for other indices",
    "samples": "size of the base sample, or number of trajectories",
}
NOISE_COLUMNS = {
    "mean": "mean over points and seeds, in the unit of the indicator",
    "parameters": "variance between points, which is due to parameters (square of the unit)",
    "seeds_alike": "variance between seeds that is the same at all points, for Morris along a trajectory (square of "
    "the unit)",
    "seeds_apart": "variance between seeds that differs from point to point (square of the unit)",
    "share_of_seeds": "share of seeds in the variance of a single run",
    "share_in_index": "share of chance in what the leading index is made from: for Morris and Sobol in the squared "
    "changes of means over seeds (the index has it taken out), for other methods in the means",
    "seeds_needed": "how many seeds make that share a tenth (inf: nothing but chance is seen)",
    "floor": "noise floor of the middle parameter, in the unit of mu* or as a share (Sobol)",
    "samples_needed": "base sample, or trajectories, with which the floor is a tenth of the largest index, with as "
    "many seeds",
}
IN_UNIT = "morris"  # the method whose indices are in the unit of the indicator
SCREENING_SHAPE = Shape(
    ("parameter",),
    (Number("share", "share_low", "share_high", "90 % interval of mu* over the largest mu*", SHARE),),
    ("kept", "may_matter"),
)


def index_shape(method: str, runs: int) -> Shape:
    """The shape of the tables of indices, which are made from so many runs."""
    unit = OF_ROW if method == IN_UNIT else SHARE
    value = Number("value", "low", "high", "90 % interval of the index", unit, runs=runs)
    numbers = (value, Number("floor", unit=unit))
    labels = ("indicator", "parameter", "index", "samples", "world", "baseline", "period", "method")
    return Shape(labels, numbers)


def noise_shape(method: str) -> Shape:
    """The shape of the table `noise`."""
    return Shape(
        ("indicator", "world", "baseline", "period"),
        (
            Number("mean"),
            *(Number(name, unit=SQUARED) for name in ("parameters", "seeds_alike", "seeds_apart")),
            *(Number(name, unit=SHARE) for name in ("share_of_seeds", "share_in_index")),
            Number("seeds_needed", unit=""),
            Number("floor", unit=OF_ROW if method == IN_UNIT else MIXED),
            Number("samples_needed", unit=""),
        ),
    )
