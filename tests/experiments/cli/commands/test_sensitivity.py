"""`corridor sensitivity` from the experiment file to the tables and figures: a function in the simulator's place, and
the simulator itself."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from SALib.test_functions import Ishigami

from corridor.experiments.analyses.sensitivity.indices import indices
from corridor.experiments.analyses.sensitivity.methods import Study
from corridor.experiments.config.designs.selection import Selection, selected_parameters
from corridor.model import INDICATORS, PARAMETERS
from corridor.model.engine.errors import InputError
from corridor.results.tables.keys import KEYS
from tests.support.batches import EXPERIMENT as BATCH
from tests.support.batches import cases, ended
from tests.support.sensitive import EXPERIMENT, FACTORS, NUMBER, Floats, analysed, instead, rows_of, write

TWO, THREE, ALL = (",".join(FACTORS[:n]) for n in (2, 3, 4))


def ishigami(unit: Floats, seed: int, policy: bool) -> float:
    """Ishigami's function of the first three factors."""
    return float(Ishigami.evaluate((2.0 * unit[None, :3] - 1.0) * np.pi)[0])


def weighted(unit: Floats, seed: int, policy: bool) -> float:
    """Linear; the policy adds what depends on the last factor alone; seeds shift all alike, and each a little. Of the
    seeds of later trajectories the first thousand count."""
    chance = 20.0 * (seed % 1000) + np.random.default_rng([seed, *(unit * 1e6).astype(int)]).normal(0.0, 0.1)
    return float(unit @ [5.0, 0.1, 2.0, 0.0]) + 10.0 + chance + policy * float(unit[3])


@pytest.mark.parametrize(("method", "samples"), [("morris", 6), ("sobol", 8), ("rbd_fast", 60)])
def test_stored_cases_give_the_indices_of_the_function_itself(tmp_path, monkeypatch, method, samples):
    run = instead(monkeypatch, ishigami)
    found = analysed(tmp_path, "--method", method, "--samples", samples, "--parameter", THREE)
    study = Study(method, FACTORS[:3], samples)
    unit = study.unit()
    assert len(run) >= len({tuple(point) for point in unit})
    known = indices(study, 2.0 * Ishigami.evaluate((2.0 * unit - 1.0) * np.pi))  # the same number on both days
    assert list(found.columns) == [*KEYS, "method", "parameter", "index", "value", "low", "high", "floor"]
    assert (set(found.indicator), set(found.method)) == ({NUMBER}, {method})
    for column in ("value", "low", "high"):
        assert found[column].to_numpy() == pytest.approx(known[column].to_numpy(), rel=1e-5, abs=1e-6, nan_ok=True)
    assert list(found.parameter) == list(known.parameter)


def test_a_larger_sample_runs_only_what_is_new(tmp_path, monkeypatch):
    options = ["--method", "sobol", "--parameter", TWO, "--no-second-order", "--samples"]
    run = instead(monkeypatch, weighted)
    analysed(tmp_path, *options, 8)
    first = len(cases(tmp_path / "out"))
    assert first == 8 * 4
    before = {path.name for path in cases(tmp_path / "out")}
    run.clear()
    found = analysed(tmp_path, *options, 16)
    after = {path.name for path in cases(tmp_path / "out")}
    assert before < after and len(after) == 16 * 4
    assert len(run) <= 8 * 4 + 1  # and one to see how long a case takes
    study = Study("sobol", FACTORS[:2], 16, second_order=False)
    known = indices(study, 2.0 * study.unit() @ [5.0, 0.1])
    assert found.value.to_numpy() == pytest.approx(known.value.to_numpy(), abs=0.1)  # as the seed adds chance
    sizes = pd.read_csv(tmp_path / "out" / "convergence.csv").samples
    assert set(sizes) == {8, 16}
    run.clear()
    analysed(tmp_path, *options, 8)
    assert not run


@pytest.mark.slow
def test_methods_for_any_sample_share_their_cases(tmp_path, monkeypatch):
    run = instead(monkeypatch, weighted)
    options = ["--samples", 60, "--parameter", THREE]
    analysed(tmp_path, "--method", "pawn", *options)
    run.clear()
    found = analysed(tmp_path, "--method", "rbd_fast", *options)
    assert not run
    assert rows_of(found, "S1").value.idxmax() == FACTORS[0]


