"""Bounds from the normal, binomial and chi-square laws, all at the level of four standard errors, and the plots.

Four standard errors are passed by chance once in 16 000 comparisons. Seeds are fixed: a check that fails once fails
always, and is then looked into; bounds are not moved.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy import stats

PLOTS = Path(__file__).parents[2] / "results" / "runs" / "verification"  # git-ignored
ERRORS = 4.0
LEVEL = 2.0 * float(stats.norm.sf(ERRORS))  # 6.3e-5
Floats = NDArray[np.float64]
BLACK, BLUE, BAND = "#222222", "#0072b2", "#d9d9d9"


def binomial_error(p: ArrayLike, n: ArrayLike) -> Floats:
    """Standard error of a share of n independent trials with chance p."""
    p, n = np.asarray(p, dtype=float), np.asarray(n, dtype=float)
    return np.sqrt(p * (1.0 - p) / np.maximum(n, 1.0))


def outside(found: ArrayLike, expected: ArrayLike, error: ArrayLike) -> str:
    """Values more than four standard errors from what is expected, in words; nothing if there are none."""
    found, expected, error = np.broadcast_arrays(found, expected, error)
    places = np.argwhere(np.abs(found - expected) > ERRORS * error + 1e-9 * np.abs(expected))
    if not len(places):
        return ""
    first = tuple(places[0])
    return (
        f"{len(places)} of {found.size} values, the first at {first}: {found[first]} is more than {ERRORS} standard "
        f"errors of {error[first]} from {expected[first]}"
    )


def multinomial_p(counts: ArrayLike, shares: ArrayLike) -> float:
    """The p-value of Pearson's chi-square of counts with these shares; below LEVEL they do not fit.

    The rarest cells are put together until five are expected in them, as the test wants it.
    """
    counts, shares = np.asarray(counts, dtype=float), np.asarray(shares, dtype=float)
    expected = shares * counts.sum()
    order = np.argsort(expected)
    rare = int(np.searchsorted(np.cumsum(expected[order]), 5.0)) + 1
    counts, expected = (np.append(x[order[rare:]], x[order[:rare]].sum()) for x in (counts, expected))
    return float(stats.chisquare(counts, expected).pvalue)


def sheet(title: str, columns: int = 1, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure with some axes, row by row."""
    figure = Figure(figsize=(1.0 + 4.2 * columns, 1.0 + 3.0 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=11)
    axes = list(np.atleast_1d(figure.subplots(rows, columns)).ravel())
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def draw_band(ax: Axes, x: ArrayLike, expected: ArrayLike, error: ArrayLike, label: str = "closed form") -> None:
    """The closed form as a line, with four standard errors around it."""
    x, expected, error = (np.asarray(values, dtype=float) for values in (x, expected, error))
    ax.fill_between(x, expected - ERRORS * error, expected + ERRORS * error, color=BAND, label="4 standard errors")
    ax.plot(x, expected, color=BLACK, linewidth=1.0, label=label)


def draw_points(
    ax: Axes, x: ArrayLike, found: ArrayLike, expected: ArrayLike, error: ArrayLike, label: str = "model"
) -> None:
    """What was found, and the bound around the expected value of each."""
    ax.errorbar(
        x,
        expected,
        yerr=ERRORS * np.asarray(error),
        fmt="none",
        ecolor=BLACK,
        elinewidth=1.0,
        capsize=4,
        label="closed form, 4 standard errors",
    )
    ax.plot(x, found, "o", color=BLUE, markersize=4, label=label)


def draw_deviations(ax: Axes, labels: list[str], z: ArrayLike) -> None:
    """Deviations in standard errors, one row a label, with the bound."""
    ax.axvspan(-ERRORS, ERRORS, color=BAND, label="4 standard errors")
    ax.axvline(0.0, color=BLACK, linewidth=1.0)
    ax.plot(z, range(len(labels)), "o", color=BLUE, markersize=4, label="model")
    ax.set_yticks(range(len(labels)), labels)
    ax.set_xlim(-5.0, 5.0)
    ax.set_xlabel("deviation from the closed form (standard errors)")


def save(figure: Figure, name: str) -> None:
    """Write the plot, with one legend for all its axes, as PNG among the results of runs."""
    known: dict[str, Artist] = {}
    for ax in figure.axes:
        ax.title.set_fontsize(9)
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            known.setdefault(label, handle)
    figure.legend(list(known.values()), list(known), loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    PLOTS.mkdir(parents=True, exist_ok=True)
    figure.savefig(PLOTS / f"{name}.png", dpi=150)
