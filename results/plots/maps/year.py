"""A year at the Channel, week by week, as an animation: people who wait, launches, arrivals and deaths on the map."""

from __future__ import annotations

import io
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.animation import FFMpegWriter
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from corridor.results.plots import words
from corridor.results.plots.files import write_bytes
from corridor.results.plots.maps.coastline import SOURCE
from corridor.results.plots.maps.projection import CHANNEL
from corridor.results.plots.maps.run_map import draw_coast, sectors_of
from corridor.results.plots.sheet import Sheet
from corridor.results.plots.style import COLOURS, HALO, LESS, MORE, SMALL, STYLE, count_axis, date_axis, title_of
from corridor.results.store.case_file import StoreError
from corridor.results.store.whole_files import write_whole

Floats = NDArray[np.float64]
WEEK, DOTS, PAUSE = 7, 110, 220  # days; dots an inch; milliseconds of a frame
STOCK_POINTS, WIDEST = 900.0, 9.0  # area of the largest stock; width of the largest flow in points


class Year:
    """Means over seeds of a world in a year, by week. Raises StoreError for less than a week."""

    def __init__(self, dataset: xr.Dataset, geography: Any, world: str, year: int) -> None:
        self.geography, self.year, self.title = geography, year, title_of(dataset, world)
        self.seeds = dataset.sizes["seed"]
        here = dataset.sel(world=world, time=dataset.time.dt.year == year)
        names = ("camp_stock", "arrivals_people", "prevented_people", "deaths_channel")
        daily = {name: here[name].mean("seed").values for name in names}
        weeks = here.sizes["time"] // WEEK
        if weeks == 0:
            raise StoreError(f"year: {here.sizes['time']} days of {year} are stored; allowed: at least {WEEK}")
        self.days = pd.DatetimeIndex(here.time.values[: weeks * WEEK : WEEK])
        by_week = {name: values[: weeks * WEEK].reshape(weeks, WEEK) for name, values in daily.items()}
        self.stock = by_week["camp_stock"].mean(axis=1)
        self.arrivals, self.prevented, self.deaths = (by_week[name].sum(axis=1) for name in names[1:])
        numbers, self.rows = sectors_of(dataset, geography)
        launches = here.launches_by_sector.sel(year=year).mean("seed").values[numbers]
        self.shares = launches / max(float(launches.sum()), 1.0)


def years_in(dataset: xr.Dataset) -> list[int]:
    """The calendar years of a run."""
    return sorted({int(year) for year in dataset.time.dt.year.values})


def draw_week(year: Year, week: int, sheet: Sheet) -> Figure:
    """One frame: the map of the coast, and the series with the week marked."""
    upper, lower = sheet.start(4.4).subplots(2, 1, height_ratios=(3.2, 1.0))
    x, y = draw_coast(upper, year.geography, year.rows)
    project = draw_waiting(upper, year, week)
    kent = year.geography.kinds.index("kent")
    goal = project(year.geography.lon[kent], year.geography.lat[kent])
    widths = WIDEST * np.sqrt(year.arrivals[week] * year.shares / max(float((year.arrivals).max()), 1.0))
    lines = [np.array([(a, b), (float(goal[0]), float(goal[1]))]) for a, b in zip(x, y, strict=True)]
    upper.add_collection(LineCollection(lines, colors=LESS, linewidths=widths, alpha=0.5, zorder=2, capstyle="round"))
    upper.scatter(x, y, s=5, color=MORE, zorder=3, linewidths=0)
    text = (
        f"week from {year.days[week].day} {year.days[week]:%B %Y}\n{year.arrivals[week]:,.0f} people arrive\n"
        f"{year.prevented[week]:,.0f} attempts prevented\n{deaths_in_words(float(year.deaths[week]))} in the Channel"
    )
    look: dict[str, Any] = {
        "transform": upper.transAxes,
        "fontsize": 7.0,
        "va": "bottom",
        "ha": "right",
        "path_effects": HALO,
    }
    upper.text(0.985, 0.03, text, **look)
    draw_series(lower, year, week, sheet)
    sheet.title(f"A year at the Channel: {year.title}, {year.year}")
    sheet.note(
        f"Means of {year.seeds} seeds. Circle: people who wait at the coast; lines: people who arrive, by the year's "
        f"share of launches of each coarse coast sector. {SOURCE}"
    )
    return sheet.figure


