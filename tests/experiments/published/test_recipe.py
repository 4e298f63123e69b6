"""The recipe of results/published/: it makes every file there, and nothing is published by halves.

`make published-quick` runs all of its steps; here are the parts that need no run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from corridor.experiments.config.loading import load
from corridor.experiments.config.shipped import CONFIGS
from corridor.experiments.execution.analysis import AnalysisResult, RunResult, Table
from corridor.experiments.execution.errors import RunError
from corridor.experiments.execution.folders.publishing import DICTIONARY, publish
from corridor.experiments.interface.loading import RunOptions
from corridor.experiments.published import publish as published
from corridor.experiments.published import recipe
from corridor.experiments.published.recipe import STEPS, Step
from corridor.results.tables.shape import Number, Shape

PUBLISHED = Path(__file__).parents[3] / "results" / "published"
MADE = [name for step in STEPS for name in step.published]
EXPERIMENT = load(CONFIGS / "quick.yaml")
SHAPE = Shape(("world",), (Number("mean"),))


def analysis(files: list[str]) -> Callable[..., RunResult]:
    """A function like those of the interface, that writes a table `effects` and these files."""

    def run(out: Path, **_: Any) -> RunResult:
        out.mkdir(parents=True)
        frame = pd.DataFrame({"world": ["a"], "mean": [1.5]})
        publish(AnalysisResult({"effects": Table(frame, "effects of a world", SHAPE)}), out, {})
        for name in files:
            (out / name).parent.mkdir(exist_ok=True)
            (out / name).write_text("made", encoding="utf-8")
        return RunResult(out, {"effects": frame}, [], EXPERIMENT, 0.0)

    return run


def doubled(result: RunResult) -> Table:
    """A table that is made from a result."""
    frame = result.tables["effects"]
    shape = replace(SHAPE, hidden=("twice",))
    return Table(frame.assign(twice=2 * frame["mean"]), "effects, twice", shape, {"twice": "two times the mean"})


def step(name: str, files: list[str]) -> Step:
    """A step that publishes its table, a figure, and a table that is made from its result."""
    kept = {f"{name}/effects.csv": "effects.csv", f"{name}/forest.png": "figures/forest.png"}
    return Step(name, analysis(files), {}, {}, kept, {f"{name}/twice": doubled})


def test_every_published_file_is_made_by_one_step_and_every_file_of_a_step_is_published():
    assert len(MADE) == len(set(MADE))
    assert {*MADE, DICTIONARY} == published.names_in(PUBLISHED) - set(published.BY_HAND)


def test_the_readme_names_every_published_table():
    text = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    assert [name for name in (*MADE, DICTIONARY) if name.endswith(".csv") and Path(name).name not in text] == []


def test_the_dictionary_explains_the_columns_of_every_published_table():
    dictionary = pd.read_csv(PUBLISHED / DICTIONARY, keep_default_na=False)
    assert dictionary.meaning.str.len().min() > 0
    explained = {str(name): [*rows.column[rows.column != ""]] for name, rows in dictionary.groupby("table")}
    assert explained == {name: published.columns_of(PUBLISHED / name) for name in MADE if name.endswith(".csv")}


@pytest.mark.parametrize("each", STEPS, ids=lambda each: each.name)
def test_the_settings_of_a_step_are_arguments_of_its_function(each):
    allowed = {*inspect.signature(each.call).parameters, *RunOptions.__annotations__}
    assert {*each.arguments, *each.quick} <= allowed
    assert each.writes_inputs == ("inputs" in inspect.signature(each.call).parameters)


def test_files_of_all_steps_are_copied_with_their_dictionary(tmp_path):
    steps, begun = [step("one", ["figures/forest.png"]), step("two", ["figures/forest.png", "more.txt"])], []
    names = published.publish(tmp_path / "runs", tmp_path / "to", steps=steps, begun=begun.append)
    assert begun == ["one", "two"]
    assert sorted(names) == sorted([*steps[0].published, *steps[1].published, DICTIONARY])
    assert published.names_in(tmp_path / "to") == set(names)
    assert pd.read_csv(tmp_path / "to" / "two" / "twice.csv").twice.tolist() == [3.0]
    dictionary = pd.read_csv(tmp_path / "to" / DICTIONARY, keep_default_na=False)
    assert dictionary[dictionary.table == "one/twice.csv"].column.tolist() == ["", "world", "mean", "twice"]


def test_nothing_is_published_where_a_step_lacks_a_file(tmp_path):
    steps = [step("one", ["figures/forest.png"]), step("two", [])]
    with pytest.raises(RunError, match=r"nothing is published: .*forest\.png"):
        published.publish(tmp_path / "runs", tmp_path / "to", steps=steps)
    assert not (tmp_path / "to").exists()


def test_a_folder_that_is_not_what_the_recipe_makes_is_reported(tmp_path):
    steps = [step("one", ["figures/forest.png"])]
    for folder in ("to", "again"):
        published.publish(tmp_path / folder / "runs", tmp_path / folder / "to", steps=steps)
    there, made = tmp_path / "to" / "to", tmp_path / "again" / "to"
    (there / "README.md").write_text("by hand", encoding="utf-8")
    assert published.outdated(there, made) == []
    (there / "stray.csv").write_text("x\n", encoding="utf-8")
    (there / "one" / "effects.csv").write_text("world,median\na,1\n", encoding="utf-8")
    (there / "one" / "forest.png").unlink()
    assert published.outdated(there, made) == [
        "stray.csv: no step makes it",
        "one/forest.png: is made, but not there",
        "one/effects.csv: has other columns",
    ]


def test_only_the_figures_that_are_named_are_kept_and_unknown_names_are_noted():
    results = AnalysisResult({}, {"forest": print, "pairing": print}, notes=("before",))
    assert results.with_figures(None) is results
    some = results.with_figures(["pairing", "forrest"])
    assert list(some.figures) == ["pairing"]
    assert some.notes[0] == "before" and "'forrest'" in some.notes[1] and "forest" in some.notes[1]


def test_the_ranking_says_on_how_many_targets_an_effect_is_clear() -> None:
    """a: clear on both; b: above the floor, but its interval holds zero; c: below the floor."""
    columns = ("parameter", "indicator", "index", "value", "low", "floor")
    rows = [
        ("a", "boats", "mu_star", 8.0, 5.0, 1.0),
        ("a", "people", "mu_star", 3.0, 1.0, 2.0),
        ("b", "boats", "mu_star", 4.0, -1.0, 1.0),
        ("b", "people", "mu_star", 6.0, 2.0, 2.0),
        ("c", "boats", "mu_star", 0.5, 0.1, 1.0),
        ("c", "people", "mu_star", -1.5, -2.0, 2.0),
        ("c", "people", "sigma", 99.0, 90.0, 2.0),
    ]
    indices = pd.DataFrame(rows, columns=columns)
    assert recipe.clear_effects(indices).to_dict() == {"a": 2, "b": 1, "c": 0}
    shares = recipe.mean_shares(recipe.effects_by_indicator(indices))
    assert shares.to_dict() == pytest.approx({"a": 0.75, "b": 0.75, "c": (0.5 / 8 - 1.5 / 6) / 2})
