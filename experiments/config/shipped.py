"""The experiments, policies and posteriors that ship with Corridor, found and called by name."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
POLICIES = CONFIGS / "policies"
POSTERIORS = CONFIGS / "posteriors"  # a folder for each
LAST_POSTERIOR = POSTERIORS / "until_2025_12" / "posterior.csv"


def draws_file(name: str, directory: Path) -> Path:
    """The file of the draws that an experiment file names: `posterior` for the last that ships, the name of another
    that ships, or a path relative to the folder of the experiment file."""
    if name == "posterior":
        return LAST_POSTERIOR
    shipped = {folder.name for folder in POSTERIORS.iterdir()}
    return POSTERIORS / name / LAST_POSTERIOR.name if name in shipped else directory / name


def shipped_draws() -> str:
    """The names of the posteriors that ship, in words."""
    return ", ".join(["'posterior'", *(f"'{folder.name}'" for folder in sorted(POSTERIORS.iterdir()))])


def shipped_experiments() -> dict[str, Path]:
    """Name -> file of every experiment that ships, scenarios among them."""
    files = [*sorted(CONFIGS.glob("*.yaml")), *sorted((CONFIGS / "scenarios").glob("*.yaml"))]
    return {path.stem: path for path in files}


def experiment_file(given: str | Path) -> Path:
    """The file at a path or, where there is none, the shipped experiment of that name."""
    path = Path(given)
    if os.path.exists(path) or path.suffix or len(path.parts) != 1:  # noqa: PTH110 - a name that is too long is none
        return path
    return shipped_experiments().get(path.name, path)


def near_file(path: Path) -> str:
    """`; did you mean 'x.yaml'?` where the folder has a file of nearly that name, or where an experiment that ships is
    nearly called so, or is called so and was sought elsewhere; else nothing."""
    shipped = shipped_experiments()
    by_name = (not path.suffix and len(path.parts) == 1) or (path.stem in shipped and not path.parent.is_dir())
    known = shipped if by_name else {each.stem: each for each in path.parent.glob("*.y*ml")}
    near = difflib.get_close_matches(path.stem, known, n=1)
    return f"; did you mean {near[0] if by_name else called(known[near[0]])!r}?" if near else ""


def called(path: Path) -> str:
    """What a file is called in messages: its path, as short as it can be said from the current directory; the name by
    which it can be used where it ships with Corridor, as nobody looks for files of an installed package."""
    absolute, here = os.path.abspath(path), os.getcwd()  # noqa: PTH100, PTH109 - links stay as they are
    if absolute.startswith(here + os.sep):
        return os.path.relpath(absolute, here)
    return shipped_as(Path(absolute)) or str(path)


def shipped_as(path: Path) -> str:
    """What a shipped file is called, and where its name is listed; nothing for a file of the user's own."""
    path = path.resolve()
    if not path.is_relative_to(CONFIGS):
        return ""
    if path.parent == POLICIES:
        return f"the shipped policy {path.stem!r} (corridor list policies)"
    if path.parent.name == POLICIES.name:
        return f"the shipped policy {path.stem!r}"
    if path in shipped_experiments().values():
        return f"the shipped experiment {path.stem!r}"
    return f"the shipped file {path.relative_to(CONFIGS).as_posix()}"
