"""Tables of a folder of results are read as they were written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import corridor
from corridor.results.store.result_files import read_table
from tests.support.result_folders import write_result

NAMES = ["null", "NA", "nan", "None"]  # which pandas by itself takes for missing values


def test_only_an_empty_cell_of_a_table_is_missing(tmp_path: Path) -> None:
    table = pd.DataFrame({"world": NAMES, "note": ["", "null", "", "n/a"], "mean": [1.5, np.nan, -np.inf, 2.0]})
    table.to_csv(tmp_path / "effects.csv", index=False)
    found = read_table(tmp_path, "effects.csv", {})
    assert found.world.tolist() == NAMES
    assert found.note.fillna("").tolist() == table.note.tolist()
    assert np.array_equal(found["mean"].to_numpy(float), table["mean"].to_numpy(float), equal_nan=True)


def test_a_world_called_null_keeps_its_name_in_a_figure(tmp_path: Path) -> None:
    figure = corridor.plots.forest(write_result(tmp_path / "run", worlds=("null", "patrols")))
    assert {label.get_text().split()[0] for label in figure.axes[0].get_yticklabels()} == {"null", "patrols"}
