"""Experiment files: what is valid is read as it stands, what is wrong is refused line by line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import corridor
from corridor.experiments.config.documents.document import in_order
from corridor.experiments.config.experiment_file import ExperimentFile
from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.config.shipped import CONFIGS
from corridor.model.engine.errors import InputError
from corridor.model.policy import Change
from tests.support.refusals import names, refused, replace


def test_a_right_file_is_read_as_it_stands(folder: Path) -> None:
    experiment = load(Path("x.yaml"))
    assert (experiment.file.start, experiment.file.end) == (date(2022, 1, 1), date(2022, 12, 31))
    assert experiment.seeds == (1, 2, 3)
    assert experiment.parameters.p_retry == 0.9
    assert experiment.policies["without"].measures == ()
    (measure,) = experiment.policies["with_patrols"].measures
    assert (measure.name, measure.title) == ("patrols", "More officers")
    assert measure.changes == (
        Change("patrol_officers", date(2022, 6, 1), 30, 1.2),
        Change("patrol_officers", date(2022, 9, 1), 0, 1.4),
    )


def test_listed_seeds_are_put_in_order(folder: Path) -> None:
    assert load(Path("x.yaml"), [Setting("--set", "seeds", "[7, 3, 12]")]).seeds == (3, 7, 12)


def test_every_seed_of_every_world_is_in_exactly_one_case(folder: Path) -> None:
    experiment = load(Path("x.yaml"), [Setting("--seeds", "seeds", "21")])
    cases = experiment.cases()
    done = [(case.world, seed) for case in cases for seed in case.seeds]
    assert sorted(done) == [(world, seed) for world in ("with_patrols", "without") for seed in range(1, 22)]
    assert len({case.name for case in cases}) == len(cases)


@pytest.mark.parametrize(("scale", "together"), [("1", 4), ("0.2", 1), ("10", 8)])
def test_seeds_share_a_case_while_their_agents_are_few(folder: Path, scale: str, together: int) -> None:
    settings = [
        Setting("--scale", "scale", scale),
        Setting("--set", "start", "2018-01-01"),
        Setting("--set", "end", "2025-12-31"),
        Setting("--seeds", "seeds", "8"),
    ]
    assert {len(case.seeds) for case in load(Path("x.yaml"), settings).cases()} == {together}


def test_words_that_yaml_1_1_would_twist_stay_as_written(folder: Path) -> None:
    replace(folder / "x.yaml", "title: Patrols against none", "title: no")
    replace(folder / "x.yaml", "scale: 100", "scale: 1e2")
    file = load(Path("x.yaml")).file
    assert (file.title, file.scale) == ("no", 100.0)


BAD_EXPERIMENTS = [
    ("scale: 100", "scale: 0", ["line 4, scale: 0 is out of range; allowed: at least 0.1"]),
    ("scale: 100", "scale: -5", ["line 4, scale: -5 is out of range"]),
    ("scale: 100", "scale: 2000", ["line 4, scale: 2000 is out of range; allowed: at most 1000"]),
    ("scale: 100", "scale: .nan", ["line 4, scale: nan is not allowed; allowed: a number that is not infinite or NaN"]),
    ("scale: 100", "scale: .inf", ["line 4, scale: inf"]),
    ("scale: 100", "scale: true", ["line 4, scale: true is not a number"]),
    ("scale: 100", "scale: ten", ["line 4, scale: 'ten' is not a number"]),
    ("scale: 100", "scale:", ["line 4, scale: an empty value is not a number"]),
    ("scale: 100", "scale: [1]", ["line 4, scale: a list is not a number"]),
    ("scale: 100", "scale: 100\nscale: 10", ["line 5, scale: is given twice, first in x.yaml, line 4"]),
    (
        "scale: 100",
        "scael: 100",
        ["line 4, scael: is not a known key; did you mean 'scale'? allowed: any_scale, baseline, conditions"],
    ),
    ("scale: 100", "  scale: 100", ["x.yaml, line 4: cannot be read as YAML"]),
    ("scale: 100", "scale: !!python/object:os.x 1", ["line 4, scale: the tag"]),
    ("start: 2022-01-01", "start: 2022-02-30", ["line 2, start: '2022-02-30' is not a date that exists"]),
    ("start: 2022-01-01", "start: 2022-13-01", ["line 2, start: '2022-13-01' is not a date that exists"]),
    ("start: 2022-01-01", "start: yesterday", ["line 2, start: 'yesterday' is not a date such as 2022-11-14"]),
    ("start: 2022-01-01", "start: 2022-01-01 10:00:00", ["line 2, start:", "is not a date"]),
    ("start: 2022-01-01", "start: 2022", ["line 2, start: 2022 is not a date"]),
    ("start: 2022-01-01\n", "", ["x.yaml, start: is missing"]),
    ("start: 2022-01-01", "start: 2017-12-31", ["line 2, start: 2017-12-31 is outside", "2018-01-01 to 2025-12-31"]),
    ("end: 2022-12-31", "end: 2026-01-01", ["line 3, end: 2026-01-01 is outside"]),
    ("end: 2022-12-31", "end: 2021-12-31", ["line 3, end: 2021-12-31 is before the start, 2022-01-01"]),
    ("seeds: 3", "seeds: 0", ["line 5, seeds: 0 is out of range; allowed: at least 1"]),
    ("seeds: 3", "seeds: 2.5", ["line 5, seeds: 2.5 is not a whole number"]),
    ("seeds: 3", "seeds: true", ["line 5, seeds: true is not a whole number"]),
    ("seeds: 3", "seeds: []", ["line 5, seeds: a list is too short"]),
    ("seeds: 3", "seeds: [1, 2, 1]", ["line 5, seeds[2]: 1 is listed twice"]),
    ("seeds: 3", "seeds:\n  - 1\n  - -4", ["line 7, seeds[1]: -4 is out of range; allowed: at least 0"]),
    ("seeds: 3", "seeds: [1, false]", ["line 5, seeds[1]: false is not a whole number"]),
    ("[patrols]", "[foo]", ["line 7, worlds.with_patrols.policies[0]: 'foo' is not a known policy", "allowed: "]),
    ("[patrols]", "[patrol]", ["'patrol' is not a known policy; did you mean 'patrols'?"]),
    ("[patrols]", "[patrols, patrols]", ["line 7, worlds.with_patrols.policies[1]: 'patrols' is listed twice"]),
    ("[patrols]", "patrols", ["line 7, worlds.with_patrols.policies: 'patrols' is not a list"]),
    ("[patrols]", "[3]", ["line 7, worlds.with_patrols.policies[0]: 3 is not text"]),
    ("[patrols]", f"[{'x' * 400}]", ["is not a known policy"]),
    ("scale: 100", f"scale: {'9' * 5000}", ["line 4, scale:", "is not a value that can be read"]),
    ("scale: 100", "scale: 1e999", ["line 4, scale: inf is not allowed"]),
    ("seeds: 3", f"seeds: 3\nlegs: {'x' * 400}", ["line 6, legs:", "does not exist"]),
    ("[patrols]", "[../other.yaml]", ["'../other.yaml' is not a known policy"]),
    (
        "{title: With patrols, policies",
        "{titel: With patrols, policies",
        [
            "line 7, worlds.with_patrols.titel: is not a known key; did you mean 'title'? allowed: conditions, entries",
            "line 7, worlds.with_patrols.title: is missing",
        ],
    ),
    ("with_patrols:", "With Patrols:", ["line 7, worlds.With Patrols: 'With Patrols'", "lower-case letters"]),
    ("with_patrols:", "without:", ["line 8, worlds.without: is given twice, first in x.yaml, line 7"]),
    ("baseline: without", "baseline: nothing", ["line 9, baseline: 'nothing' is none of the worlds; allowed: with"]),
    ("baseline: without", "baseline: 3", ["line 9, baseline: 3 is not text"]),
    ("p_retry: 0.9", "p_retry: 7", ["line 11, parameters.p_retry: 7 is out of range; allowed: 0.75 to 0.99"]),
    ("p_retry: 0.9", "p_retry: .nan", ["line 11, parameters.p_retry: nan is not allowed"]),
    ("p_retry: 0.9", "p_retry: no", ["line 11, parameters.p_retry: 'no' is not a number"]),
    ("p_retry: 0.9", "p_retri: 0.9", ["line 11, parameters.p_retri: is not a known parameter; did you"]),
    ("p_retry: 0.9", "3: 0.9", ["line 11, parameters.3: is not a known parameter"]),
    ("[arrivals_people]", "[arivals_people]", ["line 12, indicators[0]: 'arivals_people'", "mean 'arrivals_people'"]),
    ("[arrivals_people]", "arrivals_people", ["line 12, indicators: 'arrivals_people' is not a list"]),
    ("title: Patrols against none", "title: ''", ["line 1, title: '' is not allowed; allowed: one line of text"]),
    ("title: Patrols against none", "title: '  '", ["line 1, title: '  ' is not allowed; allowed: one line of text"]),
    ("title: Patrols against none", 'title: "a\\nb"', ["line 1, title: 'a\\nb' is not allowed; allowed: one line"]),
    ("title: Patrols against none", f"title: {'x' * 300}", ["line 1, title: 'xxx", "is too long; allowed: at most"]),
    ("seeds: 3", "seeds: [1.5]", ["line 5, seeds[0]: 1.5 is not a whole number"]),
    ("seeds: 3", "seeds: [1, 4294967296]", ["seeds[1]: 4294967296 is out of range; allowed: at most 4294967295"]),
    ("[patrols]", "[3, foo]", ["policies[0]: 3 is not text", "policies[1]: 'foo' is not a known policy"]),
    ("[patrols]", "[../policies/patrols]", ["policies[0]: '../policies/patrols' is not a known policy"]),
    ("p_retry: 0.9", "P_Retry: 0.9", ["parameters.P_Retry: is not a known parameter; did you mean 'p_retry'?"]),
    ("p_retry: 0.9", f"p_retry: {'9' * 400}", ["line 11, parameters.p_retry: 999", "is out of range"]),
    ("[arrivals_people]", "[camp_stock, camp_stock]", ["line 12, indicators[1]: 'camp_stock' is listed twice"]),
    ("worlds:\n", "worlds: {}\nother:\n", ["line 6, worlds: a mapping is too short; allowed: at least 1"]),
    ("seeds: 3", 'seeds: 3\n"a\\nb": 1', ["line 6, 'a\\nb': is not a known key"]),
    ("seeds: 3", "seeds: 3\nentries: gone.csv", ["line 6, entries: 'gone.csv' does not exist"]),
    ("seeds: 3", "seeds: 3\nsea: policies", ["line 6, sea: 'policies' is a directory"]),
    ("seeds: 3", "seeds: &a [*a]", ["line 5, seeds[0]: an alias (*) that contains itself"]),
]


@pytest.mark.parametrize(("old", "new", "fragments"), BAD_EXPERIMENTS, ids=names(BAD_EXPERIMENTS))
def test_a_wrong_experiment_is_refused_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, fragments: list[str]
) -> None:
    replace(folder / "x.yaml", old, new)
    said = refused(capsys, "check", "x.yaml")
    assert all(line.startswith("x.yaml") for line in said)
    for fragment in fragments:
        assert fragment in "\n".join(said)


def test_one_mistake_is_reported_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(folder / "x.yaml", "2022-01-01", "2022-02-30")
    assert refused(capsys, "check", "x.yaml") == ["x.yaml, line 2, start: '2022-02-30' is not a date that exists"]


def test_all_problems_are_reported_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(folder / "x.yaml", "scale: 100", "scale: -1\ncolour: red")
    replace(folder / "x.yaml", "end: 2022-12-31", "end: 2022-12-32")
    replace(folder / "x.yaml", "seeds: 3", "seeds: 3\nseeds: 4")
    replace(folder / "x.yaml", "baseline: without", "baseline: neither")
    replace(folder / "x.yaml", "p_retry: 0.9", "p_retry: 9")
    replace(folder / "policies" / "patrols.yaml", "to: 1.4", "to: 14")
    said = "\n".join(refused(capsys, "check", "x.yaml"))
    keys = [
        "line 3, end:",
        "line 4, scale:",
        "line 5, colour:",
        "line 7, seeds:",
        "line 11, baseline:",
        "line 13, parameters.p_retry:",
        "patrols.yaml, line 6, levers.patrol_officers[1].to: 14 is out of range",
    ]
    assert [key for key in keys if key not in said] == []
    assert len(said.splitlines()) == len(keys)


def test_files_and_factors_are_looked_at_where_other_keys_are_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "supply.csv").write_text("date,name,value\n2022-02-30,boat_supply,1\n", encoding="utf-8")
    (folder / "draws.csv").write_text("seed,p_retry\n1,9\n", encoding="utf-8")
    text = (folder / "x.yaml").read_text().replace("scale: 100", "scale: -1\nconditions: supply.csv")
    lines = [line for line in text.splitlines() if "p_retry" not in line]
    (folder / "x.yaml").write_text("\n".join(lines).replace("parameters:", "parameters: draws.csv"), encoding="utf-8")
    said = refused(capsys, "check", "x.yaml")
    assert sorted(line.partition(":")[0] for line in said) == [
        "draws.csv, row 2, p_retry",
        "supply.csv, row 2, date",
        "x.yaml, line 4, scale",
    ]
    design = "design: {kind: latin_hypercube, points: -3, parameters: [p_retri], levers: {no: [1, 2]}}"
    (folder / "x.yaml").write_text("\n".join(lines).replace("parameters:", design), encoding="utf-8")
    said = "\n".join(refused(capsys, "check", "x.yaml"))
    for key in (
        "design.points: -3 is out of range",
        "design.parameters[0]: 'p_retri'",
        "design.levers.no: is not a known",
    ):
        assert key in said


WHOLE_FILES = [
    (b"", "x.yaml: is empty"),
    (b"# nothing but a comment\n", "x.yaml: is empty"),
    (b"- a\n- b\n", "x.yaml: is a list; allowed: a mapping"),
    (b"just words\n", "x.yaml: is a single value; allowed: a mapping"),
    (b"title: [1\n", "cannot be read as YAML"),
    (b"title:\n\tscale: 1\n", "x.yaml, line 2: cannot be read as YAML"),
    (b"title: a\n---\ntitle: b\n", "x.yaml, line 2: cannot be read as YAML"),
    (b"title: a\nnote: caf\xe9\n", "x.yaml, line 2: byte 0xe9 is not UTF-8"),
    (b"title: a\x00b\n", "x.yaml: cannot be read as YAML"),
    (b"? [a, b]\n: 1\n", "x.yaml, line 1: a key must be a word"),
    (b"title: " + b"[" * 1500 + b"\n", "x.yaml: cannot be read as YAML: lists or mappings are nested too deeply"),
    (
        b"a: &a [1, 2, 3]\n"
        + b"".join(b"k%d: &k%d [%s]\n" % (k, k, b",".join([b"*k%d" % (k - 1) if k else b"*a"] * 9)) for k in range(12)),
        "is one value too many; allowed: 100,000 in a file",
    ),
    (b"title: &a b\nworlds: &a c\n", "x.yaml: cannot be read as YAML: found duplicate anchor 'a'"),
    (b"title: *nobody\n", "x.yaml, line 1: cannot be read as YAML"),
]


@pytest.mark.parametrize(("content", "fragment"), WHOLE_FILES)
@pytest.mark.slow
def test_a_file_that_is_no_experiment_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes, fragment: str
) -> None:
    (folder / "x.yaml").write_bytes(content)
    assert fragment in "\n".join(refused(capsys, "check", "x.yaml"))


def test_missing_files_and_directories_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "check", "gone.yaml") == ["gone.yaml: no such file"]
    assert refused(capsys, "check", "xx.yaml") == ["xx.yaml: no such file; did you mean 'x.yaml'?"]
    assert refused(capsys, "check", "qick") == ["qick: no such file; did you mean 'quick'?"]
    elsewhere = str(Path("experiments", "configs", "quick.yaml"))  # as the README says it, in another folder
    assert refused(capsys, "check", elsewhere) == [f"{elsewhere}: no such file; did you mean 'quick'?"]
    (said,) = refused(capsys, "check", "policies/patrol.yaml")
    assert said.endswith(f"did you mean {str(Path('policies', 'patrols.yaml'))!r}?")


def test_mistakes_stand_in_the_order_of_their_lines(folder, capsys):
    text = (folder / "x.yaml").read_text(encoding="utf-8")
    for right, wrong in (
        ("scale", "scael"),
        ("past: ", "past: x"),
        ("seeds: 3", "seeds: x"),
        ("[patrols]", "[patrol]"),
    ):
        text = text.replace(right, wrong, 1)
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    problems = refused(capsys, "check", "x.yaml", "--set", "start=never")
    lines = [int(found[1]) for each in problems if (found := re.match(r"x\.yaml, line (\d+)", each))]
    assert len(lines) >= 4
    assert lines == sorted(lines)
    text = "b.yaml, line 3, a: x\nc.csv, row 20: x\nc.csv, row 3: x\nb.yaml, line 1: x\nb.yaml: y\nb.yaml: y"
    assert in_order(text.splitlines()) == [
        *("b.yaml: y", "b.yaml, line 1: x", "b.yaml, line 3, a: x", "c.csv, row 3: x", "c.csv, row 20: x")
    ]
    assert refused(capsys, "check", "policies") == ["policies: is a directory; allowed: a YAML file"]


BAD_SETTINGS = [
    ("parameters.p_retry=7", "command line --set, parameters.p_retry: 7 is out of range; allowed: 0.75 to 0.99"),
    ("parameters.nothing=1", "command line --set, parameters.nothing: is not a known parameter"),
    ("start=2022-02-30", "command line --set, start: '2022-02-30' is not a date that exists"),
    ("seeds=[1, x]", "command line --set, seeds[1]: 'x' is not a whole number"),
    ("end=2021-01-01", "command line --set, end: 2021-01-01 is before the start, 2022-01-01"),
    ("worlds.without.policies=[foo]", "command line --set, worlds.without.policies[0]: 'foo' is not a known policy"),
    ("scale=", "command line --set, scale: an empty value is not a number"),
    ("scale", "command line --set 'scale': cannot be read; allowed: key=value"),
    ("=3", "command line --set '': cannot be read; allowed: key=value"),
    ("seeds=[1", "command line --set, seeds: '[1' cannot be read as YAML: expected ',' or ']'"),
    ("title=@x", "command line --set, title: '@x' cannot be read as YAML"),
    ("seeds.count=3", "command line --set seeds.count: seeds is 3, not a mapping"),
    ("colour=red", "command line --set, colour: is not a known key"),
]


@pytest.mark.parametrize(("setting", "expected"), BAD_SETTINGS)
def test_a_wrong_setting_is_refused_like_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str], setting: str, expected: str
) -> None:
    assert any(line.startswith(expected) for line in refused(capsys, "check", "x.yaml", "--set", setting))


def test_a_parameter_set_where_the_file_has_draws_is_refused_with_the_key_that_does_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "check", "quick", "--set", "parameters.p_retry=0.9")
    assert any("allowed: in_every_draw.p_retry=VALUE" in line for line in said)


def test_a_right_setting_takes_the_place_of_the_file(folder: Path) -> None:
    settings = [Setting("--set", "parameters.p_retry", "0.8"), Setting("--set", "end", "2022-03-01")]
    experiment = load(Path("x.yaml"), settings)
    assert (experiment.parameters.p_retry, experiment.file.end) == (0.8, date(2022, 3, 1))


def test_a_setting_can_mend_what_the_file_has_wrong(folder: Path) -> None:
    replace(folder / "x.yaml", "scale: 100", "scale: -1")
    assert load(Path("x.yaml"), [Setting("--scale", "scale", "50")]).file.scale == 50
    with pytest.raises(InputError):
        load(Path("x.yaml"))


def test_every_key_of_the_file_is_described_in_the_schema() -> None:
    properties = ExperimentFile.model_json_schema()["properties"]
    assert [name for name, value in properties.items() if not value.get("description")] == []


@pytest.mark.parametrize("name", ["joint_statement", "quick"])
def test_the_shipped_experiments_are_right(name: str) -> None:
    experiment = load(CONFIGS / f"{name}.yaml")
    assert experiment.policies["as_it_happened"].measures
    assert experiment.policies[experiment.file.baseline].measures == ()


@pytest.mark.parametrize("name", ["9" * 300, "quick\0", "nowhere"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        corridor.load(name)
