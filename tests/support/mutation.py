"""Mutation run: small changes to the rules, one at a time, each of which some test should notice (`make mutation`).

Works on a copy of the tree, so that nothing here is ever left changed. Operators of cosmic-ray that only make type
errors (bits and shifts of floats, `is` for `==`) are left out, since every test kills those; so are lines that only
type checkers read. A mutant that survives is a gap in the tests or changes nothing (`<` for `<=` of a random number).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkItem, WorkResult

ROOT = Path(__file__).parents[2]
TESTS = "tests/model/engine/test_kernels.py tests/model/test_reference.py tests/model/test_baseline.py"
LEFT_OUT = re.compile(r"ReplaceBinaryOperator_(Bit|\w+_(Bit|LShift|RShift|Pow|Mod))|_Is(Not)?(_|$)|VariableInserter")
FOR_TYPES = re.compile(r"TYPE_CHECKING|^\s*(def |from |import |\w+ = NDArray)|^\s*\) ->")


def main(arguments: Sequence[str] | None = None) -> None:
    """Mutate the files named on the command line and print the share killed, and every survivor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", help="files of model/ to mutate")
    parser.add_argument("--every", type=int, default=1, help="try only every n-th mutant of a file")
    parser.add_argument("--tests", default=TESTS, help="test files that should notice")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "corridor"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "runs", "__pycache__"))
        import_from(copy)
        for name in given.files:
            mutate(copy, name, given.every, given.tests)


def import_from(copy: Path) -> None:
    """Let `corridor.model` and its neighbours be those of the copy; an installed Corridor would find the original."""
    for name in ("model", "experiments", "calibration", "results"):
        (copy / "corridor" / name).symlink_to(copy / name)
    asked = [sys.executable, "-c", "import corridor.model as model; print(model.__file__)"]
    found = subprocess.run(asked, cwd=copy, check=True, capture_output=True, text=True).stdout.strip()
    if copy not in Path(found).parents:
        raise RuntimeError(f"the tests would import {found}, which is not what is mutated")


def mutate(copy: Path, name: str, every: int, tests: str) -> None:
    """Run all (or every n-th) mutant of one file."""
    config, session = copy / "mutation.toml", copy / f"{Path(name).stem}.sqlite"
    command = f"{sys.executable} -m pytest -n 0 -x -q -p no:cacheprovider -m 'not slow' {tests}"
    config.write_text(
        f'[cosmic-ray]\nmodule-path = "{name}"\ntimeout = 180.0\nexcluded-modules = []\n'
        f'test-command = "{command}"\n[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )
    cosmic_ray(copy, "init", config.name, session.name)
    with use_db(session, WorkDB.Mode.open) as work:
        choose(work, (copy / name).read_text(encoding="utf-8").splitlines(), every)
    cosmic_ray(copy, "exec", config.name, session.name)
    with use_db(session, WorkDB.Mode.open) as work:
        report(name, list(work.completed_work_items))


def cosmic_ray(copy: Path, *words: str) -> None:
    """A command of cosmic-ray in the copy; CalledProcessError if it fails."""
    subprocess.run([Path(sys.executable).parent / "cosmic-ray", *words], cwd=copy, check=True)


def choose(work: WorkDB, lines: list[str], every: int) -> None:
    """Keep only mutants that are informative, and of those every n-th."""
    items = [item for item in work.work_items if is_worth_trying(item, lines)]
    work.clear()
    work.add_work_items(items[::every])


def is_worth_trying(item: WorkItem, lines: list[str]) -> bool:
    """Neither an operator that makes type errors only, nor a line for type checkers."""
    change = item.mutations[0]
    return not LEFT_OUT.search(change.operator_name) and not FOR_TYPES.search(lines[change.start_pos[0] - 1])


def report(name: str, done: list[tuple[WorkItem, WorkResult]]) -> None:
    """Print the share killed, and the change that each survivor makes."""
    survivors = [(item, result) for item, result in done if not result.is_killed]
    killed = len(done) - len(survivors)
    for item, result in survivors:
        changed = [line for line in (result.diff or "").splitlines() if re.match(r"[+-] ", line)]
        print(f"{name}, row {item.mutations[0].start_pos[0]}:", *changed, sep="\n  ")
    print(f"{name}: {killed} of {len(done)} mutants killed ({killed / max(1, len(done)):.1%})", flush=True)


if __name__ == "__main__":
    main()
