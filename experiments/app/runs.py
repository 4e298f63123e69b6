"""The results that the page may show: folders below the one that it was given, and nothing outside of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from corridor.results.report.contents import Contents, read_contents
from corridor.results.store.case_file import StoreError
from corridor.results.store.run_folder import MANIFEST, PLAN

HOLDS = (MANIFEST, "effects.csv", "summary.csv")  # one of these makes a folder a result
MOST_RUNS = 500
LARGEST = 50_000_000  # bytes of one table
KEPT = 4
Stamps = tuple[tuple[str, int, int], ...]  # name, time and size of each file


def runs_in(root: Path) -> dict[str, Path]:
    """Name -> folder of every result in a folder, itself (`.`) and two levels below it, by name."""
    if not root.is_dir():
        return {}
    folders = [root, *sorted(root.glob("*/")), *sorted(root.glob("*/*/"))]
    found = {}
    for folder in folders[:MOST_RUNS]:
        if is_inside(folder, root) and any((folder / name).is_file() for name in HOLDS):
            found[folder.relative_to(root).as_posix()] = folder
    return found


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path, with links followed, is the folder or lies in it."""
    return path.resolve().is_relative_to(root.resolve())


def read_run(root: Path, name: str) -> Contents:
    """A result by its name. Raises StoreError where there is none of that name, where one of its files leads out of the
    folder or is too large, or where it cannot be read."""
    runs = runs_in(root)
    if name not in runs:
        raise StoreError(f"run {name!r}: there is none of that name in {root}; choose one of the list")
    folder = runs[name]
    files = [folder / MANIFEST, folder / PLAN, *folder.glob("*.csv"), *folder.glob("*.png")]
    files += list((folder / "figures").glob("*.png"))
    stamps = []
    for path in files:
        if not path.exists():
            continue
        if not is_inside(path, root):
            raise StoreError(f"{name}/{path.name}: leads out of the folder of results and is not read")
        if path.stat().st_size > LARGEST:
            raise StoreError(f"{name}/{path.name}: has more than {LARGEST:,} bytes and is not read")
        stamps.append((path.name, path.stat().st_mtime_ns, path.stat().st_size))
    return _contents(folder, tuple(stamps))


@lru_cache(maxsize=KEPT)
def _contents(folder: Path, stamps: Stamps) -> Contents:  # noqa: ARG001 - they make another entry of the cache
    """The contents of a folder as long as its files stay as they are."""
    return read_contents(folder)
