"""Where journeys end, and which nationality groups those have who arrive by boat: a Sankey diagram."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from corridor.results.plots import words
from corridor.results.plots.sheet import Sheet, wrapped
from corridor.results.plots.style import COLOURS, SMALL, percent, title_of, with_interval
from corridor.results.tables.summary import number_of_draws

ENDS = (  # indicator, how the journey ends, colour
    ("arrivals_people", "arrive by small boat", COLOURS[0]),
    ("arrivals_lorry", "arrive by lorry", COLOURS[5]),
    ("asylum_in_france", "ask for asylum in France", COLOURS[2]),
    ("gave_up_people", "give up crossing and stay", COLOURS[4]),
    ("returned", "are removed or return with help", COLOURS[3]),
    ("deaths_channel", "die in the Channel", "#222222"),
    ("deaths_south", "die in the Mediterranean or the Atlantic", "#555555"),
)
SUMS = {"returned": ("removed_people", "assisted_returns"), "deaths_south": ("deaths_mediterranean", "deaths_atlantic")}
LEAST_SHARE = 0.02  # of boat arrivals, below which groups are shown together
GAP, NODE = 0.018, 0.022  # between nodes, and width of a node, as shares of the panel
COLUMNS = (0.0, 0.36, 0.74)  # left edges of the nodes


def totals(dataset: xr.Dataset, world: str, name: str) -> np.ndarray:
    """The sum of an indicator, or of several, over a run, by seed."""
    here = dataset.sel(world=world)
    return np.asarray(sum(here[each].sum("time").values for each in SUMS.get(name, (name,))))


def draw_ends(dataset: xr.Dataset, world: str, sheet: Sheet | None = None) -> Figure:
    """From all journeys that end to how they end, and from arrivals by boat to nationality groups."""
    sheet = sheet or Sheet()
    (axes,) = sheet.panels(1, height=4.0 if sheet.wide else 4.4)
    by_end = {name: totals(dataset, world, name) for name, _, _ in ENDS}
    means = {name: float(values.mean()) for name, values in by_end.items()}
    groups = groups_of(dataset, world)
    whole = sum(means.values()) or 1.0
    scale = (1.0 - GAP * max(len(ENDS) - 1, len(groups) - 1)) / whole
    top = 1.0
    draw_node(axes, COLUMNS[0], 1.0, whole * scale, "#777777")
    begin = wrapped(f"{whole:,.0f} journeys that end", sheet.inches * (COLUMNS[1] - 4 * NODE), SMALL)
    axes.text(COLUMNS[0], 1.012, begin, fontsize=SMALL, va="bottom", linespacing=1.05)
    left, middle = 1.0, top
    for name, text, colour in ENDS:
        height = means[name] * scale
        draw_ribbon(axes, (COLUMNS[0] + NODE, left), (COLUMNS[1], middle), height, colour)
        draw_node(axes, COLUMNS[1], middle, height, colour)
        words_ = f"{text}\n{with_interval(by_end[name], number_of_draws(dataset))}"
        slot = max(height, 0.08 if sheet.wide else 0.1)  # with room for its label, which stands in the middle of it
        lowest = middle - slot
        if name == "arrivals_people":  # what goes on from here has the room beside and below it
            axes.text(COLUMNS[1], top + 0.012, words_, fontsize=SMALL - 0.5, va="bottom", linespacing=1.05)
            lowest = min(lowest, draw_groups(axes, groups, (middle, height), sheet))
        else:
            label(axes, COLUMNS[1], middle - slot / 2, words_, sheet)
        left, middle = left - height, lowest - GAP
    axes.set_xlim(-0.005, 1.0)
    axes.set_ylim(min(middle, 0.0) - 0.01, 1.09)
    axes.set_axis_off()
    sheet.title(f"Where journeys end, and who arrives by boat: {title_of(dataset, world)}")
    sheet.note(
        f"People over the whole run, mean of {dataset.sizes['seed']} seeds, with the 90 % prediction interval for one "
        "further seed. Runs store nationality groups for arrivals by boat alone. Journeys that had not ended, and "
        "people who settled on the way, are not shown.",
    )
    return sheet.figure


def groups_of(dataset: xr.Dataset, world: str) -> dict[str, float]:
    """Mean arrivals by boat of each nationality group, the largest first, small ones together."""
    means = dataset.arrivals_by_group.sel(world=world).sum("year").mean("seed").to_series().sort_values(ascending=False)
    small = means < LEAST_SHARE * means.sum()
    found = {words.group(str(name)): float(value) for name, value in means[~small].items() if value > 0.0}
    rest = float(means[small].sum())
    return found | ({"smaller groups": found.pop("smaller groups", 0.0) + rest} if rest else {})


def draw_groups(axes: Axes, groups: dict[str, float], boats: tuple[float, float], sheet: Sheet) -> float:
    """Ribbons from arrivals by boat to the groups; where the lowest ends."""
    total = sum(groups.values()) or 1.0
    start, top = boats[0], 1.0
    for k, (name, value) in enumerate(groups.items()):
        height = boats[1] * value / total
        colour = "#3d7fb3" if k % 2 == 0 else "#7fb0d6"
        draw_ribbon(axes, (COLUMNS[1] + NODE, start), (COLUMNS[2], top), height, colour)
        draw_node(axes, COLUMNS[2], top, height, colour)
        slot = max(height, 0.042 if sheet.wide else 0.055)
        label(axes, COLUMNS[2], top - slot / 2, f"{name}  {value:,.0f} ({percent(value / total)})", sheet)
        start, top = start - height, top - slot - GAP
    return top


def draw_node(axes: Axes, x: float, top: float, height: float, colour: str) -> None:
    """A bar from its top downwards."""
    axes.add_patch(Rectangle((x, top - height), NODE, height, facecolor=colour, edgecolor="none"))


def draw_ribbon(axes: Axes, start: tuple[float, float], end: tuple[float, float], height: float, colour: str) -> None:
    """A band of one height from the top left to the top right, bent in the middle."""
    (x0, y0), (x1, y1) = start, end
    half = (x0 + x1) / 2
    points = [(x0, y0), (half, y0), (half, y1), (x1, y1), (x1, y1 - height), (half, y1 - height), (half, y0 - height),
              (x0, y0 - height), (x0, y0)]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.35, linewidth=0))


def label(axes: Axes, x: float, y: float, text: str, sheet: Sheet) -> None:
    """A text to the right of a node."""
    room = sheet.inches * (COLUMNS[2] - COLUMNS[1] - 2.5 * NODE)
    lines = wrapped(text, room, SMALL - 0.5)
    axes.text(x + 1.4 * NODE, y, lines, fontsize=SMALL - 0.5, va="center", linespacing=1.05)
