"""The effect of a world over the values of a parameter: where its sign changes; and which effects are imposed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.experiments.analyses.break_even import BreakEven, crossing, crossings
from corridor.experiments.interface.source import read
from tests.support.batches import EXPERIMENT, ended, write_experiment
from tests.support.refusals import refused

PLAIN = EXPERIMENT.split("design:")[0]
AT = np.array([0.0, 0.5, 1.5])
HERE = ("dose", "x.yaml", "--out", "out", "--jobs", "1")
IMPOSING = """\
title: Fewer entries and officers
reference: none
levers:
  upstream_departures: [{from: 2022-06-02, to: 0.9}]
  patrol_officers: [{from: 2022-06-02, to: {value: 2.5, low: 1.5, high: 3.0}}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_experiment(tmp_path, PLAIN)
    return tmp_path


@pytest.mark.parametrize(
    ("effects", "at"),
    [([-2.0, 2.0, 3.0], 0.25), ([-2.0, -1.0, 1.0], 1.0), ([2.0, 0.0, -1.0], 0.5), ([3.0, 1.0, -3.0], 0.75)],
)
def test_the_sign_changes_where_the_line_meets_zero(effects: list[float], at: float) -> None:
    assert crossing(AT, np.array(effects)) == pytest.approx(at)


@pytest.mark.parametrize("effects", [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 2.0]])
def test_an_effect_that_keeps_its_sign_has_no_break_even_value(effects: list[float]) -> None:
    assert np.isnan(crossing(AT, np.array(effects)))


def test_the_interval_holds_the_break_even_value_and_is_a_point_without_chance() -> None:
    noise = np.random.default_rng(3).normal(0.0, 0.3, size=(1, 40))
    found = crossings(AT, np.array([[-2.0], [0.0], [4.0]]) + noise - 0.5)
    assert found["break_even_low"] < found["break_even"] < found["break_even_high"]
    assert found["share_changing"] == 1.0
    alike = crossings(AT, np.tile([[-2.0], [2.0], [3.0]], 5))
    assert alike["break_even_low"] == alike["break_even_high"] == alike["break_even"] == 0.25


def said_of(folder: Path, effects: list[tuple[float, float, float]], even: float = np.nan) -> str:
    """The sentence on effects (mean, low, high) at 0 and 1."""
    analysis = BreakEven(read(folder / "x.yaml").definition, "with_patrols", "p_retry", (0.0, 1.0))
    response = pd.DataFrame(effects, columns=["mean", "low", "high"]).assign(indicator="arrivals_people", seeds=2)
    found = {"break_even": even, "break_even_low": even, "break_even_high": even, "share_changing": 0.5}
    return analysis.words(response, pd.DataFrame([{"indicator": "arrivals_people", **found}]))


def test_only_effects_that_are_clear_of_zero_keep_their_sign(folder: Path) -> None:
    clear, doubtful, none, equal = (75.0, 20.0, 130.0), (75.0, -101.0, 251.0), (0.0, 0.0, 0.0), (75.0, 75.0, 75.0)
    assert "keeps its sign" in said_of(folder, [clear, doubtful])
    for effects in ([doubtful, none], [none, none], [equal, equal], [(75.0, np.nan, np.nan)] * 2):
        said = said_of(folder, effects)
        assert "no effect of with_patrols at values of p_retry from 0 to 1 is clear of zero" in said
        assert "keeps" not in said
    assert "clear of zero" not in said_of(folder, [clear, (-9.0, -12.0, -6.0)], even=0.9)
    assert said_of(folder, [doubtful, none], even=0.4).endswith("is clear of zero")


@pytest.mark.slow
def test_the_dose_of_a_parameter_is_that_of_a_design_and_has_a_figure(folder: Path) -> None:
    assert ended(*HERE, "--parameter", "p_retry", "--values", "0.8,0.95", "--indicator", "officer_days") == 0
    response = pd.read_csv("out/response.csv")
    officers = response[response.indicator == "officer_days"].sort_values("p_retry")
    assert officers.p_retry.tolist() == [0.8, 0.95] and (officers["mean"] > 0).all()
    assert set(response.seeds) == {2}
    even = pd.read_csv("out/break_even.csv").set_index("indicator")
    assert np.isnan(even.break_even["officer_days"]) and even.share_changing["officer_days"] == 0.0
    assert Path("out/figures/response.png").is_file()


@pytest.mark.slow
def test_the_strength_of_a_measure_has_a_dose_with_draws_and_without(folder: Path) -> None:
    (folder / "policies" / "patrols.yaml").write_text(IMPOSING, encoding="utf-8")
    (folder / "mine.csv").write_text("p_retry\n0.8\n0.95\n", encoding="utf-8")
    for parameters in ("", "parameters: mine.csv\n"):
        (folder / "x.yaml").write_text(PLAIN + parameters, encoding="utf-8")
        assert ended(*HERE, "--parameter", "strength.patrols", "--values", "0,1") == 0
        rows = pd.read_csv("out/response.csv").set_index("indicator").loc["officer_days"]
        weakest, strongest = rows["mean"]
        assert 0 < weakest < strongest / 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--parameter", "p_rety", "--values", "0.8,0.9"), "--parameter: 'p_rety' is not a known parameter"),
        (("--parameter", "p_retry", "--values", "0.8,7"), "--values: 7 is out of range"),
        (("--parameter", "p_retry", "--values", "0.8"), "two or more different values are needed"),
        (("--parameter", "p_retry", "--values", "0.8,0.9", "--lever2", "detention"), "not used with --parameter"),
        (("--parameter", "p_retry", "--values", "0.8,0.9", "--world", "without"), "'without' is the baseline"),
        (("--values", "0.8,0.9"), "--lever: is missing; allowed: --lever or --parameter"),
    ],
)
def test_what_cannot_be_is_refused(
    more: tuple[str, ...], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert any(said in line for line in refused(capsys, *HERE, *more))


def test_effects_say_what_a_policy_file_imposed(folder: Path) -> None:
    (folder / "policies" / "patrols.yaml").write_text(IMPOSING, encoding="utf-8")
    assert ended("run", "x.yaml", "--out", "out", "--jobs", "1") == 0
    effects = pd.read_csv("out/effects.csv", keep_default_na=False)
    imposed = effects[effects.imposed != ""].groupby("indicator").imposed.first()
    assert imposed.to_dict() == {
        "entered_people": "upstream_departures",
        "landed_people": "upstream_departures",
        "officer_days": "patrol_officers",
    }
    assert effects.note.str.contains("entries are set by upstream_departures").all()
