"""Whatever is done to a file, it is taken or refused in words: no traceback, hang, partial file or infinite number.

Each input is known by its number: `outcome(entry, folder, 17)` repeats the seventeenth. `make fuzz` tries 20,000.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import cheap_entry_points, entry_points, published_files, reading
from tests.support.batches import ended, write_experiment
from tests.support.effort import THOROUGH, effort
from tests.support.reading import EntryPoint, Refused, at_most, command, outcome

CHEAP, DEAR = effort(4, 420), effort(2, 300)  # inputs for each entry point, by what one takes
CHEAPEST = {True: effort(12, 500), False: effort(34, 1000)}  # of an experiment or policy, of a table
CHEAP_ONES = cheap_entry_points.all_cheap()
FIRST = 0 if not THOROUGH else 10_000  # `make fuzz` tries others than `make test`
TEXTS = [*entry_points.configured(), *entry_points.observed(), *published_files.publishers()]


def names(entries: list[EntryPoint]) -> list[str]:
    return [entry.name for entry in entries]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small run that is stored."""
    folder = tmp_path_factory.mktemp("batch")
    path = write_experiment(folder)
    assert ended("run", path, "--out", folder / "out", "--jobs", "1") == 0
    return folder / "out"


def all_end_well(entry: EntryPoint, folder: Path, number: int) -> int:
    """Damage and read a file so many times; how many are refused. Raises AssertionError with the number of an input
    that ends otherwise."""
    refused = 0
    for seed in range(FIRST, FIRST + number):
        try:
            refused += outcome(entry, folder, seed) != "taken"
        except (Exception, SystemExit) as error:
            raise AssertionError(f"{entry.name}, input {seed}: {type(error).__name__}: {error}") from error
    return refused


@pytest.mark.parametrize("entry", CHEAP_ONES, ids=names(CHEAP_ONES))
def test_a_file_that_is_read_at_once_is_taken_or_refused(entry: EntryPoint, tmp_path: Path) -> None:
    entry.prepare(tmp_path)
    entry.read(tmp_path)
    number = CHEAPEST[entry.file.endswith(".yaml")]
    assert all_end_well(entry, tmp_path, number) > number // 4


@pytest.mark.fuzz
@pytest.mark.parametrize("entry", TEXTS, ids=names(TEXTS))
def test_a_damaged_file_is_taken_or_refused(
    entry: EntryPoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry.prepare(tmp_path)
    entry.read(tmp_path)  # as it is, it is valid
    for path in tmp_path.glob("out*"):
        reading.removed(path)
    assert all_end_well(entry, tmp_path, CHEAP) > 0


@pytest.mark.fuzz
@pytest.mark.parametrize("name", ["stored case", "reproduced case", "index", "plan", "manifest", "table"])
def test_a_damaged_file_of_a_run_is_taken_or_refused(
    name: str, batch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No exception but a refusal in words is raised. Only a table, whose hash is in the manifest, must be refused;
    other damage may be mended, reported with exit code 1, or be where the command does not look."""
    (entry,) = (each for each in entry_points.stored(batch) if each.name == name)
    entry.prepare(tmp_path)
    entry.read(tmp_path)  # as it is, it is valid
    refused = all_end_well(entry, tmp_path, DEAR)
    assert refused > 0 or name != "table"


KINDS = ["device", "pipe", "loop", "dangling", "folder", "socket name", "sparse"]


def special(path: Path, kind: str) -> None:
    """Something that is no ordinary file, in the place of one."""
    path.unlink()
    match kind:
        case "device":
            path.symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path.name)
        case "dangling":
            path.symlink_to("/nowhere/at/all")
        case "folder":
            path.mkdir()
        case "socket name":
            path.symlink_to("/proc/self/fd/0")
        case _:
            with path.open("wb") as file:
                file.truncate(40_000_000_000)  # on disk it is empty


@contextlib.contextmanager
def read_as(entry: EntryPoint, folder: Path, kind: str) -> Iterator[None]:
    """An entry point whose file is something else for a while."""
    entry.prepare(folder)
    special(folder / entry.file, kind)
    with at_most(reading.LONGEST):
        yield


OF_EACH_READER = (
    "configuration", "policy", "entries", "conditions", "draws", "statements", "observed series", "record",
    "published days", "forecast", "posterior.json", "posterior.csv", "import unhcr", "import eurostat",
    "import home-office", "import flee simsetting.yml", "import flee input_csv/routes.csv",
)  # fmt: skip
READERS = [entry for entry in TEXTS if entry.name in OF_EACH_READER]


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("entry", READERS, ids=names(READERS))
def test_what_is_no_ordinary_file_is_refused(
    entry: EntryPoint, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with read_as(entry, tmp_path, kind), pytest.raises(Refused):
        entry.read(tmp_path)


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", ["plan.json", "manifest.json", "cases", "index"])
@pytest.mark.slow
def test_a_run_with_something_else_among_its_files_is_refused_or_reported(
    file: str, kind: str, batch: Path, tmp_path: Path
) -> None:
    """Some command refuses it, where it is not the index, which is made anew; none ends in another way."""
    (entry,) = (each for each in entry_points.stored(batch) if each.name == "plan")
    entry.prepare(tmp_path)
    path = tmp_path / "out" / file
    special(path if path.is_file() else next(path.iterdir()), kind)
    refused = []
    for arguments in (("status", "out"), ("export", "out", "--csv", "--out", "x.csv"), ("tables", "out", "--out", "t")):
        try:
            with at_most(30):
                command(*arguments, codes=(0, 1, 2))(tmp_path)
        except Refused:
            refused.append(arguments[0])
    assert bool(refused) == (file != "index"), refused


def test_a_limit_of_size_can_be_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corridor.model.engine.errors import InputError
    from corridor.model.inputs.files import LIMIT
    from corridor.model.inputs.reader import read_text

    (tmp_path / "x.csv").write_text("a,b\n" * 10, encoding="utf-8")
    monkeypatch.setenv(LIMIT, "39")
    with pytest.raises(InputError, match=f"x.csv: has 40 bytes; allowed: 39, or what the environment variable {LIMIT}"):
        read_text(tmp_path / "x.csv")
    monkeypatch.setenv(LIMIT, "40")
    assert len(read_text(tmp_path / "x.csv")) == 40
