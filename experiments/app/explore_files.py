"""Files of the view of stored results."""

from __future__ import annotations

from corridor.experiments.app.explore import ENGLISH, Choices, filtered
from corridor.results.report.charts import forest, standalone
from corridor.results.report.explore import point_of
from corridor.results.report.page import page
from corridor.results.report.report import document_of

EXPLORE_FILES = (("table", "Table as CSV"), ("figure", "Figure as SVG"), ("report", "Whole report as HTML"))


def explore_file(choices: Choices, name: str) -> tuple[str, str, bytes]:
    """Name, kind and content of one of `EXPLORE_FILES`."""
    if name == "table":
        return f"{choices.table}.csv", "text/csv", filtered(choices).to_csv(index=False).encode()
    if name == "figure":
        effects = [
            (world, choices.contents.effect(world, choices.indicator, choices.period)) for world in choices.shown
        ]
        points = [point_of(effect, choices.contents.title_of(world), ENGLISH) for world, effect in effects if effect]
        return "effects.svg", "image/svg+xml", standalone(forest(points, ENGLISH, "Effects")).encode()
    return "report.html", "text/html", page(document_of(choices.contents, ENGLISH)).encode()
