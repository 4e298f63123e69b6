"""Files of the play: the experiment, the figure of the series, and data."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from corridor.experiments.app.address import FIRST
from corridor.experiments.app.play.files import EXPERIMENT, experiment_texts, packed
from corridor.experiments.app.play.ground import GroundSpec
from corridor.experiments.app.play.panels import chart_of_series
from corridor.experiments.app.play.session import View
from corridor.model import INDICATORS
from corridor.results.report.charts import standalone

PLAY_FILES = (
    ("experiment", "Experiment (YAML)"),
    ("figure", "Series as SVG"),
    ("days", "Days as CSV"),
    ("draws", "Draws as CSV"),
)


def play_file(view: View, spec: GroundSpec, indicator: str, name: str) -> tuple[str, str, bytes]:
    """Name, kind and content of one of `PLAY_FILES`. An experiment with levers of one's own is two files in a ZIP."""
    if name == "experiment":
        texts = experiment_texts(view.settings, spec)
        if len(texts) > 1:
            return "experiment.zip", "application/zip", packed(texts)
        return EXPERIMENT, "application/yaml", texts[EXPERIMENT].encode()
    if name == "figure":
        return "series.svg", "image/svg+xml", figure(view, indicator)
    if name == "days":
        return "days.csv", "text/csv", days(view).to_csv(index=False).encode()
    table = view.effect.table() if view.effect and view.effect.draws else pd.DataFrame(columns=["indicator", "draw"])
    return "draws.csv", "text/csv", table.to_csv(index=False).encode()


def figure(view: View, indicator: str) -> bytes:
    """The chart of the series as a file of its own."""
    whole = chart_of_series(view, indicator)
    begin, end = whole.index("<svg"), whole.index("</svg>") + len("</svg>")
    return standalone(whole[begin:end]).encode()


def days(view: View) -> pd.DataFrame:
    """Every day that was simulated, in both worlds, with units."""
    rows = []
    for world, frame in zip(("reference", "changed"), view.frames, strict=True):
        for name, values in (frame.daily if frame and view.phase != "past" else {}).items():
            unit = INDICATORS[name].unit
            rows += [
                {"world": world, "date": FIRST + timedelta(days=k), "indicator": name, "unit": unit, "value": value}
                for k, value in enumerate(values)
            ]
    return pd.DataFrame(rows, columns=["world", "date", "indicator", "unit", "value"])
