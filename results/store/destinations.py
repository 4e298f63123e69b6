"""Where results may be written: not over the files of a run, and refused before any work where they cannot be."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from corridor.model.engine.errors import InputError
from corridor.results.store.index import CASES, INDEX
from corridor.results.store.result_files import MANIFEST
from corridor.results.store.run_folder import FAILURES, PLAN, published_files, source_of


def check_file(path: Path, option: str = "--out") -> Path:
    """The path of a file that can be written here. Raises InputError where it cannot, or where it belongs to a run."""
    try:
        if path.is_dir() or (path.exists() and not path.is_file()):
            raise refused(path, "is no file; give the name of one", option)
        if not path.parent.is_dir():
            raise refused(path, f"there is no folder {path.parent}; make it, or give another", option)
        if is_of_a_run(path):
            raise refused(path, "is a file of a run; give another name", option)
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise refused(path, f"cannot be written: {error.strerror}", option) from None
    return path


def check_folder(folder: Path, cases: bool = True) -> Path:
    """A folder that is there or can be made, and in which files can be written. Raises InputError for any other and,
    of results without `cases`, for one with the cases and tables of a run, which they would mix with."""
    try:
        there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        if not there.is_dir():
            raise refused(folder, "is a file; give a folder" if there == folder else f"{there} is a file")
        if not cases and (folder / PLAN).is_file():
            raise refused(folder, "holds the cases of a run and its tables; give another folder")
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        raise refused(folder, f"cannot be written: {error.strerror}") from None
    return folder


def check_own(folder: Path, source: Path) -> Path:
    """A folder that is named after an experiment file, `source`. Raises InputError where it holds the results of
    another file of that name, which is still there."""
    other = source_of(folder)
    if other and source.is_file() and not other.samefile(source):
        free = folder.with_name(f"{source.resolve().parent.name}_{folder.name}")
        raise InputError([f"{folder}: holds results of {other}, another experiment file; give --out {free}"])
    return folder


def seen_from(folder: Path, source: Path) -> str:
    """An experiment file as seen from a folder of results, so that both can be moved together; empty where there is no
    such file."""
    if not source.is_file():
        return ""
    try:
        return Path(os.path.relpath(source.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive of Windows
        return source.resolve().as_posix()


def is_of_a_run(path: Path) -> bool:
    """Whether this is a file that a run wrote and reads again: its plan, its manifest, a case or a table."""
    folder = path.absolute().parent
    if path.name in (PLAN, MANIFEST):
        return path.exists()
    if folder.name in (CASES, INDEX, FAILURES):
        return (folder.parent / PLAN).is_file()
    return path.name in published_files(folder)


def refused(path: Path, why: str, option: str = "--out") -> InputError:
    """The error of a destination that an option gives."""
    return InputError([f"{option} {path}: {why}"])