def test_difference_of_worlds_and_noise_of_seeds(tmp_path, monkeypatch):
    instead(monkeypatch, weighted)
    options = ["--method", "morris", "--samples", 4, "--parameter", ALL, "--seeds", 3, "--difference"]
    found = analysed(tmp_path, *options)
    level = rows_of(found[found.indicator == NUMBER], "mu").value
    assert level[list(FACTORS)].to_numpy() == pytest.approx(2 * np.array([5.0, 0.1, 2.0, 1.0]), abs=0.5)
    less = rows_of(found[found.indicator == f"{NUMBER}_difference"], "mu").value
    assert less[list(FACTORS)].to_numpy() == pytest.approx(2 * np.array([0.0, 0.0, 0.0, 1.0]))  # paired: no noise
    chance = pd.read_csv(tmp_path / "out" / "noise.csv").set_index(["indicator", "period"]).loc[(NUMBER, "whole run")]
    assert (chance.points, chance.seeds) == (20, 3)
    assert chance.seeds_alike == pytest.approx(np.var([40.0, 80.0, 120.0], ddof=1), rel=0.01)
    assert chance.seeds_apart == pytest.approx(0.2**2, rel=0.5)
    assert chance.share_in_index < 0.01 < 0.9 < chance.share_of_seeds
    assert 0.0 < chance.floor < 0.6
    by_year = pd.read_csv(tmp_path / "out" / "indices_by_year.csv", dtype={"period": str})
    assert set(by_year.period) == {"2021", "2022"}
    for table in (found, by_year, chance.to_frame().T):  # of the difference, too
        assert set(table.unit) == {INDICATORS[NUMBER].unit} and set(table.kind) == {INDICATORS[NUMBER].kind}
    record = json.loads((tmp_path / "out" / "sensitivity.json").read_text(encoding="utf-8"))
    assert (record["method"], record["samples"], record["points"], record["difference"]) == ("morris", 4, 20, True)


def test_years_in_which_nothing_varies_are_left_out_and_reported(tmp_path, monkeypatch, capsys):
    def late(unit: Floats, seed: int, policy: bool) -> Floats:
        return np.array([7.0, unit[0] + 2.0 * unit[1]])

    instead(monkeypatch, late)
    analysed(tmp_path, "--samples", 4, "--parameter", THREE)
    by_year = pd.read_csv(tmp_path / "out" / "indices_by_year.csv")
    assert set(by_year.period) == {2022}
    said = capsys.readouterr().out
    assert f"No indices, because nothing varied or a value is not known: {NUMBER} 2021" in said
    assert "one seed" in said


def test_screening_goes_on_with_what_matters(tmp_path, monkeypatch, capsys):
    instead(monkeypatch, weighted)
    options = ["--method", "sobol", "--samples", 8, "--parameter", ALL, "--seeds", 2]
    found = analysed(tmp_path, *options, "--screen", "--keep", 2, "--screen-samples", 4)
    assert list(rows_of(found, "ST").index) == ["news_pull", "money_median"]
    screened = pd.read_csv(tmp_path / "out" / "screening.csv").set_index("parameter")
    assert list(screened.index[screened.kept]) == ["news_pull", "money_median"]
    assert screened.share["news_pull"] == 1.0
    assert set(pd.read_csv(tmp_path / "out" / "screening" / "indices.csv").method) == {"morris"}
    design = pd.read_csv(tmp_path / "out" / "design.csv")
    assert list(design.columns) == ["point", "news_pull", "money_median"]
    assert "kept" in capsys.readouterr().out


@pytest.mark.slow
def test_every_figure_is_drawn(tmp_path, monkeypatch):
    instead(monkeypatch, ishigami, plotted=True)
    analysed(tmp_path, "--method", "sobol", "--samples", 16, "--parameter", TWO)
    plotted = {path.stem for path in (tmp_path / "out" / "figures").glob("*.png")}
    assert plotted == {f"{kind}_{NUMBER}" for kind in ("tornado", "sobol", "years", "convergence")}
    analysed(tmp_path, "--method", "morris", "--samples", 8, "--parameter", TWO)
    plotted = {path.stem for path in (tmp_path / "out" / "figures").glob("*.png")}
    assert plotted == {f"{kind}_{NUMBER}" for kind in ("tornado", "morris", "years", "convergence")}


REAL = BATCH.replace("design: {kind: sobol, points: 2, parameters: [p_retry, boat_cost]}\n", "")


