"""Corridor as people install it: `make matrix`.

The wheel is built once. In fresh environments, of several Pythons, with the oldest, the pinned and the newest allowed
version of every dependency, it is installed, a small experiment runs in an empty folder, and the tests of the views for
Mesa run against what is installed. The digest of the experiment must be that of this environment where the versions are
the pinned ones; with other versions a difference is reported and is no failure.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from tests.support.packages import Unreachable, download

ROOT = Path(__file__).parents[2]
OLDEST, PINNED, NEWEST = LEVELS = ("oldest", "pinned", "newest")
PYTHONS = ("3.11", "3.12", "3.13")
EVERYTHING = (f"{PYTHONS[0]}-{OLDEST}", *(f"{python}-{level}" for level in (PINNED, NEWEST) for python in PYTHONS))
ENDS = (f"{PYTHONS[0]}-{OLDEST}", f"{PYTHONS[-1]}-{NEWEST}")
NOT_COPIED = shutil.ignore_patterns(".*", "*.egg-info", "build", "runs", "__pycache__")
TESTED = ("__init__.py", "conftest.py", "support", "model/__init__.py", "model/mesa_views")
EXPERIMENT = ("--set", "end=2022-03-31", "--scale", "50", "--jobs", "2")  # on the quick configuration
TOOLS = ("pytest>=8", "pytest-xdist>=3", "hypothesis>=6")
SHOWN = ("mesa", "numpy", "scipy", "pandas", "xarray", "h5py")  # the versions that the report names
WHERE_QUICK_IS = "import corridor.experiments as e; print(*e.__path__)"


class Failed(Exception):
    """A step that went wrong; the message is what was printed."""


@dataclass(frozen=True)
class Outcome:
    """What came out of one environment; `problem` is empty when all went well, and no digest means it was left out."""

    name: str
    digest: str = ""
    versions: str = ""
    seconds: float = 0.0
    problem: str = ""


def called(*command: str | Path, folder: Path, **variables: str) -> str:
    """What a command prints. Raises Failed."""
    plain = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**plain, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(str(part) for part in command[:6])} ...\n{done.stdout[-3000:]}")
    return done.stdout


def oldest(requirements: Iterable[str]) -> list[str]:
    """The lower bounds of requirements as pins."""
    found = []
    for requirement in map(Requirement, requirements):
        (lower,) = [each.version for each in requirement.specifier if each.operator == ">="]
        found.append(f"{requirement.name}=={lower}")
    return found


def interpreter(version: str) -> str | None:
    """The Python of a version, looked up by its name; where pyenv manages several, it is asked which has that name."""
    name, ask = f"python{version}", "import sys; print(sys.executable)"
    for command, variables in ((name, {}), ("pyenv", {})):
        if not shutil.which(command):
            continue
        try:
            if command == "pyenv":
                having = called("pyenv", "whence", name, folder=ROOT).split()
                variables = {"PYENV_VERSION": having[-1]}
            return called(name, "-c", ask, folder=ROOT, **variables).strip()
        except (Failed, IndexError):
            continue
    return None


def wheel(folder: Path) -> Path:
    """The wheel, built from a copy of the sources, so that nothing that an earlier build left can slip in."""
    source = shutil.copytree(ROOT, folder / "source", ignore=NOT_COPIED)
    called(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, source, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


def pins(level: str, folder: Path) -> list[str | Path]:
    """Options of pip that choose the versions."""
    if level == NEWEST:
        return ["--upgrade"]
    if level == PINNED:
        return ["-c", ROOT / "constraints.txt"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    file = folder / "oldest.txt"
    file.write_text("\n".join(oldest(project["dependencies"])) + "\n", encoding="utf-8")
    return ["-c", file]


def tried(name: str, built: Path, folder: Path) -> Outcome:
    """Install and use Corridor in a fresh environment."""
    began = time.monotonic()
    version, _, level = name.partition("-")
    python = interpreter(version)
    if python is None:
        return Outcome(name)
    here = folder / name
    here.mkdir()
    try:
        called(python, "-m", "venv", here / "env", folder=here)
        scripts = here / "env" / ("Scripts" if sys.platform == "win32" else "bin")
        called(
            *(scripts / "python", "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:"),
            *(*pins(level, here), *TOOLS, built),
            folder=here,
        )
        digest = experiment_digest(scripts, here)
        run_view_tests(scripts / "python", here)
        versions = called(scripts / "python", "-c", "import importlib.metadata as m; " + SHOW, folder=here).strip()
    except Failed as problem:
        return Outcome(name, problem=str(problem), seconds=time.monotonic() - began)
    return Outcome(name, digest, versions, time.monotonic() - began)


SHOW = f"print(*(f'{{name}} {{m.version(name)}}' for name in {SHOWN}), sep=', ')"


def experiment_digest(scripts: Path, here: Path) -> str:
    """The digest of the small experiment, run in a folder with a `model.py` and a `results` of the user's own."""
    work = here / "work"
    work.mkdir()
    for module in ("model.py", "results.py"):
        (work / module).write_text("raise SystemExit('the file of the user was imported')\n", encoding="utf-8")
    shipped = called(scripts / "python", "-c", WHERE_QUICK_IS, folder=work).strip()
    called(
        scripts / "corridor", "run", Path(shipped, "configs", "quick.yaml"), "--out", "out", *EXPERIMENT, folder=work
    )
    return called(scripts / "corridor", "digest", "out", folder=work).split()[0]


