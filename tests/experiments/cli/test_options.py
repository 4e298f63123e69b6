"""Options of the analyses: several mistakes are reported at once, and none that would have no effect is taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from corridor.experiments.interface.loading import Checks, together
from corridor.model.engine.errors import InputError
from tests.support.batches import ended


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            "attribute x.yaml --indicator nothing --world nowhere --error 2",
            ("--indicator: 'nothing'", "--world: 'nowhere'", "--error: 2"),
        ),
        (
            "explore x.yaml --sampler halton --objective nothing --threshold few --split half",
            ("sampler: 'halton'", "--objective", "--threshold", "split: 'half'"),
        ),
        (
            "allocate x.yaml --budget 1e9 --method guess --split half --parameter p_retry",
            ("method: 'guess'", "split: 'half'", "--parameter, --group, --grade: not used without --points"),
        ),
        ("allocate x.yaml --budget inf", ("--budget: inf",)),
        ("dose x.yaml --lever patrol_officers --values 0.5,nan,9", ("--values: nan", "--values: 9")),
        ("attribute x.yaml --permutations 1000000000", ("--permutations: ",)),
        ("conclusions x.yaml --points 100001 --point-seeds 1000000000", ("--points: 100001", "--point-seeds: ")),
        ("history x.yaml --until 2022-06 --members 1000000000 --world nowhere",
         ("--members 1000000000: allowed: 24 to", "--world: 'nowhere'")),
        ("sensitivity x.yaml --screen-samples 4 --keep 3", ("--keep: is used", "--screen-samples: is used")),
        ("sensitivity x.yaml --parameter ,", ("an option that takes a name has none",)),
        ("forecast --to 2026-02 --seeds 3", ("--seeds: not used by a prediction",)),
        ("figure year . --format png", ("--format png: not used with year",)),
    ],
)  # fmt: skip
def test_mistakes_in_options_are_reported_together(
    folder: Path, command: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(*command.split()) == 2
    said = capsys.readouterr().err
    assert [each for each in words if each not in said] == []
    assert {path.name for path in folder.iterdir()} == {"x.yaml", "policies"}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("effects", "Missing: DIR, --from, --to."),
        ("effects . --to 2022-01-01", "Missing option '--from'"),
        ("dose --lever patrol_officers", "Missing: CONFIG, --values."),
        ("effects --help", "The first day that counts."),
    ],
)
def test_all_that_is_missing_is_named_at_once(command: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(*command.split()) == (0 if "--help" in command else 2)
    said = capsys.readouterr()
    assert words in said.out + said.err


def test_an_option_is_not_named_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("check", "x.yaml", "--scale", "-3") == 2
    assert capsys.readouterr().err.startswith("command line --scale: -3 is out of range")


def test_checks_report_each_problem_once_and_hand_on_what_is_right() -> None:
    def refuse(*problems: str) -> None:
        raise InputError(problems)

    with together() as check:
        assert check(max, 1, 2) == 2
    checks = Checks()
    for problems in (("a", "b"), ("b", "c")):
        checks(refuse, *problems)
    assert checks.problems == ["a", "b", "b", "c"]
    with pytest.raises(InputError, match=r"^a\nb\nc$"), together() as check:
        check(refuse, *checks.problems)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_is_full_is_an_error_in_words(folder: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "corridor", "list", "levers", "--csv"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=folder)
    assert (done.returncode, done.stderr.strip()) == (1, "the output: No space left on device")
