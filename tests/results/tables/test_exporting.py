"""Tables as files for other programs: every row, the chosen ones, no formulas, and equal bytes from equal tables."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from corridor import results
from corridor.results.store.case_file import StoreError
from corridor.results.tables import exporting
from corridor.results.tables.exporting import markdown, workbook, write_tables
from corridor.results.tables.latex.booktabs import booktabs, number_format
from corridor.results.tables.latex.tabular import Caption
from corridor.results.tables.layout import Layout, layout
from corridor.results.tables.shape import Number, Shape
from tests.support.result_folders import write_result

needs_openpyxl = pytest.mark.skipif(not exporting.excel_is_installed(), reason="openpyxl is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(
        tmp_path_factory.mktemp("tables") / "run", worlds=("statement", "a|b_<c>"), title="Title & more"
    )


def layout_of(value: float, low: float, high: float, title: str = "A") -> Layout:
    values = pd.DataFrame({"world": [title], "mean": [value], "low": [low], "high": [high], "unit": ["people"]})
    deaths = Number("mean", "low", "high", signed=True, title="deaths")
    return layout(values, Shape(("world",), (deaths,)), {})


def test_csv_has_every_row_and_markdown_the_main_ones(folder: Path, tmp_path: Path) -> None:
    write_tables(folder, ["csv", "markdown"], out=tmp_path)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "effects.csv"), pd.read_csv(folder / "effects.csv"))
    lines = (tmp_path / "effects.md").read_text(encoding="utf-8").splitlines()
    table = [re.sub(r"\\\|", "", line) for line in lines if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert len(table) == 4
    assert "-26,039 (-30,100 to -20,800)" in table[2]
    assert r"a\|b\_&lt;c> Title &amp; more" in lines[-1]
    assert "In brackets: 90 % interval of the mean: chance only." in lines[0]


def test_chosen_rows(folder: Path, tmp_path: Path) -> None:
    wanted = {"worlds": ["statement"], "indicators": ["deaths_channel"], "period": "2023"}
    paths = write_tables(folder, ["csv"], tables=["effects"], out=tmp_path, **wanted)  # type: ignore[arg-type]
    assert [path.name for path in paths] == ["effects.csv"]
    rows = pd.read_csv(tmp_path / "effects.csv")
    assert rows[["world", "indicator", "period"]].to_numpy().tolist() == [["statement", "deaths_channel", 2023]]


def test_a_table_is_chosen_from_by_the_columns_that_it_has(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(folder, run)
    (run / "levers.csv").write_text("lever,value\npatrol_officers,2\n", encoding="utf-8")
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"]["levers.csv"] = {"meaning": "levers", "columns": {"lever": "name", "value": "value"}}
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write_tables(run, ["csv", "markdown"], worlds=["without"], out=tmp_path)
    made = {path.name for path in tmp_path.iterdir()} - {"run"}
    assert made == {"summary.csv", "summary.md", "levers.csv", "levers.md"}  # effects are of the other worlds
    assert set(pd.read_csv(tmp_path / "summary.csv").world) == {"without"}
    assert len(pd.read_csv(tmp_path / "levers.csv")) == 1


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"tables": ["efects", "sumary"]}, "--table efects: is none of its tables; allowed: effects, summary\n"),
        ({"worlds": ["nowhere"]}, "--world nowhere: in none of these tables; allowed: statement, a|b_<c>, without"),
        ({"period": "1999"}, "--period 1999: in none of these tables; allowed: 2023, 2024, whole run"),
    ],
)
def test_what_a_run_does_not_have_is_refused(folder: Path, tmp_path: Path, wanted: dict, words: str) -> None:
    with pytest.raises(StoreError, match=re.escape(words)):
        write_tables(folder, out=tmp_path / "new", **wanted)
    assert not (tmp_path / "new").exists()


@needs_openpyxl
def test_no_text_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    import openpyxl

    texts = ["=1+1", "+1", "-1", "@a", "a", '=cmd|"x"']
    frame = pd.DataFrame({"name": texts, "=column": [-1.5, 2.0, 3.0, 4.0, 5.0, 6.0]})
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"a" * 40: frame, "A" * 40: frame, "x[1]/y": frame}))
    book = openpyxl.load_workbook(path)
    assert [len(name) <= 31 for name in book.sheetnames] == [True] * 3
    assert book.sheetnames[2] == "x_1__y"
    for sheet in book.worksheets:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} == {"s", "n"}
        assert [cell.value for cell in cells if cell.column == 1] == ["name", *texts]
        assert [cell.quotePrefix for cell in cells if cell.column == 1] == [False, True, True, True, True, False, True]
        assert sheet["B2"].value == -1.5


@needs_openpyxl
def test_equal_tables_give_equal_bytes() -> None:
    frame = pd.DataFrame({"a": [1]})
    book = workbook({"t": frame})
    assert book == workbook({"t": frame})
    assert book != workbook({"t": frame + 1})


def test_latex_with_booktabs(folder: Path) -> None:
    text = results.latex_table(folder, booktabs=True)
    assert text.startswith("% Written by Corridor; needs")
    assert text.count(r"\toprule") == text.count(r"\midrule") == text.count(r"\bottomrule") > 0
    assert "\\hline" not in text
    assert r"S[table-format=+5.0]" in text
    assert r"\raggedright statement Title \& more & -26039 & -24400" in text
    assert r"{\scriptsize \num{-31700} to \num{-17200}}" in text
    assert "retain-explicit-plus" in text
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert results.latex_table(folder) != text


@pytest.mark.parametrize(
    ("value", "low", "high", "form", "cell"),
    [
        (1234.0, 1000.0, 2000.0, "+4.0", "+1234"),
        (float("inf"), 1.0, float("inf"), "1.0", "{infinite}"),
        (float("nan"), float("nan"), float("nan"), "1.0", "{-}"),
        (-0.5, -1.0, 0.25, "+1.2", "-0.50"),
    ],
)
def test_numbers_for_siunitx(value: float, low: float, high: float, form: str, cell: str) -> None:
    text = booktabs(layout_of(value, low, high), Caption("T"))
    assert f"S[table-format={form}]" in text
    assert f"A & {cell} " in text


def test_formats_of_columns() -> None:
    assert number_format([("+12.5", ""), ("-1,234.0", ""), ("no end", "")]) == "+4.1"


def test_markdown_has_no_markup_of_users() -> None:
    text = markdown(layout_of(1.0, 0.5, 2.0, title="<img src=x> | *b*\nnew"), Caption("T_[x](y)"))
    assert text.splitlines()[0] == r"T\_\[x\](y)."
    assert r"| &lt;img src=x> \| \*b\* new | +1.00 (+0.50 to +2.00) |" in text