def run_view_tests(python: Path, here: Path) -> None:
    """Run the tests of the views against what is installed: a copy of them stands where no source is."""
    copied = here / "copied" / "tests"
    for name in TESTED:
        target = copied / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / "tests" / name).is_dir() else shutil.copy)(ROOT / "tests" / name, target)
    shutil.copy(ROOT / "README.md", copied.parent)
    called(python, "-m", "pytest", "-q", "-n", "2", "tests", folder=copied.parent)


def report(outcome: Outcome, reference: str) -> bool:
    """Print what came out of an environment, and whether it is as promised."""
    if outcome.problem:
        print(f"{outcome.name:13} FAILED after {outcome.seconds:.0f} s\n{outcome.problem}")
        return False
    if not outcome.digest:
        print(f"{outcome.name:13} left out: this machine has no such Python")
        return True
    same = outcome.digest == reference
    broken = not same and outcome.name.endswith(PINNED)
    said = "the same digest" if same else f"{'BROKEN PROMISE: ' if broken else ''}another digest, {outcome.digest[:16]}"
    print(f"{outcome.name:13} {said}; {outcome.versions}; {outcome.seconds:.0f} s")
    return not broken


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Corridor as people install it")
    parser.add_argument("names", nargs="*", help=f"environments; all by default: {', '.join(EVERYTHING)}")
    parser.add_argument("--ends", action="store_true", help=f"only the oldest and the newest: {', '.join(ENDS)}")
    parser.add_argument("--if-reachable", action="store_true", help="pass where no package can be fetched")
    options = parser.parse_args()
    names = ENDS if options.ends else options.names or EVERYTHING
    if unknown := set(names) - {f"{python}-{level}" for python in PYTHONS for level in LEVELS}:
        parser.error(f"{', '.join(unknown)}: allowed are {', '.join(EVERYTHING)}")
    with tempfile.TemporaryDirectory(prefix="corridor-matrix-") as temporary, ThreadPoolExecutor(2) as pool:
        folder = Path(temporary)
        try:
            (folder / "probe").mkdir()
            download("filelock", folder / "probe")
        except Unreachable as reason:
            print(f"the matrix was skipped: no package can be fetched ({reason})")
            return 0 if options.if_reachable else 1
        ours = pool.submit(experiment_digest, Path(sys.executable).parent, folder)
        built = wheel(folder)
        outcomes = pool.map(functools.partial(tried, built=built, folder=folder), names)
        reference = ours.result()
        print(f"digest with the versions of this environment: {reference[:16]}", flush=True)
        well = [report(outcome, reference) for outcome in outcomes]
    print(f"{sum(well)} of {len(well)} environments are as promised")
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
