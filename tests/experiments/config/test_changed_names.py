"""Names of earlier versions are understood for one version, with a warning, or refused with what takes their place."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from corridor.experiments.config.documents import changed_names
from corridor.experiments.config.documents.changed_names import Renamed, current_options
from corridor.model.engine.errors import InputError
from tests.support.batches import ended
from tests.support.refusals import EXPERIMENT


def test_an_old_option_is_understood_and_warned_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("sensitivity", "x.yaml", "--dry-run")
    assert ended(*asked, "--design-seed", "3", "--parameters=no_such") == 2
    warned, _, rest = capsys.readouterr().err.rpartition("will not know --parameters\n")
    assert "warning: --design-seed is called --sample-seed since version 0.2.0; 0.3.0 will not know" in warned
    assert "--parameters is called --parameter" in warned
    assert ended(*asked, "--sample-seed", "3", "--parameter=no_such") == 2
    new = capsys.readouterr().err
    assert "--parameter: 'no_such' is not" in new
    assert new == rest


def test_only_whole_options_are_renamed() -> None:
    given = ["--design-seeds", "--parameter", "x", "parameters", "--", "design-seed"]
    assert current_options(given) == (given, [])


def test_an_old_key_is_understood_and_noted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(changed_names.KEYS, "people_per_agent", Renamed("scale", "0.2.0", "0.3.0"))
    assert "\nscale:" in EXPERIMENT
    new = corridor.load("x.yaml")
    text = EXPERIMENT.replace("\nscale:", "\npeople_per_agent:")
    Path("x.yaml").write_text(text, encoding="utf-8")
    old = corridor.load("x.yaml")
    assert old.definition.file == new.definition.file
    line = text.splitlines().index(next(each for each in text.splitlines() if "people_per_agent" in each)) + 1
    assert old.notes[0] == (
        f"x.yaml, line {line}, people_per_agent is called scale since version 0.2.0; "
        "0.3.0 will not know people_per_agent"
    )
    Path("x.yaml").write_text(text + "\nscale: 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="people_per_agent: is the old name of scale, which is there, too"):
        corridor.load("x.yaml")


def test_a_value_that_is_wrong_under_an_old_key_names_its_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(changed_names.KEYS, "people_per_agent", Renamed("scale", "0.2.0", "0.3.0"))
    text = EXPERIMENT.replace("\nscale:", "\npeople_per_agent: -1 #")
    Path("x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"x.yaml, line \d+, scale: -1"):
        corridor.load("x.yaml")


def test_a_name_that_is_gone_is_refused_with_what_takes_its_place(folder: Path) -> None:
    with pytest.raises(InputError) as refused:
        corridor.load("x.yaml", settings={"parameters.network_growth": 0.1, "indicators": "[red_days]"})
    text = "\n".join(refused.value.problems)
    assert "it is gone since version 0.2.0, instead: know_how_start and imitation_rate; allowed:" in text
    assert "instead: usable_nights and crossing_nights; allowed:" in text
