"""Intervals of all tables, each of one of three things: of a mean, of one further draw, or of several means at once.

- `of_mean`: 90 % of such intervals hold the true mean (Student's t over independent units). It shrinks with their
  number.
- `of_crossed_mean`: the same where units are crossed, such as points that all run on the same seeds.
- `further_draw`: one further draw lies within it in 90 % of cases. It does not shrink.
- `intervals=N` of these means: in 90 % of studies all N intervals together hold their true means (Bonferroni), for
  winners that were picked among many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]
CONFIDENCE = 0.90
TAIL = (1.0 - CONFIDENCE) / 2.0
FEW = 20  # pairs of runs below which what is equal in all of them may be chance
FEWEST = 19  # independent draws from which on the ends of a 90 % interval lie between draws


def of_few(low: ArrayLike, high: ArrayLike, runs: ArrayLike) -> NDArray[np.bool_]:
    """Whether an interval has no width only because all of few (pairs of) runs are equal, so that it says nothing."""
    same = np.asarray(low, dtype=float) == np.asarray(high, dtype=float)
    return np.asarray(same & (np.asarray(runs) < FEW))


def clear_of_zero(low: ArrayLike, high: ArrayLike, runs: ArrayLike = np.inf) -> NDArray[np.bool_]:
    """Whether intervals do not hold zero; not where they are not known, nor where few runs are all equal."""
    beside = (np.asarray(low, dtype=float) > 0.0) | (np.asarray(high, dtype=float) < 0.0)
    return np.asarray(beside & ~of_few(low, high, runs))


def reach(freedom: ArrayLike, intervals: int = 1) -> Floats:
    """Standard errors on each side of a t-interval with these degrees of freedom; for one of so many simultaneous
    intervals. NaN without a degree of freedom."""
    known = np.asarray(freedom, dtype=float)
    return np.asarray(stdtrit(np.where(known > 0.0, known, np.nan), 1.0 - TAIL / intervals))


def of_mean(values: Floats, intervals: int = 1) -> tuple[Floats, Floats, Floats]:
    """Mean over the last axis, whose units are independent, with the ends of its t-interval (NaN for one unit), which
    is one of so many simultaneous ones."""
    number = values.shape[-1]
    mean = values.mean(axis=-1)
    if number < 2:
        return mean, np.full(mean.shape, np.nan), np.full(mean.shape, np.nan)
    half = reach(number - 1, intervals) * values.std(axis=-1, ddof=1) / np.sqrt(number)
    return mean, mean - half, mean + half


def crossed_error(parts: Floats) -> tuple[Floats, Floats, Floats]:
    """Standard errors of the means of parts, shape (..., row, column), their part from the rows, and degrees of
    freedom.

    Rows and columns are crossed units, such as points and seeds: the variance of the mean is (rows + columns - rest) /
    number by their mean squares in the two-way analysis of variance, with Satterthwaite's degrees of freedom. One row
    stands for rows that are complete and add no error; NaN for one column.
    """
    rows, columns = parts.shape[-2:]
    shape = parts.shape[:-2]
    if columns < 2:
        unknown = np.full(shape, np.nan)
        return unknown, unknown, unknown
    if rows == 1:
        return parts[..., 0, :].std(axis=-1, ddof=1) / np.sqrt(columns), np.zeros(shape), np.full(shape, columns - 1.0)
    of_rows, of_columns, of_rest = mean_squares(parts)
    total = np.maximum(of_rows + of_columns - of_rest, np.maximum(of_rows, of_columns))
    below = of_rows**2 / (rows - 1) + of_columns**2 / (columns - 1) + of_rest**2 / ((rows - 1) * (columns - 1))
    freedom = np.divide(total**2, below, out=np.full(shape, np.inf), where=below > 0.0)
    number = rows * columns
    return np.sqrt(total / number), np.sqrt(of_rows / number), np.maximum(freedom, 1.0)


def of_crossed_mean(parts: Floats, intervals: int = 1) -> tuple[Floats, Floats, Floats]:
    """Mean of parts, shape (..., row, column), whose rows and columns are crossed units, with its interval, one of so
    many simultaneous ones; with one column that over rows, with one row that over columns.

    Each part of the variance has the reach of its own degrees of freedom (modified large samples; Graybill & Wang 1980,
    Journal of the American Statistical Association 75, 869-873), as Satterthwaite's, of the observed mean squares, are
    too many where the means of two seeds happen to be alike. With two columns one interval of 90 % holds 0.89 or more,
    but one of thirty simultaneous ones 0.96 in place of 0.997: give four.
    """
    rows, columns = parts.shape[-2:]
    if columns == 1 or rows == 1:
        return of_mean(parts[..., 0] if columns == 1 else parts[..., 0, :], intervals)
    number, mean = rows * columns, parts.mean(axis=(-2, -1))
    of_rows, of_columns, of_rest = mean_squares(parts)
    from_columns = np.maximum(of_columns - of_rest, 0.0)
    half = np.hypot(
        reach(rows - 1, intervals) * np.sqrt(of_rows / number),
        reach(columns - 1, intervals) * np.sqrt(from_columns / number),
    )
    return mean, mean - half, mean + half


def mean_squares(parts: Floats) -> tuple[Floats, Floats, Floats]:
    """Those of rows, columns and the rest in the two-way analysis of variance of parts, shape (..., row, column)."""
    rows, columns = parts.shape[-2:]
    by_row, by_column = parts.mean(axis=-1), parts.mean(axis=-2)
    rest = parts - by_row[..., None] - by_column[..., None, :] + parts.mean(axis=(-2, -1))[..., None, None]
    of_rest = (rest**2).sum(axis=(-2, -1)) / ((rows - 1) * (columns - 1))
    return columns * by_row.var(axis=-1, ddof=1), rows * by_column.var(axis=-1, ddof=1), of_rest


def further_draw(values: ArrayLike, draws: int | None = None) -> tuple[float, float]:
    """The 90 % prediction interval for one further draw; NaN for fewer than two, or where a draw has no value.

    Where each of `draws` has several values, as with several seeds, these are not independent: then the number of draws
    counts, not that of values (`ends_of_draws`).

    From 19 draws on its ends are quantiles of the draws, whatever their distribution: of the estimators of Hyndman &
    Fan (1996, The American Statistician 50, 361-365) the sixth, as a further draw lies below the k-th of n with chance
    k / (n + 1). (The eighth, which is unbiased for the median of a quantile, would hold 88 % at 32 draws, and the least
    and the largest 94 %.) Fewer draws than that say nothing of the ends themselves and are taken to be normal: mean -/+
    t(n - 1) s sqrt(1 + 1/n).
    """
    low, high = further_draws(np.asarray(values, dtype=float), draws)
    return float(low), float(high)


def further_draws(values: Floats, draws: int | None = None) -> tuple[Floats, Floats]:
    """`further_draw` of many quantities at once, with values along the first axis."""
    n = draws or len(values)
    if n < 2:
        unknown = np.full(values.shape[1:], np.nan)
        return unknown, unknown
    if n >= FEWEST:
        return ends_of_draws(values, n)
    half, mean = half_width(n, values.std(axis=0, ddof=1)), values.mean(axis=0)
    return mean - half, mean + half


def ends_of_draws(values: Floats, draws: int) -> tuple[Floats, Floats]:
    """The ends of the interval for one further draw: the values, along the first axis, in the middle of those of the
    draws whose ranks are TAIL (draws + 1) from both ends.

    With k values of each draw these have the ranks k TAIL (draws + 1) - (k - 1) / 2 where doubt is all, and k values
    lie together; where chance has a part such intervals hold 0.90 to 0.93 (a test).
    """
    each = len(values) / draws
    rank = each * TAIL * (draws + 1) - (each - 1.0) / 2.0
    share = max(0.0, (rank - 1.0) / (len(values) - 1.0))  # rank 1 but for rounding at 19 draws
    low, high = np.quantile(values, [share, 1.0 - share], axis=0)
    return low, high


def half_width(draws: ArrayLike, deviation: ArrayLike) -> Floats:
    """Half of the 90 % prediction interval for one further draw from so many, taken to be normal: t(n - 1) s sqrt(1 +
    1/n)."""
    n = np.asarray(draws, dtype=float)
    return np.asarray(reach(n - 1.0) * np.asarray(deviation, dtype=float) * np.sqrt(1.0 + 1.0 / n))
