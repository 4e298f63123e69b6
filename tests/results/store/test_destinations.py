"""Where results may be written: everything that a run reads again is safe, and what cannot be is refused in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from corridor.model.engine.errors import InputError
from corridor.results.store import run_folder
from corridor.results.store.destinations import check_file, check_folder
from tests.support.batches import ended, finished_batch, write_experiment


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_batch(tmp_path_factory.mktemp("run"))


def test_every_file_of_a_run_is_safe_and_any_other_name_is_free(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = [path for path in run.rglob("*") if path.is_file() and path.parent.name != "figures" and path.name[0] != "."]
    assert {"plan.json", "manifest.json", "summary.csv", "data_dictionary.csv"} <= {path.name for path in own}
    assert {"cases", "index"} <= {path.parent.name for path in own}
    for path in own:
        with pytest.raises(InputError, match="is a file of a run"):
            check_file(path)
    assert check_file(run / "annual.csv") == run / "annual.csv"
    monkeypatch.chdir(run / "cases")
    with pytest.raises(InputError, match="is a file of a run"):
        check_file(Path("new.nc"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "is no file"),
        ("nowhere/x.csv", "there is no folder"),
        ("/dev/null", "is no file"),
        ("x" * 300, "cannot be written: File name too long"),
        ("note.txt/x.csv", "there is no folder"),
    ],
)
def test_what_can_be_no_file_is_refused(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "note.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=words):
        check_file(tmp_path / name, "--publish")


def test_a_folder_is_one_that_is_there_or_can_be_made(tmp_path: Path, run: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("x", encoding="utf-8")
    assert check_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert not (tmp_path / "a").exists()
    for folder, words in ((file, "is a file; give a folder"), (file / "a" / "b", f"{file} is a file")):
        with pytest.raises(InputError, match=re.escape(f"--out {folder}: {words}")):
            check_folder(folder)
    assert check_folder(run) == run
    with pytest.raises(InputError, match="holds the cases of a run"):
        check_folder(run, cases=False)


@pytest.mark.parametrize(
    "command",
    [
        ("export", "--csv", "--out", "plan.json"),
        ("latex", "--out", "summary.csv"),
        ("tables", "--out", "."),
        ("report", "--out", "plan.json"),
        ("figures", "--out", "summary.csv"),
    ],
)
def test_no_command_writes_over_a_run(run: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert ended(command[0], run, *command[1:]) == 2
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_a_folder_is_of_one_experiment_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two files of one name, run from one folder, would share results/runs/NAME."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        Path(name).mkdir()
        write_experiment(Path(name))
    results = Path("results", "runs", "x")
    assert ended("run", "a/x.yaml", "--jobs", "1") == 0
    before = (results / "plan.json").read_bytes()
    assert ended("run", "b/x.yaml", "--jobs", "1") == 2
    assert f"give --out {results.with_name('b_x')}" in capsys.readouterr().err
    assert (results / "plan.json").read_bytes() == before
    assert ended("run", "a/x.yaml", "--jobs", "1", "--seeds", "1") == 0  # other settings of the same file
    Path("elsewhere").mkdir()
    for name in ("a", "results"):  # moved together
        Path(name).rename(Path("elsewhere", name))
    monkeypatch.chdir("elsewhere")
    assert ended("run", "a/x.yaml", "--jobs", "1") == 0
    Path("a").rename("c")  # the file has another place
    assert ended("run", "c/x.yaml", "--jobs", "1") == 0
    (results / "plan.json").write_text("{", encoding="utf-8")  # whose it was is not known
    assert ended("run", "c/x.yaml", "--jobs", "1") == 0


def test_files_of_an_earlier_batch_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_experiment(tmp_path)
    for seeds, older in (("1", []), ("1", []), ("2", ["annual.csv"]), ("2", ["annual.csv"])):
        assert ended("run", "x.yaml", "--jobs", "1", "--out", "out", "--seeds", seeds) == 0
        assert ("Older than this run: annual.csv in its folder" in capsys.readouterr().out) == bool(older)
        assert json.loads(Path("out", "manifest.json").read_text(encoding="utf-8"))["older_files"] == older
        if not older:
            assert ended("export", "out", "--csv") == 0
    assert ended("export", "out", "--csv") == 0
    assert run_folder.older_files(Path("out")) == []
