"""The script that runs Mesa's own tests on our classes, without fetching anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import mesa
import pytest

from tests.support import mesa_tests

TAKES_OURS = """
from mesa import Agent, Model
from mesa.agent import AgentSet

def test_where_they_are_from():
    assert {each.__module__ for each in (Agent, AgentSet, Model)} == {
        "corridor.model.mesa_views.agents", "corridor.model.mesa_views.models"}

def test_agentset_get_item():
    AgentSet([Agent(Model())])[0]
"""


def run_on(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code for a source distribution whose only tests are these."""
    (folder / "mesa-0" / "tests").mkdir(parents=True)
    (folder / "mesa-0" / "tests" / "test_agent.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(mesa_tests, "fetch", lambda release, temporary: folder / "mesa-0")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "test_agent", raising=False)
    return mesa_tests.run("0")


@pytest.mark.slow
def test_test_modules_take_our_classes_and_mesa_is_restored(tmp_path, monkeypatch, capsys):
    before = mesa.Agent, mesa.Model, mesa.agent.AgentSet
    assert run_on(TAKES_OURS, tmp_path, monkeypatch) == pytest.ExitCode.OK
    assert (mesa.Agent, mesa.Model, mesa.agent.AgentSet) == before
    printed = capsys.readouterr().out
    assert "test_agent of Mesa 0 ran on our Agent, AgentSet, Model" in printed
    assert ("test_agentset_get_item was left out" in printed) == hasattr(mesa.agent.AgentSet, "to_list")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("from mesa import Agent\ndef test_it(): pass\n", "no module took our"),
        (
            TAKES_OURS + "import mesa\nModel = mesa.Model.__mro__[1]\n",
            "took Mesa's",
        ),
    ],
)
def test_a_replacement_that_did_not_take_place_is_an_error(tmp_path, monkeypatch, capsys, source, said):
    assert run_on(source, tmp_path, monkeypatch) == pytest.ExitCode.USAGE_ERROR
    assert said in "".join(capsys.readouterr())


def test_a_test_that_fails_fails_the_run(tmp_path, monkeypatch):
    assert run_on(TAKES_OURS + "def test_wrong(): assert not Agent\n", tmp_path, monkeypatch) == 1


@pytest.mark.parametrize(("options", "code"), [([], 1), (["--if-reachable"], 0)])
@pytest.mark.slow
def test_a_package_out_of_reach_is_said_and_passes_where_asked(options, code):
    nowhere = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    command = [sys.executable, "-m", "tests.support.mesa_tests", *options]
    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert done.stdout.startswith("Mesa's own tests were skipped: the sources of mesa ")
    assert "No matching distribution found for mesa==" in done.stdout and done.stdout.count("\n") == 1
