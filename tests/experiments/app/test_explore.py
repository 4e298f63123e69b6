"""Stored results on the page: which folders it shows, what it reads, and what it says."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from corridor.experiments.app.address import ExploreSettings
from corridor.experiments.app.explore import ENGLISH, Choices, by_year, comparison, summary, table_view
from corridor.experiments.app.explore_files import EXPLORE_FILES, explore_file
from corridor.experiments.app.fields import changed_explore, explore_groups
from corridor.experiments.app.runs import read_run, runs_in
from corridor.model.engine.errors import InputError
from corridor.results.store.case_file import StoreError
from tests.support.result_folders import HOSTILE, write_result

CLAIMS = ("falls", "rises", "reduces", " fall by", " rise by")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    write_result(folder / "first", worlds=("statement", HOSTILE), title=HOSTILE)
    write_result(folder / "more" / "second", worlds=("statement",))
    (folder / "empty").mkdir()
    return folder


@pytest.fixture(scope="module")
def choices(root: Path) -> Choices:
    return Choices(read_run(root, "first"), ExploreSettings(run="first", worlds=("statement",)))


def test_results_are_found_two_levels_deep_and_empty_folders_are_not(root: Path) -> None:
    assert list(runs_in(root)) == ["first", "more/second"]
    assert list(runs_in(root / "first")) == ["."]
    assert runs_in(root / "no such") == {}


@pytest.mark.parametrize("name", ["", "..", "../x", "/etc", "first/../../x", "empty"])
def test_only_results_of_the_list_are_read(root: Path, name: str) -> None:
    with pytest.raises(StoreError, match="there is none of that name"):
        read_run(root, name)


def test_links_out_of_the_folder_are_not_followed(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    write_result(secret, worlds=("statement",))
    own = tmp_path / "own"
    shutil.copytree(root / "first", own / "run")
    (own / "linked").symlink_to(secret, target_is_directory=True)
    assert list(runs_in(own)) == ["run"]
    (own / "run" / "effects.csv").unlink()
    (own / "run" / "effects.csv").symlink_to(secret / "effects.csv")
    with pytest.raises(StoreError, match="leads out of the folder"):
        read_run(own, "run")


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a/b.csv"])
def test_a_manifest_cannot_name_files_elsewhere(root: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(root / "first", tmp_path / "run")
    (tmp_path / "secret.csv").write_text("world,secret\na,1\n", encoding="utf-8")
    path = tmp_path / "run" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "tables": {name: {}}}), encoding="utf-8")
    with pytest.raises(StoreError, match="is damaged"):
        read_run(tmp_path, "run")


def test_results_that_change_are_read_again(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "first", tmp_path / "run")
    before = read_run(tmp_path, "run")
    assert read_run(tmp_path, "run") is before
    (tmp_path / "run" / "effects.csv").write_text("world,indicator,period,mean\n", encoding="utf-8")
    assert read_run(tmp_path, "run").effects.empty


def test_deaths_stand_beside_every_effect(choices: Choices) -> None:
    for name in choices.indicators:
        chosen = Choices(choices.contents, replace(choices.settings, indicator=name))
        shown = comparison(chosen)
        assert "Deaths in the Channel" in shown
        assert "deaths in the Channel" in shown.split("</p>")[0]


def test_every_chart_and_table_says_what_its_intervals_are(choices: Choices) -> None:
    words = ENGLISH.text("interval.mean")
    captions = re.findall(r"<(?:figcaption|caption)>(.*?)</", comparison(choices))
    captions += re.findall(r"<figcaption>(Effect .*?)</", by_year(choices))
    assert len(captions) > 4
    assert all(words in caption for caption in captions)
    assert ENGLISH.text("interval.seed") in by_year(choices)
    assert "One future" not in comparison(choices)  # the result does not have it


def test_a_table_names_columns_of_one_value_above_it(choices: Choices) -> None:
    shown = table_view(choices)
    assert "In all rows: world = statement, baseline = without" in shown
    assert '<th scope="col">baseline</th>' not in shown
    assert "rows, those of the choice above." in shown


def test_an_interval_that_holds_zero_is_never_a_fall(choices: Choices) -> None:
    deaths = Choices(choices.contents, replace(choices.settings, indicator="deaths_channel"))
    said = comparison(deaths).split("</p>")[0]
    assert "it is not clear whether deaths in the Channel rise or fall" in said
    assert not [word for word in CLAIMS if word in said]


def test_texts_of_users_are_escaped_everywhere(choices: Choices) -> None:
    every = Choices(choices.contents, replace(choices.settings, worlds=tuple(choices.worlds)))
    for html in (summary(every), comparison(every), by_year(every), table_view(every)):
        assert "<script>" not in html
    assert "&lt;script&gt;" in comparison(every)


def test_what_a_result_does_not_have_is_said(root: Path) -> None:
    asked = ExploreSettings(run="first", worlds=("nowhere",), indicator="fares_paid", period="1999", table="x")
    choices = Choices(read_run(root, "first"), asked)
    said = list(choices.left_out)
    assert [text.split(":")[0] for text in said] == ["world", "period", "indicator", "table"]
    assert choices.shown == ["statement"]


def test_fields_change_the_settings_and_refuse_what_is_unknown(choices: Choices) -> None:
    first = choices.settings
    more = changed_explore(first, choices.shown, {"name": "world", "value": HOSTILE, "on": True})
    assert more.worlds == ("statement", HOSTILE)
    assert changed_explore(more, more.worlds, {"name": "world", "value": "statement", "on": False}).worlds == (HOSTILE,)
    assert changed_explore(first, (), {"name": "period", "value": "2023"}).period == "2023"
    for change in ({}, {"name": "indicator", "value": "x"}, {"name": "shell", "value": "ls"}):
        with pytest.raises(InputError):
            changed_explore(first, (), change)
    labels = {field["name"] for group in explore_groups(choices, ["first"]) for field in group["fields"]}
    assert labels == {"run", "indicator", "period", "world"}


def test_files_are_those_of_the_choice(choices: Choices) -> None:
    table = pd.read_csv(io.BytesIO(explore_file(choices, "table")[2]))
    assert set(table.world) == {"statement"}
    for name, _ in EXPLORE_FILES:
        file, kind, content = explore_file(choices, name)
        assert file.count(".") == 1
        assert "/" in kind
        assert len(content) > 50