def test_the_simulator_itself(tmp_path, capsys):
    """Who comes in does not depend on whether people try again, but on how unevenly they come."""
    options = ["--samples", 4, "--parameter", "entry_burstiness,p_retry", "--indicator", "entered_people"]
    found = analysed(tmp_path, *options, "--scale", 100, text=REAL)
    effects = rows_of(found, "mu_star").value
    assert effects["p_retry"] == 0.0 < effects["entry_burstiness"]
    said = capsys.readouterr().out
    assert PARAMETERS["entry_burstiness"].meaning.split()[0] in said
    noisy = pd.read_csv(tmp_path / "out" / "noise.csv").set_index("period").loc["whole run"]
    assert noisy.seeds == 2 and noisy.seeds_apart > 0.0


def test_an_indicator_without_indices_is_refused_and_the_cases_are_kept(tmp_path, monkeypatch, capsys):
    instead(monkeypatch, weighted)
    options = ["--samples", 4, "--parameter", THREE, "--out", tmp_path / "out", "--jobs", 1]
    wanted = ["--indicator", "stop_rate_people", "--indicator", "deaths_channel"]
    assert ended("sensitivity", write(tmp_path), *options, *wanted) == 2
    said = capsys.readouterr().err
    assert "stop_rate_people is not known at 16 of 16 points" in said
    assert "deaths_channel is 0 at all 16 points" in said
    assert cases(tmp_path / "out") and not (tmp_path / "out" / "indices.csv").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--parameter", "p_retri"], "'p_retri' is not a known parameter; did you mean 'p_retry'"),
        (["--parameter", "p_retry"], "1 parameters are chosen; morris wants 2"),
        (["--group", "patrols=p_retry"], "'patrols' cannot name your own group"),
        (["--group", "mine=p_retr"], "'p_retr' is not a known parameter; did you mean 'p_retry'"),
        (["--group", "mine=p_retry,team_size"], "'team_size' is fixed"),
        (["--group", "mine=p_retry,boat_cost", "--group", "other=boat_cost"], "'boat_cost' is in two groups"),
        (["--group", "patrol"], "'patrol' is not known; did you mean 'patrols'"),
        (["--grade", "D"], "'D' is not known; allowed: A, B, C"),
        (["--indicator", "arivals_people"], "did you mean 'arrivals_people'"),
        (["--world", "nowhere"], "'nowhere' is none of the worlds"),
        (["--world", "without", "--difference"], "'without' is the baseline"),
        (["--method", "sobol", "--group", "patrols", "--samples", "100"], "allowed: 64 or 128"),
        (["--method", "hdmr", "--group", "patrols", "--samples", "299"], "allowed: from 300 on"),
        (["--method", "hdmr"], "hdmr wants 2 to 30"),
        (["--method", "sobol", "--samples", "1024"], "points are too many; allowed: 100,000"),
        (["--method", "pawn", "--together"], "no indices of groups"),
        (["--method", "magic"], "--method: 'magic' is not a known method"),
        (["--parameter", "p_retry,boat_cost", "--set", "parameters.p_retry=0.9"], "'p_retry' has a value in the file"),
        (["--keep", "5"], "--keep: is used only with --screen"),
        (["--screen", "--together"], "does not go with --screen"),
        (["--set", "design={kind: grid, parameters: {p_retry: [0.8]}}"], "without a design"),
    ],
)
def test_mistakes_are_reported(tmp_path, monkeypatch, capsys, options, words):
    monkeypatch.chdir(tmp_path)
    assert ended("sensitivity", write(tmp_path), *options) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_several_mistakes_are_reported_at_once(tmp_path, capsys):
    path = write(tmp_path)
    assert ended("sensitivity", path, "--parameter", "nothing", "--indicator", "nobody", "--world", "nowhere") == 2
    problems = [line for line in capsys.readouterr().err.splitlines() if line.startswith("command line --")]
    assert len(problems) == 3


@pytest.mark.slow
def test_a_dry_run_reports_both_steps(tmp_path, monkeypatch, capsys):
    instead(monkeypatch, weighted)
    options = ["--screen", "--keep", 4, "--dry-run", "--out", tmp_path / "out"]
    assert ended("sensitivity", write(tmp_path), *options, "--grade", "C") == 0
    said = capsys.readouterr().out
    chosen = selected_parameters(Selection(grades=("C",)), {})
    assert f"{20 * (len(chosen) + 1)} points" in said
    assert "then sobol on the 4 parameters that matter most" in said
    assert not (tmp_path / "out").exists()


