"""The sheet that a figure is drawn on: as wide as a column of a journal, and as high as its title, panels and caption
need, so that nothing is cut; or the place of an axes in a figure of the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.textpath import text_to_path

from corridor.results.plots.style import DOUBLE, NOTE_SIZE, PANEL_SIZE, SINGLE, SMALL, TITLE_SIZE

WIDTHS = {"single": SINGLE, "double": DOUBLE}
LEADING = 1.25  # of lines of text, over their size
SLACK = 1.07  # screens and printers set the same text a little wider or narrower
POINTS = 72.0  # in an inch
EDGE = 0.06  # inches, left of titles and captions
LEGEND_SIZE, LEGEND_ROW, LEGEND_MARK = 6.5, 0.15, 0.45  # points; inches of a row, and of a mark with its margins
INLINE = "corridor"  # label of the subfigure that takes the place of an axes


class Sheet:
    """A figure in the making: ask for its panels first, then give title, caption and legend.

    `width` is single or double; `axes` is a panel of a figure of the user: a figure of one panel is drawn on it, one of
    several in its place. Then there is no caption; it is in `caption`.
    """

    def __init__(self, width: str = "double", axes: Axes | None = None) -> None:
        self.axes, self.caption, self.heading = axes, "", ""
        self._figure: Figure | SubFigure | None = None
        self._body, self._entries, self._columns = 0.0, dict[str, Any](), 1
        self.inches = WIDTHS[width] if axes is None else axes.get_window_extent().width / axes.get_figure(True).dpi  # type: ignore[union-attr]

    @property
    def wide(self) -> bool:
        """Whether there is more than a single column."""
        return self.inches > 1.3 * SINGLE

    @property
    def figure(self) -> Figure:
        """The finished figure, or that of the user."""
        assert self._figure is not None, "panels come first"
        found = self._figure.get_figure(True)
        assert isinstance(found, Figure)
        return found

    def panels(
        self, count: int, most: int = 1, height: float = 1.7, *, few: int | None = None, **options: Any
    ) -> list[Axes]:
        """`count` panels of a height in inches, in rows of at most `most`, or `few` in a single column.

        `options` are those of `Figure.subplots`; places that are left over are not shown.
        """
        columns = max(1, min(count, most if self.wide else few or max(1, most // 2)))
        rows = max(1, -(-count // columns))
        self.start(rows * height, one=count == 1)
        if count == 1 and self.axes is not None:
            return [self.axes]
        assert self._figure is not None
        grid = np.asarray(self._figure.subplots(rows, columns, squeeze=False, **options)).ravel()
        for spare in grid[count:]:
            spare.set_visible(False)
        return list(grid[:count])

    def start(self, height: float, one: bool = False) -> Figure | SubFigure:
        """An empty figure of a height without title and caption; panels are up to the caller."""
        if self.axes is None:
            self._figure, self._body = Figure(figsize=(self.inches, height), layout="constrained"), height
        elif one:
            self._figure = self.axes.get_figure(False)
        else:
            place, parent = self.axes.get_subplotspec(), self.axes.get_figure(False)
            assert place is not None and parent is not None, "ax: must be one of a figure's subplots"
            self.axes.remove()
            self._figure = parent.add_subfigure(place)
            self._figure.set_label(INLINE)
        assert self._figure is not None
        return self._figure

    @property
    def on_users_panel(self) -> bool:
        """Whether the figure is one panel that the user gave."""
        return self.axes is not None and self._figure is not None and self._figure.get_label() != INLINE

    def title(self, text: str) -> None:
        """What the figure shows, above its panels."""
        self.heading = text
        self._arrange()

    def note(self, *texts: str) -> None:
        """The caption: what is shown, what intervals hold, where data come from. A second call adds to it."""
        self.caption = "\n".join(filter(None, [self.caption, *texts]))
        self._arrange()

    def legend(self, entries: Mapping[str, Any]) -> None:
        """What marks mean, each once, in rows between title and panels, so that it covers nothing; labels that are
        wider than the sheet are wrapped."""
        widest = max((width_of(label, LEGEND_SIZE) for label in entries), default=1.0)
        self._columns = max(1, min(len(entries), int(self.inches / (LEGEND_MARK + SLACK * widest))))
        room = self.inches - LEGEND_MARK
        self._entries = {wrapped(label, room, LEGEND_SIZE): handle for label, handle in entries.items()}
        self._arrange()

    def _arrange(self) -> None:
        """Put title, legend and caption around the panels, and make the figure as high as all of them together."""
        assert self._figure is not None, "panels come first"
        if self.on_users_panel and self.axes is not None:
            self.axes.set_title(wrapped(self.heading, self.inches, TITLE_SIZE, bold=True), loc="left")
            if self._entries:
                self.axes.legend(list(self._entries.values()), list(self._entries))
        elif isinstance(self._figure, SubFigure):
            self._figure.suptitle(wrapped(self.heading, self.inches, TITLE_SIZE), fontsize=TITLE_SIZE)
            if self._entries:
                self._figure.axes[0].legend(list(self._entries.values()), list(self._entries))
        else:
            self._arrange_own(self._figure)

    def _arrange_own(self, figure: Figure) -> None:
        """The same on a figure of its own."""
        figure.texts.clear()
        figure.legends.clear()
        room = self.inches - 2 * EDGE
        title = wrapped(self.heading, room, TITLE_SIZE, bold=True)
        note = wrapped(self.caption, room, NOTE_SIZE)
        above, below = height_of(title, TITLE_SIZE), height_of(note, NOTE_SIZE)
        further = sum(label.count("\n") for label in self._entries)  # lines; wrapped labels are below each other
        keys = -(-len(self._entries) // self._columns) * LEGEND_ROW + further * LEADING * LEGEND_SIZE / POINTS
        height = self._body + above + keys + below
        figure.set_figheight(height)
        look: dict[str, Any] = {"ha": "left", "va": "top", "linespacing": LEADING}
        left = EDGE / self.inches
        figure.text(left, 1.0 - 0.5 * EDGE / height, title, fontsize=TITLE_SIZE, fontweight="bold", **look)
        figure.text(left, (below - 0.5 * EDGE) / height, note, fontsize=NOTE_SIZE, **look)
        if self._entries:
            labels, handles = list(self._entries), list(self._entries.values())
            where = (0.0, 1.0 - above / height)
            figure.legend(
                handles,
                labels,
                loc="upper left",
                bbox_to_anchor=where,
                ncols=self._columns,
                fontsize=LEGEND_SIZE,
                borderaxespad=0.0,
            )
        engine = figure.get_layout_engine()
        assert isinstance(engine, ConstrainedLayoutEngine)
        engine.set(rect=(0.0, below / height, 1.0, self._body / height))

    def label_outer(self, panels: Sequence[Axes], across: str, up: str) -> None:
        """The labels of axes that panels share: on the lowest of each column and the first of each row."""
        place = panels[0].get_subplotspec()
        columns = 1 if place is None else place.get_gridspec().ncols
        for number, axes in enumerate(panels):
            if number + columns >= len(panels):
                axes.set_xlabel(across, fontsize=SMALL)
                axes.tick_params(labelbottom=True)
            if number % columns == 0:
                axes.set_ylabel(up, fontsize=SMALL)

    def panel_title(self, axes: Axes, text: str, room: float | None = None, **look: Any) -> None:
        """The title of one of the panels, wrapped to `room` inches; left out where the figure's title says it."""
        if not self.on_users_panel:
            text = wrapped(text, room or self.inches, PANEL_SIZE)
            axes.set_title(text, **{"loc": "left", "fontsize": PANEL_SIZE, **look})


def height_of(text: str, size: float) -> float:
    """How high lines of text are with a margin, in inches; zero for none."""
    return (text.count("\n") + 1) * size * LEADING / POINTS + 1.2 * EDGE if text else 0.0


def row_height(labels: Sequence[str], size: float, least: float = 0.18) -> float:
    """The height of rows in inches in which each of these labels has room."""
    return max([least, *(1.2 * size * (label.count("\n") + 1) / POINTS + 0.05 for label in labels)])


@cache
def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is, in inches."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / POINTS


def wrapped(text: str, inches: float, size: float, bold: bool = False) -> str:
    """A text in lines that are no wider than this, broken between words, but not before a per cent sign; its own line
    ends stay."""
    text = text.replace(" %", "\N{NO-BREAK SPACE}%")
    return "\n".join(line for part in text.split("\n") for line in wrapped_line(part.split(" "), inches, size, bold))


def wrapped_line(words: Sequence[str], inches: float, size: float, bold: bool) -> list[str]:
    """The lines of a paragraph."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and SLACK * width_of(longer, size, bold) > inches:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
