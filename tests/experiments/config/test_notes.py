"""Days outside of a run are refused; rows that are missing, and a posterior with another first day, are noted."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.experiments.config.notes import entry_notes
from corridor.experiments.config.shipped import LAST_POSTERIOR
from corridor.experiments.execution.run import ProgressCallbacks
from corridor.model import load_geography
from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from tests.support.batches import EXPERIMENT, ended, write_experiment

PLAIN = EXPERIMENT.split("design:")[0]
ENTRIES = pd.read_csv(DATA / "entries.csv", dtype={"month": str})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an experiment from 1 to 20 June 2022."""
    monkeypatch.chdir(tmp_path)
    write_experiment(tmp_path, PLAIN)
    return tmp_path


@pytest.mark.parametrize("day", ["2030-01-01", "2022-05-31", "2022-06-21"])
def test_a_dose_from_a_day_outside_of_the_run_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    asked = ("--lever", "patrol_officers", "--values", "2", "--jobs", "1", "--out", "out")
    assert ended("dose", "x.yaml", *asked, "--from", day) == 2
    expected = f"--from: {day} is outside of the run; allowed: 2022-06-01 to 2022-06-20"
    assert expected in capsys.readouterr().err
    with pytest.raises(InputError, match="is outside of the run"):
        corridor.dose("x.yaml", {"patrol_officers": [2.0]}, start=date.fromisoformat(day), out="out", jobs=1)
    assert not Path("out").exists()
    assert ended("dose", "x.yaml", *asked, "--from", "2022-06-20", "--dry-run") == 0


@pytest.mark.slow
def test_rows_that_are_missing_are_noted_by_check_by_a_run_and_in_python(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = (ENTRIES.month == "2022-06") & (ENTRIES.place == "tunisia")
    assert lost.sum() > 1
    ENTRIES[~lost].to_csv("mine.csv", index=False)
    write_experiment(folder, PLAIN + "entries: mine.csv\n")
    expected = f"mine.csv: {lost.sum()} rows are missing in the months of the run and count as zero people: tunisia "
    assert ended("check", "x.yaml") == 0
    assert f"note: {expected}" in capsys.readouterr().out
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    assert expected in " ".join(capsys.readouterr().err.split())
    heard: list[str] = []
    found = corridor.run("x.yaml", out="out", jobs=1, callbacks=ProgressCallbacks(note=heard.append))
    assert found.notes[0] == heard[0] and heard[0].startswith(expected)
    assert corridor.load("x.yaml").notes == found.notes


def noted(entries: pd.DataFrame, folder: Path, start: date, end: date) -> list[str]:
    """The notes on these entries."""
    entries.to_csv(folder / "own.csv", index=False)
    return list(entry_notes(folder / "own.csv", load_geography(), start, end))


@pytest.mark.slow
def test_what_the_shipped_entries_leave_out_too_is_not_noted(folder: Path) -> None:
    start, end = date(2018, 1, 1), date(2025, 12, 31)
    assert noted(ENTRIES, folder, start, end) == []
    later = ENTRIES[ENTRIES.month.str.startswith("2025")].assign(month=lambda t: "2026" + t.month.str[4:])
    assert noted(pd.concat([ENTRIES, later]), folder, start, date(2026, 12, 31)) == []
    rest = later.drop(later.index[3])
    (note,) = noted(pd.concat([ENTRIES, rest]), folder, start, date(2026, 12, 31))
    assert note.startswith("own.csv: 1 rows are missing") and note.endswith(
        f"{later.iloc[3].place} {later.iloc[3].group}, {later.iloc[3].month}"
    )
    assert noted(pd.concat([ENTRIES, rest]), folder, start, end) == []  # it is not in the months of this run
    assert noted(ENTRIES[ENTRIES.place != "tunisia"], folder, start, end) == [
        "own.csv: has no rows for tunisia; nobody enters there"
    ]


def fit_notes() -> list[str]:
    """The notes on the fit that the draws of the experiment come from."""
    return [note for note in corridor.load("x.yaml").notes if "was fitted" in note]


def test_a_posterior_with_another_first_day_is_noted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_experiment(folder, PLAIN + "parameters: posterior\nany_scale: true\n")
    assert ended("check", "x.yaml") == 0
    assert "was fitted to runs that begin on 2018-01-01; this run begins on 2022-06-01" in capsys.readouterr().out
    assert ended("check", "x.yaml", "--set", "start=2018-01-01", "--scale", "10") == 0
    assert "posterior.csv was fitted" not in capsys.readouterr().out
    shutil.copy(LAST_POSTERIOR, "mine.csv")
    write_experiment(folder, PLAIN + "parameters: mine.csv\n")
    assert not fit_notes()  # no manifest says how these draws came about
    Path("mine.json").write_text(json.dumps({"start": "2019-01-01", "table": {"scale": 1000}}), encoding="utf-8")
    (note,) = fit_notes()
    assert note.startswith("parameters: mine.csv was fitted to runs that begin on 2019-01-01")


def test_a_posterior_at_another_scale_is_noted(folder: Path) -> None:
    write_experiment(folder, PLAIN.replace("2022-06", "2018-01") + "parameters: posterior\nany_scale: true\n")
    (note,) = (text for text in fit_notes() if "people per agent" in text)
    assert note == (
        "parameters: posterior.csv was fitted at 10 people per agent; this run has 1000, so that a draw with its seed "
        "does not repeat the past to which it was fitted, and more die and fewer boats are launched the coarser it is"
    )
    assert not [text for text in corridor.load("x.yaml", scale=10).notes if "posterior.csv was fitted" in text]


@pytest.mark.parametrize(("scale", "refused"), [(1.9, True), (2, False), (50, False), (51, True)])
def test_draws_of_a_posterior_run_only_near_the_scale_of_their_fit(folder: Path, scale: float, refused: bool) -> None:
    write_experiment(folder, PLAIN.replace("1000", str(scale)) + "parameters: posterior\n")
    if not refused:
        corridor.load("x.yaml")
        return
    with pytest.raises(corridor.InputError, match="until_2025_12 was fitted; allowed: 2 to 50"):
        corridor.load("x.yaml")
    assert corridor.load("x.yaml", settings={"any_scale": True}).definition.from_posterior


def test_replaced_policies_are_one_line_at_a_run_and_in_full_at_check_and_in_the_manifest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy("policies/patrols.yaml", "policies/goods.yaml")
    write_experiment(folder, PLAIN.replace("[patrols]", "[patrols, reception_south]") + "measures: [goods]\n")
    assert ended("check", "x.yaml") == 0
    out = capsys.readouterr().out
    full = [f"policies/{name}.yaml replaces the shipped policy '{name}'" for name in ("patrols", "goods")]
    assert all(out.count(text) == 1 for text in full)
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    shown = capsys.readouterr()
    line = "policies/ replaces the shipped policies 'patrols', 'goods' (see corridor check)"
    assert " ".join(shown.err.split()).count(line) == 1
    assert not any(text in shown.err + shown.out for text in full)
    notes = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))["notes"]
    assert [sum(text in note for note in notes) for text in full] == [1, 1]