def test_what_the_file_gives_is_not_varied_and_that_is_reported(tmp_path, monkeypatch, capsys):
    instead(monkeypatch, weighted)
    group = PARAMETERS["p_retry"].group
    assert (
        ended(
            "sensitivity",
            write(tmp_path),
            "--group",
            group,
            "--set",
            "parameters.p_retry=0.9",
            "--dry-run",
            "--out",
            tmp_path / "out",
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "Not varied, as the file gives their values: p_retry" in said
    assert (
        f"{20 * len(selected_parameters(Selection(groups=(group,)), {}))} points" in said
    )  # one fewer, and the base point


def test_draws_of_a_posterior_that_give_way_are_reported(tmp_path, monkeypatch, capsys):
    instead(monkeypatch, weighted)
    (tmp_path / "mine.csv").write_text("draw,p_retry\n1,0.8\n2,0.9\n", encoding="utf-8")
    path = write(tmp_path, EXPERIMENT + "parameters: mine.csv\n")
    for command in (
        ["sensitivity", "--parameter", TWO, "--around", "ranges"],
        ["explore", "--points", 2],
        ["allocate", "--points", 2, "--budget", "1e9"],
    ):
        ended(command[0], path, *command[1:], "--dry-run", "--out", tmp_path / "out")
        assert "mine.csv is left out: what is not varied here stays at its default" in capsys.readouterr().out


def test_what_can_be_selected():
    everything = selected_parameters(Selection(), {})
    assert set(everything) == {p.name for p in PARAMETERS.values() if p.distribution != "fixed"}
    own = Selection(groups=("ports", "money = money_median, fare_speed"))
    chosen = selected_parameters(own, {})
    assert {own.group_of(name) for name in chosen} == {"ports", "money"}
    assert [name for name in chosen if own.group_of(name) == "money"] == ["money_median", "fare_speed"]
    some = selected_parameters(Selection(groups=("patrols", "ports"), grades=("C",)), {})
    assert some and all(PARAMETERS[name].group in ("patrols", "ports") for name in some)
    assert {PARAMETERS[name].grade for name in some} == {"C"}
    both = selected_parameters(Selection(("p_retry",), ("patrols",), ("C",)), {})
    patrols = selected_parameters(Selection(groups=("patrols",), grades=("C",)), {})
    assert set(both) == {"p_retry", *patrols} and list(both) == [name for name in PARAMETERS if name in both]
    fixed = next(p.name for p in PARAMETERS.values() if p.distribution == "fixed")
    with pytest.raises(InputError, match="is fixed"):
        selected_parameters(Selection((fixed,)), {})


def test_groups_have_no_sigma_and_their_figure_is_plotted_all_the_same(tmp_path, monkeypatch, capsys):
    instead(monkeypatch, weighted, plotted=True)
    names = [f"--group=one={TWO}", f"--group=two={','.join(FACTORS[2:4])}"]
    found = analysed(tmp_path, "--method", "morris", "--together", *names, "--samples", 4)
    assert found[found["index"] == "sigma"].value.isna().all()
    assert found[found["index"] == "mu_star"].value.notna().all()
    assert (tmp_path / "out" / "figures" / f"morris_{NUMBER}.png").exists()
    assert " nan" not in capsys.readouterr().out


def test_a_figure_that_fails_is_reported_and_the_tables_are_kept(tmp_path, monkeypatch, capsys):
    from corridor.results.plots.sensitivity import choice

    def broken(*_):
        raise ZeroDivisionError("no such luck")

    instead(monkeypatch, weighted, plotted=True)
    monkeypatch.setattr(choice, "draw_tornado", broken)
    options = ["--method", "morris", "--parameter", TWO, "--samples", 4, "--indicator", NUMBER]
    assert ended("sensitivity", write(tmp_path), "--out", tmp_path / "out", "--jobs", 1, *options) == 1
    assert f"figure tornado_{NUMBER} could not be plotted: ZeroDivisionError: no such luck" in capsys.readouterr().err
    assert len(pd.read_csv(tmp_path / "out" / "indices.csv")) > 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["figures_that_failed"]) == [f"tornado_{NUMBER}"]
    assert (tmp_path / "out" / "figures" / f"morris_{NUMBER}.png").exists()
