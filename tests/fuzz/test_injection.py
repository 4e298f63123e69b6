"""Nothing of a user's file is run: not when it is read, nor where its texts are shown or handed on."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from corridor.experiments.config.loading import load
from corridor.model.engine.errors import InputError
from corridor.model.inputs.characters import acts, harmless
from corridor.results.report.page import environment
from corridor.results.tables.exporting import in_cell, workbook
from corridor.results.tables.latex.tabular import escaped
from corridor.results.tables.writing import csv_text, without_formula
from tests.support.batches import EXPERIMENT, ended, write_experiment

ROOT = Path(__file__).parents[2]
FOLDERS = ("corridor", "model", "experiments", "calibration", "results")
RUNS_WHAT_IT_READS = {  # calls that may run what a file says
    "pickle", "dill", "cloudpickle", "shelve", "marshal", "eval", "exec", "os.system", "subprocess.getoutput",
    "pandas.read_pickle", "pd.read_pickle", "joblib.load", "np.load", "numpy.load", "yaml.load", "compile",
}  # fmt: skip
ALLOWED: set[tuple[str, str]] = set()
FORMULAS = ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", '=HYPERLINK("http://x","y")', "-x"]


def calls_in(path: Path) -> set[str]:
    """Names that a module calls or imports, as they are written."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_no_code_of_ours_runs_what_it_reads() -> None:
    modules = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    used = {
        (str(path.relative_to(ROOT)), name) for path in modules for name in calls_in(path) & RUNS_WHAT_IT_READS
    } - ALLOWED
    assert len(modules) > 100 and used == set()


def test_no_process_is_begun_through_a_shell() -> None:
    code = [path.read_text(encoding="utf-8") for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    assert not any("shell=True" in text for text in code)


def test_yaml_is_composed_and_no_object_is_constructed_from_a_tag(tmp_path: Path) -> None:
    mark = tmp_path / "pwned"
    for tag in (f"!!python/object/apply:os.system ['touch {mark}']", "!!python/name:os.system", "!mine x"):
        (tmp_path / "x.yaml").write_text(EXPERIMENT.replace("title: A small batch", f"title: {tag}"), encoding="utf-8")
        with pytest.raises(InputError, match="line 1, title"):
            load(tmp_path / "x.yaml")
    assert not mark.exists()


def test_templates_escape_by_default() -> None:
    template = environment().from_string('<p title="{{ name }}">{{ name }}</p>')
    shown = template.render(name='"><script>alert(1)</script>')
    assert "<script>" not in shown and '""' not in shown


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_csv_or_a_workbook_is_a_formula(text: str) -> None:
    frame = pd.DataFrame({"title": [text, "plain"], "value": [-1.5, 2.0]})
    kept = pd.read_csv(io.StringIO(csv_text(frame)), skipinitialspace=False)
    assert kept.title[0] == f"'{text}" and kept.title[1] == "plain" and kept.value.tolist() == [-1.5, 2.0]
    sheet = openpyxl.load_workbook(io.BytesIO(workbook({"x": frame}))).active
    assert sheet is not None and sheet["A2"].data_type == "s" and sheet["B2"].value == -1.5


@pytest.mark.parametrize("text", ["-1", "+5", "-1.5e-3", "-1,5", "-", "2020", "a=b", "-2022-01"])
def test_numbers_and_plain_words_stay(text: str) -> None:
    assert without_formula(text) == text
    assert without_formula(-1.0) == -1.0 and without_formula(None) is None


def test_latex_and_markdown_run_nothing() -> None:
    assert "\\input" not in escaped("\\input{/etc/passwd}") and "\\write" not in escaped("\\write18{x}")
    assert in_cell("<script>x") == "&lt;script>x"
    assert in_cell("[x](javascript:1)") == "\\[x\\](javascript:1)"
    assert without_formula("a\r=1+1") == "a =1+1"


ACTING = ["\\e[31m", "\\x07", "\\u009b2J", "\\u202e", "\\u2066", "\\0"]


@pytest.mark.parametrize("code", ACTING)
@pytest.mark.parametrize("old", ["title: A small batch", "title: With patrols"])
def test_a_text_that_acts_on_a_terminal_is_refused(
    code: str, old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_experiment(tmp_path, EXPERIMENT.replace(old, f'title: "a{code}b"'))
    assert ended("check", path) == 2
    said = capsys.readouterr()
    assert "holds a control character; allowed: text" in said.err and not acts(said.out + said.err)


def test_so_is_one_in_a_table(tmp_path: Path) -> None:
    from corridor.model.inputs.reader import Column, read_table

    (tmp_path / "x.csv").write_text("place,name\ncalais,Ca\x1b[31mlais\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"row 2, name: 'Ca.x1b"):
        read_table(tmp_path / "x.csv", {"place": Column(), "name": Column()})


def test_words_of_the_command_line_are_printed_as_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("check", "\x1b[31mx.yaml") == 2
    said = capsys.readouterr()
    assert not acts(said.out + said.err)
    assert harmless("a\x1b[1m\tb\n") == "a\\u001b[1m\tb\n" and harmless("\u0639\u200f") == "\u0639\u200f"
