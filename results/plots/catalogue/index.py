"""The catalogue, complete: which figures a result allows, and figures made from it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from corridor.results.plots.catalogue import of_effects, of_fits, of_runs
from corridor.results.plots.catalogue.registry import DAYS, FIGURES, LEADING, StoredFigure
from corridor.results.plots.files import write_styled
from corridor.results.plots.maps.year import write_year, years_in
from corridor.results.plots.sheet import WIDTHS, Sheet
from corridor.results.plots.stored import ResultFolder
from corridor.results.plots.style import STYLE
from corridor.results.store.case_file import StoreError

FAMILIES = (of_effects, of_runs, of_fits)  # importing them fills the catalogue
FORMATS = ("png", "pdf", "svg")
FOLDER = "figures"
YEAR = "year"  # the animation, which is no single figure
OF_YEAR = ("world",)  # its options
ABOUT_YEAR = "A year at the Channel week by week, as an animated GIF (and MP4 where ffmpeg is installed)."


def names() -> list[str]:
    """All names, in order of the alphabet."""
    return sorted([*FIGURES, YEAR])


def rows() -> list[tuple[str, str, str, str]]:
    """Name, what is shown, what a result must have, and options, of every figure."""
    found = [(each.name, each.meaning, needs_words(each.needs), " ".join(each.options)) for each in FIGURES.values()]
    return sorted([*found, (YEAR, ABOUT_YEAR, needs_words((DAYS,)), " ".join(OF_YEAR))])


def needs_words(needs: Sequence[str]) -> str:
    """What a figure needs, in words."""
    return ", ".join("daily records" if name == DAYS else f"{name}.csv" for name in needs)


def result_of(result: Any) -> ResultFolder:
    """A stored result from its folder, or from what an analysis returned."""
    if isinstance(result, ResultFolder):
        return result
    return ResultFolder(result if isinstance(result, str | os.PathLike) else result.folder)


def plot(name: str, result: Any, *, ax: Axes | None = None, width: str = "double", **options: Any) -> Figure:
    """Plot a figure of a stored result: on a figure of its own of a `width`, or in the place of `ax`.

    A figure of one panel is drawn on `ax` itself, one of several panels in its place; then there is no caption below.
    Options that are None are left out. Raises StoreError where the result does not have what the figure needs.
    """
    stored, known = result_of(result), FIGURES[name]
    given = checked(known, stored, width, options)
    with mpl.rc_context(STYLE):
        return known.draw(stored, Sheet(width, ax), **given)


def checked(known: StoredFigure, stored: ResultFolder, width: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a figure, those of the first that a result allows where no indicator is given.

    Raises StoreError where the result lacks what the figure needs, or an option is none of what is allowed.
    """
    if width not in WIDTHS:
        raise StoreError(f"width: {width!r} is not allowed; allowed are {', '.join(WIDTHS)}")
    given = known_options(known.name, options, known.options)
    if lacking := known.lacks(stored):
        raise StoreError(f"{stored.folder}: figure {known.name} needs {' and '.join(lacking)}, which is not there")
    if "indicator" not in given and (variants := known.variants(stored)):
        given = {**variants[0], **given}
    if "indicator" in known.options:
        indicators, own = known.indicators(stored), given.get("indicator", LEADING)
        if own not in indicators:
            raise StoreError(
                f"{stored.folder}: figure {known.name}, indicator: {own!r} is not allowed; allowed are "
                f"{', '.join(indicators)}"
            )
    return given


def known_options(name: str, options: Mapping[str, Any], known: Sequence[str]) -> dict[str, Any]:
    """The options of a figure that are not None. Raises StoreError where it does not have one of them."""
    given = {key: value for key, value in options.items() if value is not None}
    if unknown := [key for key in given if key not in known]:
        raise StoreError(f"figure {name}: has no option {', '.join(unknown)}; allowed: {', '.join(known) or 'none'}")
    return given


def possible(result: Any) -> list[StoredFigure]:
    """The figures that a result allows."""
    stored = result_of(result)
    return [each for name, each in sorted(FIGURES.items()) if not each.lacks(stored)]


def write(
    name: str,
    result: Any,
    *,
    width: str = "double",
    formats: Sequence[str] = FORMATS,
    out: str | os.PathLike[str] | None = None,
    **options: Any,
) -> list[Path]:
    """Write a figure of a stored result into its folder `figures`, or into `out`; the paths."""
    stored = result_of(result)
    given = known_options(name, options, OF_YEAR if name == YEAR else FIGURES[name].options)
    if name != YEAR:
        checked(FIGURES[name], stored, width, given)  # before a folder is made
    folder = Path(out) if out is not None else stored.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    if name == YEAR:
        return write_animation(stored, folder, width, given.get("world"))
    stem = "_".join([name, *map(str, given.values())])
    return write_styled(lambda: plot(name, stored, width=width, **given), folder / stem, formats)


def write_animation(stored: ResultFolder, folder: Path, width: str, world: str | None) -> list[Path]:
    """The animation of the last year of a run."""
    chosen, last = stored.world(world), years_in(stored.dataset)[-1]
    return write_year(stored.dataset, stored.geography(chosen), chosen, last, folder / f"{YEAR}_{last}", width)


def write_all(
    result: Any,
    *,
    width: str = "double",
    formats: Sequence[str] = FORMATS,
    out: str | os.PathLike[str] | None = None,
) -> list[Path]:
    """Write every figure that a stored result allows (not the animation); the paths."""
    stored = result_of(result)
    made: list[Path] = []
    for each in possible(stored):
        variants = list(each.variants(stored))
        for given in variants:
            named = given if len(variants) > 1 else {}
            made += write(each.name, stored, width=width, formats=formats, out=out, **named)
    return made
