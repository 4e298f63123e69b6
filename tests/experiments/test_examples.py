"""The examples for Slurm, Snakemake and R run as they stand, where the tool is installed; Slurm's variables are set by
the test."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.batches import EXPERIMENT, content_digest, ended, write_experiment

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "experiments" / "examples"
PLAIN = EXPERIMENT[: EXPERIMENT.index("design:")]


def done(*command: object, **variables: str) -> str:
    """What a command prints, run with the `corridor` of these tests first in the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    run = subprocess.run(
        [str(each) for each in command],
        env={**os.environ, "PATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small experiment, which is also the current one."""
    write_experiment(tmp_path, PLAIN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is absent")
def test_an_array_of_slurm_gives_the_results_of_one_run(folder: Path) -> None:
    script = EXAMPLES / "slurm_array.sh"
    for task in ("1", "2"):
        done("bash", script, "x.yaml", 1, "out", SLURM_ARRAY_TASK_ID=task)
    assert "all are in the store" in done("bash", script, "x.yaml", 1, "out", 2)
    assert ended("run", "x.yaml", "--out", "whole", "--jobs", "1", "--quiet") == 0
    assert content_digest(folder / "out" / "all") == content_digest(folder / "whole")


@pytest.mark.skipif(not shutil.which("snakemake"), reason="Snakemake is absent")
def test_the_workflow_makes_a_report_and_a_map(folder: Path) -> None:
    done("snakemake", "--cores", 1, "--snakefile", EXAMPLES / "Snakefile", "--config", "experiments=['x']")
    assert (folder / "runs" / "x" / "report.html").stat().st_size > 10_000
    assert '"FeatureCollection"' in (folder / "runs" / "x" / "flows.geojson").read_text(encoding="utf-8")[:100]


RULE = re.compile(r'rule (\w+):.*?output:\n\s+"([^"]+)".*?shell:\n\s+"([^"]+)"', re.DOTALL)


def test_the_commands_of_the_workflow_make_what_its_rules_promise(folder: Path) -> None:
    """Where Snakemake is absent, too: the rules in their order, as Snakemake would fill them in."""
    rules = RULE.findall((EXAMPLES / "Snakefile").read_text(encoding="utf-8").split("rule all:")[1])
    assert [name for name, _, _ in rules] == ["run", "report", "flows"]
    for _, output, shell in rules:
        filled = shell.replace("{wildcards.name}", "x").replace("{input}", "x.yaml").replace("{threads}", "1")
        assert ended(*shlex.split(filled.replace("{OPTIONS}", ""))[1:]) == 0
        assert (folder / output.replace("{name}", "x")).stat().st_size > 0


def arrow_in_r() -> bool:
    """Whether R has the packages of the recipe."""
    if not shutil.which("Rscript"):
        return False
    code = "quit(status = !all(c('arrow', 'dplyr') %in% rownames(installed.packages())))"
    return subprocess.run(["Rscript", "-e", code], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not arrow_in_r(), reason="R with arrow and dplyr is absent")
def test_r_reads_the_index_of_a_run(folder: Path) -> None:
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1", "--quiet") == 0
    assert "arrivals_people" in done("Rscript", EXAMPLES / "records.R", "out")
