"""A small valid experiment, and what a command says that refuses a changed one."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.experiments.cli.app import main

EXPERIMENT = """\
title: Patrols against none
start: 2022-01-01
end: 2022-12-31
scale: 100
seeds: 3
worlds:
  with_patrols: {title: With patrols, policies: [patrols]}
  without: {title: Without, policies: []}
baseline: without
parameters:
  p_retry: 0.9
indicators: [arrivals_people]
past: none
"""
PATROLS = """\
title: More officers
reference: Joint statement, 14 November 2022
levers:
  patrol_officers:
    - {from: 2022-06-01, over_days: 30, to: 1.2}
    - {from: 2022-09-01, to: 1.4}
"""


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines on stderr of a command that must end with code 2 and say nothing on stdout."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err.splitlines()


def names(changes: list[tuple[str, str, list[str]]]) -> list[str]:
    return [repr(new)[:40] for _, new, _ in changes]