def deaths_in_words(mean: float) -> str:
    """The deaths of a week, a mean over seeds, which has one decimal."""
    return f"{mean:,.1f} deaths" if mean >= 0.05 else "no deaths"


def draw_waiting(axes: Axes, year: Year, week: int) -> Any:
    """The people at the coast as a circle inland; the projection of the map."""

    camps = [k for k, kind in enumerate(year.geography.kinds) if kind == "camp"]
    lon, lat = year.geography.lon[camps].max() + 0.1, year.geography.lat[camps].mean() - 0.1
    east, north = CHANNEL(min(float(lon), 2.6), float(lat))
    size = STOCK_POINTS * year.stock[week] / max(float(year.stock.max()), 1.0)
    axes.scatter(east, north, s=size, color=COLOURS[4], alpha=0.6, zorder=2, linewidths=0)
    text = f"{year.stock[week]:,.0f}\npeople wait"
    axes.annotate(
        text, (float(east), float(north)), fontsize=SMALL, ha="center", va="center", path_effects=HALO, zorder=3
    )
    return CHANNEL


def draw_series(axes: Axes, year: Year, week: int, sheet: Sheet) -> None:
    """Arrivals by week, those that have been in full colour."""
    colours = np.where(np.arange(len(year.days)) <= week, LESS, "#d9d9d9").tolist()
    axes.bar(year.days, year.arrivals, width=5.6, color=colours)
    dead = year.deaths >= 1.0
    axes.plot(year.days[dead], year.arrivals[dead], "x", color="#222222", markersize=3, label="deaths")
    axes.set_title(f"{words.quantity('arrivals_people')}, a week; crosses: one death or more", loc="left")
    date_axis(axes, sheet.wide)
    count_axis(axes, ticks=3)


def write_year(
    dataset: xr.Dataset, geography: Any, world: str, year: int, stem: Path, width: str = "double"
) -> list[Path]:
    """Write the weeks of a year as an animated GIF, and as MP4 where ffmpeg is installed; the paths."""
    about = Year(dataset, geography, world, year)
    with mpl.rc_context(STYLE):
        frames = [rendered(draw_week(about, week, Sheet(width))) for week in range(len(about.days))]
    buffer = io.BytesIO()
    reduced = [frame.quantize(64, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE) for frame in frames]
    reduced[0].save(buffer, "GIF", save_all=True, append_images=reduced[1:], duration=PAUSE, loop=0, optimize=False)
    path = stem.parent / f"{stem.name}.gif"
    write_whole(path, partial(write_bytes, content=buffer.getvalue()))
    return [path, *write_film(frames, stem)]


def rendered(figure: Figure) -> Image.Image:
    """A figure as pixels."""
    figure.set_dpi(DOTS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def write_film(frames: list[Image.Image], stem: Path) -> list[Path]:
    """The frames as MP4; nothing where ffmpeg is not installed."""
    if shutil.which("ffmpeg") is None:
        return []
    path = stem.parent / f"{stem.name}.mp4"
    size = (frames[0].width / DOTS, frames[0].height / DOTS)
    figure = Figure(figsize=size, dpi=DOTS)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    picture = axes.imshow(frames[0])
    writer = FFMpegWriter(fps=round(1000 / PAUSE))
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        with writer.saving(figure, str(draft), DOTS):
            for frame in frames:
                picture.set_data(np.asarray(frame))
                writer.grab_frame()
        write_whole(path, partial(write_bytes, content=draft.read_bytes()))
    return [path]
