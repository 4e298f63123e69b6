"""Responsible use: it is said where users read, and nothing that the program gives is a plan for patrols.

Places are coast sectors, launches and stops are sums of a year, and no output joins a sector with a night, an hour or a
team.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import typer.main

from corridor.experiments.cli.app import app
from corridor.model.indicators import INDICATORS
from corridor.results.report.language import TEXTS
from tests.support.worlds import finished

ROOT = Path(__file__).parents[1]
FOLDERS = ("results", "experiments", "calibration")
OPERATIONAL = re.compile(r"sector|beach|night|hour|team|shift|deploy|patrol_plan|recommend", re.IGNORECASE)
BY_SECTOR = {"launches_by_sector", "prevented_by_sector"}


def test_documents_and_the_report_say_what_it_is_not_for() -> None:
    readme, odd = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "model/ODD.md"))
    for text in (" ".join(readme.split()), " ".join(odd.split())):
        assert "does not predict what any person will do" in text
        assert "cannot be used to plan patrols" in text
        assert "Nationality is a group of flows" in text
    english = tomllib.loads((TEXTS / "en.toml").read_text(encoding="utf-8"))
    said = str(english)
    assert "do not predict what any person" in said and "cannot be used to plan patrols" in said
    assert "Nationality is a group of flows" in said


def test_records_by_sector_are_sums_of_a_year() -> None:
    records = finished().records
    assert all(values.ndim == 2 for values in records.daily.values())  # seed and day: no place
    assert {name for name, part in records.yearly.items() if part.dimension == "sector"} == BY_SECTOR
    assert [name for name in INDICATORS if re.search(r"sector|beach|hour", name)] == []


def test_no_option_of_a_command_is_a_sector_a_night_or_a_team() -> None:
    commands = typer.main.get_command(app).commands
    options = {option for each in commands.values() for parameter in each.params for option in parameter.opts}
    assert len(options) > 40
    assert sorted(option for option in options if OPERATIONAL.search(option)) == []


def test_no_code_beyond_the_model_reads_where_teams_are() -> None:
    """Where teams and boats of a night are is state of a running model; nothing that makes tables or pages reads it."""
    state = re.compile(r"\b(?:m|model|self)\.(?:patrols|committee|boats|networks)\b|PATROL_SECTOR|sector_belief")
    read = [
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if state.search(path.read_text(encoding="utf-8"))
    ]
    assert read == ["experiments/app/play/world.py"]  # boats of a week; of teams few, some or many over four weeks


def test_no_table_that_is_published_joins_a_sector_with_a_night() -> None:
    for path in sorted((ROOT / "results" / "published").rglob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        names = set(header.split(","))
        assert not names & {"sector", "night", "hour", "team", "beach"}, path
        if any("launches_at_sector" in row for row in rows):
            assert not names & {"date", "day", "month", "week"}, path


def test_nothing_that_is_printed_or_written_advises_where_to_patrol() -> None:
    """No text of the program, its tables or its pages advises where, when or with whom to patrol."""
    advice = re.compile(
        r"recommend(ed|s|ation)?s? .{0,30}(patrol|officer|team|sector|night)"
        r"|(patrol|officers?|teams?) should (be|go|move)|where to (patrol|send)|best (night|beach)"
        r"|optimal (patrol|allocation of (teams|officers))",
        re.IGNORECASE,
    )
    kinds = ("*.py", "*.toml", "*.html", "*.typ", "*.vue", "*.yaml", "*.md")
    paths = [
        path for folder in (*FOLDERS, "model", "corridor") for kind in kinds for path in (ROOT / folder).rglob(kind)
    ]
    assert len(paths) > 300
    found = {str(path.relative_to(ROOT)): advice.findall(path.read_text(encoding="utf-8")) for path in paths}
    assert {name: each for name, each in found.items() if each} == {}
    assert advice.search("We recommend that patrols stay") and advice.search("The best night to patrol")
