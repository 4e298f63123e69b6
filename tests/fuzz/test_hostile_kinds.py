"""Each kind of hostile or foreign content by itself, with the words by which it is refused.

`test_entry_points.py` has these and others in all places of all files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import hostile
from tests.support.cheap_entry_points import all_cheap
from tests.support.reading import EntryPoint, Refused

ENTRIES = {entry.name: entry for entry in all_cheap()}
TITLE, START, SEEDS = 'title: "Patrols against none"', "start: 2022-11-01", "seeds: 2"
LONG = "x" * 400_000

OF_YAML = {
    "duplicate keys": (SEEDS, "seeds: 2\nseeds: 3", "line 7, seeds: is given twice, first in x.yaml, line 6"),
    "anchor bomb": (SEEDS, "seeds: 2\n" + hostile.BOMBS[0], "is one value too many; allowed: 100,000 in a file"),
    "tag": (SEEDS, "seeds: !!python/name:os.system", "the tag tag:yaml.org,2002:python/name:os.system of '' is not"),
    "NO is a word": ('"arrivals_people"', "NO", "indicators[0]: 'NO' is not a known indicator"),
    "date as a number": (START, "start: 20221101", "start: 20221101 is not a date such as 2022-11-14"),
    "date of a spreadsheet": (START, "start: 44866.0", "start: 44866.0 is not a date such as 2022-11-14"),
    "10^9 agents": ("scale: 1000", "scale: 0.0001", "scale: 0.0001 is out of range; allowed: at least 0.1"),
    "10^9 seeds": (SEEDS, "seeds: 1000000000", "seeds: 1000000000 is out of range; allowed: at most 10000"),
    "10,000 years": ("end: 2022-11-03", "end: 12022-11-03", "end: '12022-11-03' is not a date"),
    "8,000 years": (
        "end: 2022-11-03",
        "end: 9999-12-31",
        "end: 9999-12-31 is outside of the shipped entries; allowed: 2018",
    ),
    "path to elsewhere": ("mine.yaml", "../../../etc/passwd", "'../../../etc/passwd' is not a known policy"),
    "whole path": ("mine.yaml", "/etc/passwd", "'/etc/passwd' is not a known policy"),
    "device": (SEEDS, "seeds: 2\nentries: /dev/zero", "entries: '/dev/zero' does not exist; allowed: a CSV file"),
    "decimal comma": ("p_retry: 0.9", "p_retry: 0,9", "parameters.p_retry: '0,9' is not a number"),
    "right to left": ("Patrols", "Patrols \u202e", r"title: 'Patrols \u202e against none' holds a control character"),
    "NUL": ("Patrols", "Pa\0trols", "cannot be read as YAML: unacceptable character #x0000"),
    "endless line": ("Patrols", LONG, "is too long; allowed: at most 200"),
}
OF_CSV = {
    "merged header": ("month,", "Table 1: people,,,\nmonth,", "row 1: has no known column; expected, spelled"),
    "repeated column": ("month,place", "month,month", "row 1: column 'month' appears more than once"),
    "semicolons": (",", ";", "row 1: cells are separated by ';'; save it as CSV with commas"),
    "thousands separator": (",sudan,221", ',sudan,"1,221"', "row 2, people: '1,221' is not allowed; a number from 0"),
    "points for thousands": (",sudan,221", ',sudan,"1.221,5"', "row 2, people: '1.221,5' is not allowed"),
    "decimal comma": (",sudan,221", ',sudan,"12,5"', "'12,5' is not allowed; a number from 0 to 1e+06, with a decimal"),
    "space in a number": (",sudan,221", ",sudan,1\u202f221", "row 2, people: '1\\u202f221' is not allowed"),
    "day first": ("2022-11,", "01/11/2022,", "month: '01/11/2022' is not allowed; a month such as 2022-11"),
    "month first": ("2022-11,", "11/01/2022,", "month: '11/01/2022' is not allowed; a month such as 2022-11"),
    "month before year": ("2022-11,", "11-2022,", "month: '11-2022' is not allowed; a month such as 2022-11"),
    "NUL": ("libya_west", "libya\0west", r"row 2, place: 'libya\x00west' is not allowed"),
    "right to left": ("libya_west", "\u202elibya_west", r"row 2, place: '\u202elibya_west' is not allowed"),
    "endless line": ("libya_west", LONG, "is not a CSV file (field larger than field limit (131072))"),
}  # fmt: skip
ENCODINGS = {
    "Latin 1": (lambda text: text.replace("a", "\xe9", 1).encode("latin-1"), "UTF-8"),
    "UTF-16": (lambda text: text.encode("utf-16"), "UTF-8"),
}
HARMLESS = {
    "BOM": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
}
BOTH = ("short experiment", "entries alone")


def outcome_of(entry: EntryPoint, folder: Path, content: bytes) -> object:
    """What is read of content in the place of a file that is valid. Raises Refused where it is refused."""
    entry.prepare(folder)
    (folder / entry.file).write_bytes(content)
    return entry.read(folder)


def text_of(entry: EntryPoint, folder: Path) -> str:
    """The valid file."""
    entry.prepare(folder)
    return (folder / entry.file).read_text(encoding="utf-8")


def refused(name: str, folder: Path, old: str, new: str) -> str:
    """The words by which a file is refused some text of which is another."""
    entry = ENTRIES[name]
    text = text_of(entry, folder)
    assert old in text
    with pytest.raises(Refused) as refusal:
        outcome_of(entry, folder, text.replace(old, new, -1 if len(old) == 1 else 1).encode())
    return str(refusal.value)


@pytest.mark.parametrize("kind", OF_YAML)
def test_hostile_yaml_is_refused_by_its_kind(kind: str, tmp_path: Path) -> None:
    old, new, words = OF_YAML[kind]
    assert words in refused("short experiment", tmp_path, old, new)


@pytest.mark.parametrize("kind", OF_CSV)
def test_a_foreign_table_is_refused_by_its_kind(kind: str, tmp_path: Path) -> None:
    old, new, words = OF_CSV[kind]
    assert words in refused("entries alone", tmp_path, old, new)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("kind", ENCODINGS)
def test_another_encoding_is_refused(kind: str, name: str, tmp_path: Path) -> None:
    encode, words = ENCODINGS[kind]
    with pytest.raises(Refused, match=words):
        outcome_of(ENTRIES[name], tmp_path, encode(text_of(ENTRIES[name], tmp_path)))


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("kind", HARMLESS)
def test_marks_and_line_ends_of_other_systems_are_taken(kind: str, name: str, tmp_path: Path) -> None:
    assert outcome_of(ENTRIES[name], tmp_path, HARMLESS[kind](text_of(ENTRIES[name], tmp_path))) is not None


@pytest.mark.parametrize("name", BOTH)
def test_a_link_to_a_file_is_read_and_one_to_a_device_or_to_nowhere_is_not(name: str, tmp_path: Path) -> None:
    entry = ENTRIES[name]
    entry.prepare(tmp_path)
    path = tmp_path / entry.file
    path.rename(tmp_path / "elsewhere")
    path.symlink_to("elsewhere")
    assert entry.read(tmp_path) is not None
    for target in ("/dev/zero", "/dev/stdin", entry.file, "/nowhere"):
        path.unlink()
        path.symlink_to(target)
        with pytest.raises(Refused):
            entry.read(tmp_path)
