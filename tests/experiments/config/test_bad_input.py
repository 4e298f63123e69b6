"""Whatever is done to an experiment, its policy or its tables, it is loaded or refused line by line: no traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridor.experiments.config.experiment import Experiment
from corridor.experiments.config.loading import load
from corridor.experiments.config.settings import Setting
from corridor.experiments.config.shipped import CONFIGS
from corridor.model.engine.errors import InputError
from corridor.model.inputs.data_files import DATA
from tests.support.effort import effort

JUNK = st.sampled_from(
    [
        "",
        "~",
        "no",
        "010",
        "1e6",
        "-1",
        "0",
        ".nan",
        ".inf",
        "1e999",
        "9" * 400,
        "2022-02-30",
        "2022",
        "'2022-01-01'",
        "[]",
        "{}",
        "[1, 2, 1]",
        "{a: b}",
        "[[]]",
        "&a [*a]",
        "*a",
        "!!python/name:os.system",
        "!!binary x",
        "'",
        "true",
        '"\\ud800"',
        "a: b: c",
        "- x",
        "\t",
        "%",
        "@",
        "|",
        ">",
        "|2",
        "#",
        "? a",
        "\x00",
        "\x07",
        "\u2028",
        "x" * 300,
        "joint_statement",
        "[joint_statement, joint_statement]",
        "../x",
        "/",
        "gone.yaml",
        "policies",
        "as_it_happened",
    ]
) | st.text(max_size=12)
CELLS = st.sampled_from(
    [
        "",
        "nan",
        "-1",
        "1e400",
        "1,5",
        "x",
        "0",
        "9" * 30,
        "\u0661",
        '"',
        ";",
        "kent",
        "red",
        " ",
    ]
) | st.text(max_size=6)
WHOLE_LINE = re.compile(r"[^\r\n]*: [^\r\n]*")
PROPERTY = settings(max_examples=effort(40, 1000), suppress_health_check=[HealthCheck.function_scoped_fixture])


def loaded_or_refused(path: Path, changes: tuple[Setting, ...] = ()) -> bool:
    """Whether a file gives an experiment with cases or, if it is refused, whole lines that say where."""
    try:
        experiment = load(path, changes)
    except InputError as error:
        return error.problems != () and all(WHOLE_LINE.fullmatch(problem) for problem in error.problems)
    return isinstance(experiment, Experiment) and len(experiment.cases()) > 0


@st.composite
def damaged(draw, text: str) -> str:
    """A YAML text some lines of which are dropped, doubled, moved, shifted or given another value."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for _ in range(draw(st.integers(1, 3))):
        k = draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[k].partition(":")
        done = draw(st.sampled_from(["drop", "double", "value", "value", "value", "key", "shift", "move", "cut"]))
        lines[k : k + 1] = {
            "drop": [""],
            "double": [lines[k], lines[k]],
            "value": [f"{key}{colon} {draw(JUNK)}"],
            "key": [f"{draw(JUNK)}{colon}{lines[k].partition(':')[2]}"],
            "shift": [" " + lines[k]],
            "move": ["", *lines[: k % 3]],
            "cut": [lines[k][: len(lines[k]) // 2]],
        }[done]
    return "\n".join(lines)


@PROPERTY
@given(damaged((CONFIGS / "quick.yaml").read_text(encoding="utf-8")))
def test_a_damaged_experiment_is_loaded_or_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    assert loaded_or_refused(tmp_path / "x.yaml")


@PROPERTY
@given(
    st.sampled_from(["surveillance", "joint_statement_as_written", "removals"]).flatmap(
        lambda name: damaged((CONFIGS / "policies" / f"{name}.yaml").read_text(encoding="utf-8"))
    )
)
@pytest.mark.slow
def test_a_damaged_policy_is_loaded_or_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    quick = (CONFIGS / "quick.yaml").read_text(encoding="utf-8").replace("[joint_statement]", "[mine.yaml]")
    (tmp_path / "x.yaml").write_text(quick, encoding="utf-8")
    assert loaded_or_refused(tmp_path / "x.yaml")


@pytest.mark.parametrize("line", ['title: "\\ud800"', '"\\ud800": 1'])
def test_half_of_a_character_is_refused(tmp_path: Path, line: str) -> None:
    quick = (CONFIGS / "quick.yaml").read_text(encoding="utf-8")
    text = line + "\n" + quick.replace('title: "Quick', 'note: "Quick', "title" in line)
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"line 1.*(whole ones|must be a word)"):
        load(tmp_path / "x.yaml")


@PROPERTY
@given(
    st.sampled_from(["seeds", "scale", "start", "worlds", "parameters.p_retry", "a.b", "worlds.as_it_happened", ""]),
    JUNK,
)
def test_any_setting_is_taken_or_refused(key: str, text: str) -> None:
    assert loaded_or_refused(CONFIGS / "quick.yaml", (Setting("--set", key, text),))


@st.composite
def damaged_table(draw, name: str) -> str:
    """A CSV text some cells or rows of which are changed."""
    rows = [line.split(",") for line in (DATA / name).read_text(encoding="utf-8").splitlines()[:200]]
    for _ in range(draw(st.integers(1, 4))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        k = draw(st.integers(0, len(row) - 1))
        row[k : k + 1] = draw(st.sampled_from([[], [row[k], row[k]], [draw(CELLS)], [draw(CELLS)]]))
    separator = draw(st.sampled_from([",", ",", ",", ";", "\t"]))
    return "\n".join(separator.join(row) for row in rows)


@PROPERTY
@given(
    st.sampled_from(["places", "legs", "entries"]).flatmap(
        lambda key: st.tuples(st.just(key), damaged_table(f"{key}.csv"))
    )
)
def test_a_damaged_table_is_loaded_or_refused(tmp_path: Path, table: tuple[str, str]) -> None:
    key, text = table
    (tmp_path / "mine.csv").write_text(text, encoding="utf-8", errors="surrogatepass")
    quick = (CONFIGS / "quick.yaml").read_text(encoding="utf-8").replace("[joint_statement]", "[]")
    (tmp_path / "x.yaml").write_text(f"{quick}\n{key}: mine.csv\n", encoding="utf-8")
    assert loaded_or_refused(tmp_path / "x.yaml")
