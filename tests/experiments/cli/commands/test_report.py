"""`corridor report` and `corridor tables`: what they write, what they say, and how they end."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.experiments.execution import reporting
from corridor.experiments.execution.analysis import StoredResult
from corridor.results.report import pdf
from corridor.results.tables import exporting
from tests.support.batches import EXPERIMENT, ended, write_experiment
from tests.support.result_folders import write_result

needs_typst = pytest.mark.skipif(not pdf.pdf_can_be_made(), reason="typst is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_result(tmp_path / "run")


@needs_typst
def test_a_report_is_written_into_the_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("report", folder) == 0
    assert capsys.readouterr().out.split() == [str(folder / "report.html"), str(folder / "report.pdf")]
    assert 'lang="en"' in (folder / "report.html").read_text(encoding="utf-8")


def test_a_report_in_french_elsewhere(folder: Path, tmp_path: Path) -> None:
    assert ended("report", folder, "--language", "fr", "--format", "html", "--out", tmp_path / "to" / "send") == 0
    assert 'lang="fr"' in (tmp_path / "to" / "send" / "report.html").read_text(encoding="utf-8")
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize(
    "arguments",
    [["report", "nowhere"], ["report", "."], ["tables", "."], ["report", ".", "--language", "de"], ["report"]],
)
def test_what_is_no_result_ends_with_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ended(*arguments) == 2
    said = capsys.readouterr().err
    assert said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_without_typst_the_page_is_written_and_a_pdf_that_is_asked_for_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reporting, "pdf_can_be_made", lambda: False)
    install = "typst is not installed; pip install 'corridor-sim[report]'\n"
    assert ended("report", folder) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{folder / 'report.html'}\n", f"report.pdf is left out: {install}")
    assert ended("report", folder, "--format", "pdf") == 2
    assert capsys.readouterr().err == install


def test_without_openpyxl_the_other_tables_are_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(exporting, "excel_is_installed", lambda: False)
    assert ended("tables", folder, "--table", "effects") == 0
    said = capsys.readouterr()
    assert [Path(line).name for line in said.out.split()] == ["effects.csv", "effects.md", "effects.tex"]
    assert "tables.xlsx is left out: openpyxl is not installed" in said.err
    assert ended("tables", folder, "--format", "excel") == 2


def test_tables_of_points_and_of_files_are_laid_out(tmp_path: Path) -> None:
    (tmp_path / "supply.csv").write_text("date,name,value\n2022-06-05,boat_supply,0.5\n", encoding="utf-8")
    text = EXPERIMENT.replace(
        "  without:", "  supply: {title: Fewer boats, policies: [], conditions: supply.csv}\n  without:"
    )
    assert ended("run", write_experiment(tmp_path, text), "--out", tmp_path / "run", "--jobs", 1) == 0
    assert ended("tables", tmp_path / "run", "--format", "markdown", "--format", "latex") == 0
    design, files = (
        (tmp_path / "run" / "tables" / f"{name}.md").read_text(encoding="utf-8").splitlines()
        for name in ("design", "data_files")
    )
    set_here = pd.read_csv(tmp_path / "run" / "design.csv").iloc[0]
    assert design[2] == r"| Point | p retry \[probability\] | boat cost \[EUR\] |"
    assert design[4] == f"| 1 | {set_here.p_retry:.2f} | {set_here.boat_cost:,.0f} |"
    assert files[2:] == [
        *("| World | file |", "| --- | --- |"),
        *("| With patrols | none |", "| Fewer boats | supply.csv |", "| Without | none |"),
    ]
    assert ended("latex", tmp_path / "run", "--table", "design") == 0


def test_from_python(folder: Path, tmp_path: Path) -> None:
    assert corridor.report(folder, formats=["html"]) == [folder / "report.html"]
    result = StoredResult(folder, {}, [])
    assert result.report(language="fr", formats=["html"], out=tmp_path / "fr") == [tmp_path / "fr" / "report.html"]
    assert corridor.tables(folder, formats=["csv"], tables=["effects"]) == [folder / "tables" / "effects.csv"]
    with pytest.raises(corridor.InputError) as error:
        corridor.report(folder, language="de", formats=["docx"])
    assert [text.split(";")[0] for text in error.value.problems] == [
        "language: 'de' is not allowed",
        "formats: 'docx' is not allowed",
    ]


def test_a_result_says_in_one_line_what_it_is(folder: Path) -> None:
    table = pd.DataFrame({"mean": range(1000)})
    said = repr(StoredResult(folder, {"effects": table, "costs": table}, [folder / "forest.png"]))
    assert said == f"StoredResult({str(folder)!r}; tables: effects, costs; files of figures: 1)"


def test_a_result_shows_itself_in_a_notebook(folder: Path, tmp_path: Path) -> None:
    shown = StoredResult(folder, {}, [])._repr_html_()
    assert "arrivals by small boat fall by about 26,000" in shown
    assert shown.count("<table>") == shown.count("<img ") == 1
    assert "<script" not in shown
    assert str(tmp_path / "gone") in StoredResult(tmp_path / "gone", {}, [])._repr_html_()
