"""Tables in LaTeX: as wide as a page, complete, escaped, and made from any run's folder."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from corridor import results
from corridor.results.store.case_file import StoreError
from corridor.results.tables.latex.booktabs import booktabs
from corridor.results.tables.latex.tabular import GAP, MOST_COLUMNS, MOST_ROWS, TEXT_WIDTH, Caption, latex
from corridor.results.tables.layout import Layout
from tests.support.batches import ended, write_experiment

TABULAR = re.compile(r"\\begin\{tabular\}\{@\{\}(.*?)@\{\}\}\n(.*?)\\end\{tabular\}", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("latex")
    file = write_experiment(where)
    text = file.read_text(encoding="utf-8").replace(
        "design: {kind: sobol, points: 2, parameters: [p_retry, boat_cost]}", ""
    )
    file.write_text(text.replace("With patrols,", "Patrols & 100 % of_them,"), encoding="utf-8")
    assert ended("run", file, "--out", where / "run", "--set", "end=2022-07-31", "--jobs", 1) == 0
    return where / "run"


def check(text: str) -> list[str]:
    """Braces and environments are balanced, every line has all columns, and no panel is wider than the page; the
    lines of all panels."""
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    for name in ("table", "tabular"):
        assert text.count(f"\\begin{{{name}}}") == text.count(f"\\end{{{name}}}") > 0
    lines: list[str] = []
    for form, body in TABULAR.findall(text):
        widths = [float(width) for width in re.findall(r"p\{([\d.]+)cm\}", form)]
        assert sum(widths) + GAP * (len(widths) - 1) <= TEXT_WIDTH
        assert len(widths) <= 1 + MOST_COLUMNS
        own = [line for line in body.splitlines() if line.endswith(r"\tabularnewline")]
        assert {len(re.findall(r"(?<!\\)&", line)) for line in own} == {len(widths) - 1}
        lines += own
    return lines


def made(rows: int, columns: int, value: float = 1234567.0) -> str:
    names, heads = [f"row {k}" for k in range(rows)], [f"column {k}" for k in range(columns)]
    cells = {c: dict.fromkeys(names, (f"{value:+,.0f}", f"{-value:+,.0f} to {value:+,.0f}")) for c in heads}
    each = Layout({r: r for r in names}, {c: c for c in heads}, "World", cells)
    return latex(each, Caption("A title", ("What it is.",)))


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 7), (50, 2), (45, 9)])
@pytest.mark.parametrize("value", [0.5, 1234567.0, 1e15])
def test_panels_fit_the_page_and_hold_every_cell_once(rows: int, columns: int, value: float) -> None:
    text = made(rows, columns, value)
    check(text)
    assert text.count(r"\hfill {\scriptsize") == rows * columns
    for table in text.split(r"\begin{table}")[1:]:
        assert len(re.findall(r"\\raggedright row", table)) <= MOST_ROWS


def test_numbers_have_their_interval_below_and_a_minus_sign() -> None:
    cells = {"x": {"a": ("-12.0", "-20.0 to no end")}}
    lines = check(latex(Layout({"a": "A"}, {"x": "X"}, "World", cells), Caption("T")))
    assert lines[1:] == [
        r"\raggedright A & \hfill $-$12.0 \tabularnewline",
        r" & \hfill {\scriptsize $-$20.0 to no end} \tabularnewline",
    ]


def test_texts_stand_at_the_left_of_columns_of_their_own() -> None:
    cells = {"x": {"a": ("1", "0 to 2")}, "note": {"a": ("100 % of_them", "")}, "long": {"a": ("long " * 40, "")}}
    shown = Layout({"a": "A"}, {name: name for name in cells}, "World", cells, ("note", "long"))
    text = latex(shown, Caption("T"))
    lines = check(text)
    assert lines[0] == r"World & \raggedleft x & \raggedright note \tabularnewline"
    assert lines[1] == r"\raggedright A & \hfill 1 & \raggedright 100 \% of\_\allowbreak{}them \tabularnewline"
    assert lines[2] == r" & \hfill {\scriptsize 0 to 2} &  \tabularnewline"
    assert len(TABULAR.findall(text)) == 2  # the long text has a panel of its own
    assert r"@{}p{4.6cm} S[table-format=1.0] p{2.2cm}@{}" in booktabs(shown, Caption("T"))


def test_the_main_table_of_a_run(folder: Path) -> None:
    text = results.latex_table(folder)
    lines = check(text)
    assert r"\raggedright Patrols \& 100 \% of\_\allowbreak{}them & " in "\n".join(lines)
    for words in (
        "A small batch. Paired differences",
        "Compared with: Without.",
        "Whole run (2022-06-01 to 2022-07-31).",
        "1000 people per agent. 2 seeds.",
        "all of few runs (fewer than 20) give the same",
    ):
        assert words in text, words


def test_chosen_rows_of_another_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--table", "summary", "--world", "without", "--indicator", "camp_stock,arrivals_people")
    assert ended("latex", folder, *options, "--period", 2022, "--out", folder / "own.tex") == 0
    text = (folder / "own.tex").read_text(encoding="utf-8")
    lines = check(text)
    assert [line.split(" & ")[0] for line in lines] == [  # in the order asked for
        "Indicator",
        r"\raggedright camp stock [people]",
        "",
        r"\raggedright arrivals [people]",
        "",
    ]
    summary = pd.read_csv(folder / "summary.csv", dtype={"period": str})
    cell = summary.query("world == 'without' and indicator == 'camp_stock' and period == '2022'").iloc[0]
    assert rf"\raggedright camp stock [people] & \hfill {cell['mean']:,.0f}" in lines[1]
    assert "World: Without. 2022 (2022-06-01 to 2022-07-31)." in text
    assert "prediction interval for one further seed: chance only" in text
    assert "own.tex: written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--table", "efects"), "--table efects: is none of its tables; allowed: effects, summary"),
        (("--world", "nowhere"), "--world nowhere: not in this table; allowed: with_patrols"),
        (("--indicator", "boats"), "--indicator boats: not in this table"),
        (("--period", "2030"), "--period 2030: not in this table; allowed: 2022, whole run"),
    ],
)
def test_what_a_table_does_not_have_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert ended("latex", folder, *options) == 2
    assert words in capsys.readouterr().err


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"holds no manifest\.json"):
        results.latex_table(tmp_path)
