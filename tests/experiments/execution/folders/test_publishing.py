"""What an analysis names is published: nothing has to be entered into a list of names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from corridor.experiments.cli.app import main
from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.execution.analysis import AnalysisResult, RunResult, StoredCases, Table
from corridor.experiments.execution.folders.publishing import prepare_folder, publish
from corridor.experiments.execution.processes.parallel import Execution
from corridor.experiments.execution.run import run_analysis
from corridor.model.engine.errors import InputError
from corridor.results.store import result_files
from corridor.results.tables.shape import Number, Shape, from_json

TEXT = """\
title: A question of the test's own
start: 2022-06-01
end: 2022-06-03
past: none
scale: 500
seeds: 2
worlds: {none: {title: Nothing, policies: []}}
baseline: none
"""
MEANING = "People who entered, by seed"
SHAPE = Shape(("seed",), (Number("entered_sum", unit="people"),))


@dataclass(frozen=True)
class NewQuestion:
    """An analysis that no list in the product knows, with a table, a text and a figure of names of its own."""

    experiment: Experiment
    name: str

    def plan(self) -> Experiment:
        """The experiment as it is."""
        return self.experiment

    def results(self, cases: StoredCases) -> AnalysisResult:
        """A number for each seed, counted from the stored cases."""
        people = cases.dataset.entered_people.sum("time").squeeze("world").to_pandas()
        frame = pd.DataFrame({"seed": people.index, "entered_sum": people.to_numpy()})
        columns = {"seed": "seed", "entered_sum": "people who entered in the run [people]"}
        return AnalysisResult(
            {self.name: Table(frame, MEANING, SHAPE, columns)}, {self.name: Figure}, {f"{self.name}.txt": "x"}
        )


def asked(folder: Path, name: str) -> RunResult:
    (folder / "x.yaml").write_text(TEXT, encoding="utf-8")
    return run_analysis(NewQuestion(load(folder / "x.yaml"), name), folder / "out", Execution(jobs=1))


def test_a_table_of_a_new_name_is_kept_and_described(tmp_path: Path) -> None:
    found, out = asked(tmp_path, "a_table_of_a_new_name"), tmp_path / "out"
    kept = pd.read_csv(out / "a_table_of_a_new_name.csv")
    assert list(kept.seed) == [1, 2] and (kept.entered_sum > 0).all()
    pd.testing.assert_frame_equal(kept, found.tables["a_table_of_a_new_name"], check_dtype=False)
    manifest = json.loads((out / result_files.MANIFEST).read_text(encoding="utf-8"))
    about = manifest["tables"]["a_table_of_a_new_name.csv"]
    assert about["meaning"] == MEANING and about["columns"]["entered_sum"] == "people who entered in the run [people]"
    assert from_json(about["shape"]) == SHAPE
    names = {"a_table_of_a_new_name.csv", "a_table_of_a_new_name.txt", "data_dictionary.csv", "figures"}
    assert set(manifest["files"]) == names
    assert (out / "a_table_of_a_new_name.txt").read_text(encoding="utf-8") == "x"
    assert {path.stem for path in found.figures} == {"a_table_of_a_new_name"} and all(
        p.is_file() for p in found.figures
    )
    dictionary = pd.read_csv(out / "data_dictionary.csv")
    assert set(dictionary[dictionary.table == "a_table_of_a_new_name.csv"].column.dropna()) == set(kept.columns)


def test_a_column_that_the_shape_does_not_name_is_not_published(tmp_path: Path) -> None:
    frame, columns = pd.DataFrame({"seed": [1], "entered_sum": [2.0], "new": 3.0}), {"entered_sum": "x", "new": "y"}
    tables = {"t": Table(frame, MEANING, SHAPE, columns)}
    with pytest.raises(KeyError, match="does not name once: new"):
        publish(AnalysisResult(tables), tmp_path, {})
    assert not list(tmp_path.iterdir())


def test_only_what_an_earlier_manifest_lists_is_replaced(tmp_path: Path) -> None:
    asked(tmp_path, "first_name")
    out = tmp_path / "out"
    (out / "notes_of_the_user.md").write_text("mine", encoding="utf-8")
    asked(tmp_path, "second_name")
    assert not (out / "first_name.csv").exists() and (out / "second_name.csv").is_file()
    assert (out / "notes_of_the_user.md").read_text(encoding="utf-8") == "mine"
    assert not list(out.glob(".unfinished-*"))


def test_results_without_cases_do_not_take_the_place_of_a_run(tmp_path: Path) -> None:
    """`score`, `update`, `patterns --out`, `history` and others would leave the cases of a run beside other tables."""
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    prepare_folder(tmp_path)
    with pytest.raises(InputError, match="holds the cases of a run"):
        prepare_folder(tmp_path, cases=False)
    with pytest.raises(InputError, match="is a file"):
        prepare_folder(tmp_path / "plan.json", cases=False)


def test_a_history_is_not_written_into_the_folder_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["history", "joint_statement", "--until", "2021-12", "--out", str(tmp_path)])
    assert left.value.code == 2 and "holds the cases of a run" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]
