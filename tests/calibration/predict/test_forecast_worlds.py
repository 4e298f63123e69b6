"""A forecast of one world of a file whose worlds have entries of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from corridor.calibration.fit import posterior
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.interface import calibrating
from corridor.model.inputs.data_files import DATA

SHIPPED = pd.read_csv(DATA / "entries.csv", dtype={"month": str})
DRAWS = pd.DataFrame({"p_retry": [0.8, 0.9], "boat_cost": [8000.0, 9000.0]})
FILE = """\
title: A small run
start: 2025-11-01
end: 2025-12-31
past: none
scale: 1000
seeds: 1
worlds:
  more: {title: More people, policies: [], entries: more.csv}
  fewer: {title: Fewer people, policies: [], entries: fewer.csv}
  shipped: {title: Shipped, policies: []}
baseline: shipped
"""


class Asked(Exception):
    """The runs are not wanted."""


def forecast_of(
    folder: Path, world: str, monkeypatch: pytest.MonkeyPatch, text: str = FILE, **more: Path
) -> Experiment:
    """What a forecast of a world up to February 2026 would run."""
    plans: list[Experiment] = []

    def ask(analysis, *_):
        plans.append(analysis.plan())
        raise Asked

    monkeypatch.setattr(calibrating, "analyse", ask)
    manifest = {"until": "2025-12", "world": world, "table": {"scale": 1000}, "start": "2025-11-01", "given": {}}
    posterior.write(folder / "fit", DRAWS, [1, 2], manifest)
    for name, factor in {"more": 3.0, "fewer": 0.5}.items():
        SHIPPED.assign(people=SHIPPED.people * factor).to_csv(folder / f"{name}.csv", index=False)
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Asked):
        calibrating.forecast(date(2026, 2, 20), folder / "x.yaml", posterior=folder / "fit", out=folder / "out", **more)
    return plans[0]


@pytest.mark.parametrize(("world", "factor"), [("more", 3.0), ("fewer", 0.5), ("shipped", 1.0)])
@pytest.mark.parametrize("of_file", ["", "entries: fewer.csv\n"])
def test_the_last_year_of_the_worlds_own_entries_is_repeated(tmp_path, monkeypatch, world, factor, of_file):
    experiment = forecast_of(tmp_path, world, monkeypatch, FILE + of_file)
    assert list(experiment.file.worlds) == [world] and experiment.file.end == date(2026, 2, 28)
    people = pd.read_csv(experiment.files_of(world)["entries"]).groupby("month").people.sum()
    known = SHIPPED.groupby("month").people.sum()
    factor = 0.5 if of_file and world == "shipped" else factor
    assert people["2026-02"] == pytest.approx(factor * known["2025-02"])
    assert people["2025-11"] == pytest.approx(factor * known["2025-11"])


def test_months_to_come_of_the_users_own_take_the_place_of_the_worlds(tmp_path, monkeypatch):
    (tmp_path / "mine.csv").write_text("month,place,group,people\n2026-02,air,iran,55\n", encoding="utf-8")
    experiment = forecast_of(tmp_path, "more", monkeypatch, entries=tmp_path / "mine.csv")
    people = pd.read_csv(experiment.files_of("more")["entries"]).groupby("month").people.sum()
    assert people["2026-02"] == 55
    assert people["2026-01"] == pytest.approx(3.0 * SHIPPED[SHIPPED.month == "2025-01"].people.sum())
