"""How a file that comes in is damaged and read, and which ends are allowed: it is taken, or refused in words."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

from corridor.experiments.cli.app import main

LONGEST = 10  # seconds


class Refused(Exception):
    """Content was refused in words."""


@dataclass(frozen=True)
class EntryPoint:
    """A file that is damaged by `damage(luck, content)`, in a folder that `prepare` fills, and what then reads it."""

    name: str
    file: str
    damage: Callable[[random.Random, bytes], bytes]
    read: Callable[[Path], object]
    prepare: Callable[[Path], None]


def command(*arguments: str, codes: tuple[int, ...] = (0, 2)) -> Callable[[Path], object]:
    """A command of the program in a folder. Raises Refused for exit code 2, and AssertionError for any other end than
    `codes`, for a traceback, and for a refusal that says nothing or also prints results."""

    def run(folder: Path) -> str:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = exit_code(arguments)
        said = err.getvalue()
        assert code in codes, f"exit code {code}: {said}"
        assert "Traceback" not in said
        assert harmless(out.getvalue() + said), repr(out.getvalue() + said)
        if code == 2:
            assert said.strip(), "a refusal without words"
            raise Refused(said)
        return out.getvalue()

    return run


def exit_code(arguments: tuple[str, ...]) -> int:
    """How a command ends in this process."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


MARKS = "\u2028\u2029\xad\u200b\u200c\u200d\u200e\u200f\ufeff"


def harmless(said: str) -> bool:
    """Whether a text holds no character that acts on a terminal or reverses the direction of what follows; marks that
    belong to words of Arabic, Hebrew or Persian, and spaces of any width, do not."""
    return all(each in "\n\t" or each.isprintable() or each in MARKS or category(each) == "Zs" for each in said)


def function(call: Callable[[Path], object]) -> Callable[[Path], object]:
    """A function of the package in a folder. Raises Refused for InputError and StoreError."""

    def run(folder: Path) -> object:
        from corridor.model.engine.errors import InputError
        from corridor.results.store.case_file import StoreError

        try:
            with contextlib.chdir(folder):
                return call(folder)
        except InputError as error:
            if not error.problems:
                raise
            raise Refused("\n".join(error.problems)) from None
        except StoreError as error:
            raise Refused(str(error)) from None

    return run


def outcome(entry: EntryPoint, folder: Path, seed: int) -> str:
    """Damage the file of an entry point that stands prepared in `folder`, and read it: 'taken', or why it is refused.

    Raises whatever else happens; a refusal that leaves files, and reading that takes long, raise AssertionError. The
    file is put back afterwards.
    """
    path = folder / entry.file
    valid = path.read_bytes()
    before = listing(folder)
    path.write_bytes(entry.damage(random.Random(f"{entry.name} {seed}"), valid))
    try:
        with at_most(LONGEST):
            entry.read(folder)
        said = "taken"
    except Refused as refusal:
        said = str(refusal)
        left = {name for name in listing(folder) - before if not name.startswith((*KEPT, "tables"))}
        assert not left, f"left after a refusal: {left}"
    finally:
        path.write_bytes(valid)
        for name in KEPT:
            if entry.file.split("/")[0] != name:
                removed(folder / name)
    assert not (folder / "pwned").exists()
    return said


def removed(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


KEPT = ("annual.csv", "monthly.csv", "tables", "out")  # what a command of several may have written


def listing(folder: Path) -> set[str]:
    """Names of all files."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raises AssertionError in what takes longer: so many seconds of the processor or, as other work may hold it up,
    ten times as many by the clock."""

    def late(*_: object) -> None:
        raise AssertionError(f"takes more than {seconds} seconds")

    timers = ((signal.SIGPROF, signal.ITIMER_PROF, seconds), (signal.SIGALRM, signal.ITIMER_REAL, 10 * seconds))
    before = [(number, signal.signal(number, late)) for number, _, _ in timers]
    for _, timer, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for _, timer, _ in timers:
            signal.setitimer(timer, 0)
        for number, handler in before:
            signal.signal(number, handler)
