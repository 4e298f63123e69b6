"""Code in documents: blocks of it in their order, and small forms in which all of it can be run.

What is declared here is all that a test may change: experiments become small (SMALL), numbers that a command gives
become small (LESS), and names that stand for a reader's own become names of the test (MEANT).
"""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main

from corridor.experiments.cli import app
from corridor.experiments.config import loading
from corridor.experiments.config.settings import Setting

ROOT = Path(__file__).parents[2]
COMMANDS = typer.main.get_command(app.app).commands  # type: ignore[attr-defined]
SMALL = {"start": "2022-11-01", "end": "2022-12-31", "past": "none", "scale": "1000", "seeds": "2", "any_scale": "true"}
LESS = {  # option -> what it has in place of what a document gives
    "--seeds": "2",
    "--scale": "1000",
    "--points": "4",
    "--point-seeds": "1",
    "--point-scale": "1000",
    "--permutations": "4",
    "--keep": "2",
    "--evaluations": "4",
}
MEANT = {
    "CONFIG": "quick",
    "DIR/cases/FILE": "DIR/cases",
    "DIR": "results/runs/quick",
    "results/runs/joint_statement": "results/runs/quick",
}
ONLY_READ = {  # commands whose line is read as the program would, but not run, and what runs them in the tests
    "app": "serves until it is stopped; tests/browser",
    "bench": "measures for minutes; tests/experiments/benchmarks",
    "calibrate": "a fit; tests/calibration/fit",
    "export": "needs the years of a run; tests/results",
    "forecast": "simulates eight years; tests/calibration/predict",
    "history": "a fit; tests/calibration/fit, and the notebook of the monthly update",
    "import": "needs a file of a publisher; tests/calibration/evidence/publishers",
    "latex": "needs the year that it names; tests/results/tables",
    "patterns": "needs whole years; tests/calibration/validation",
    "publish": "`make published-quick`",
    "recovery": "fits again and again; tests/calibration/fit",
    "reproduce": "needs the name of a case; tests/experiments/execution",
    "score": "needs stored forecasts; the notebook of the monthly update",
    "update": "simulates eight years; the notebook of the monthly update",
    "validate": "simulates eight years; tests/calibration/validation",
}
ONLY_READ_OPTIONS = {
    "--dask",
    "--difference",
    "--method",
    "--screen",
    "--together",
    "--each-measure",
    "--budget",
}  # minutes, or a cluster
SHOWN = ("{toctree}", "{include}", "{eval-rst}", "{important}", "{note}")
BLOCK = re.compile(
    r"^(?P<fence>`{3,4})(?P<kind>[^\n`]*)\n(?P<fenced>.*?)^(?P=fence)$|(?P<indented>(?:^ {4}[^\n]*\n)+)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A block of code: `python`, `cell` of a notebook, `file` (named by its caption), `yaml` (a part of a file), or
    `lines` of a shell."""

    kind: str
    text: str
    name: str = ""


def blocks_of(path: Path) -> Iterator[Block]:
    """The blocks of a document in their order; those that show nothing but other pages or docstrings are left out.

    Raises ValueError for a kind of block that no test would run.
    """
    for found in BLOCK.finditer(path.read_text(encoding="utf-8")):
        if found["indented"]:
            yield Block("lines", re.sub(r"^ {4}", "", found["indented"], flags=re.MULTILINE))
            continue
        options = dict(re.findall(r"^:(\w+): (.*)$", found["fenced"], re.MULTILINE))
        text = re.sub(r"\A(:\w+: .*\n)+", "", found["fenced"])
        if "caption" in options:
            yield Block("file", text, options["caption"])
        elif found["kind"] in ("python", "yaml"):
            yield Block(found["kind"], text)
        elif found["kind"].startswith("{code-cell}"):
            yield Block("cell", re.sub(r"^%matplotlib inline\n", "", text))  # which only notebooks know
        elif not found["kind"].startswith(SHOWN):
            raise ValueError(f"{path}: a block of the kind {found['kind']!r} is not run by any test")


def small_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every experiment that is loaded is small, unless it has no past: that is how documents make theirs small."""
    whole = loading.load

    def small(source: Any, settings: Sequence[Setting] = (), *more: Any, **options: Any) -> Any:
        given = source.get("past") if isinstance(source, Mapping) else None
        if given == "none" or any(each.key == "past" for each in settings):
            return whole(source, settings, *more, **options)
        kept = [each for each in settings if each.key not in SMALL]
        changed = [Setting("--set", key, value) for key, value in SMALL.items()]
        return whole(source, [*kept, *changed], *more, **options)

    monkeypatch.setattr(loading, "load", small)


def words_of(line: str) -> list[str]:
    """The words of a line of a shell without its comment, with what its placeholders stand for."""
    for placeholder, meant in MEANT.items():
        line = re.sub(rf"(?<![\w/]){placeholder}(?![\w/])", meant, line)
    return shlex.split(line.split("  #")[0].split(" # ")[0])


def less(words: Sequence[str]) -> list[str]:
    """A command with small numbers where it gives numbers, and one process where it may take several."""
    shorter = list(words)
    for option, value in LESS.items():
        if option in shorter:
            shorter[shorter.index(option) + 1] = value
    takes = {option for parameter in COMMANDS[words[0]].params for option in parameter.opts}
    return [*shorter, "--jobs", "1"] if "--jobs" in takes and "--jobs" not in shorter else shorter


def only_read(words: Sequence[str]) -> bool:
    """Whether a command is read but not run."""
    return words[0] in ONLY_READ or bool(ONLY_READ_OPTIONS & set(words))


def read_command(words: Sequence[str]) -> None:
    """Read a command as the program does; raises UsageError for options and values that it does not take."""
    COMMANDS[words[0]].make_context(words[0], list(words[1:]))


def run_python(text: str, names: dict[str, Any], where: str) -> Any:
    """Run a block; the value of its last expression, if it ends with one."""
    body = ast.parse(text).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), where, "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), where, "eval"), names)


def needs(text: str) -> list[str]:
    """Packages that a block imports and that are not installed."""
    tops = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return sorted(name for name in tops if importlib.util.find_spec(name) is None)
