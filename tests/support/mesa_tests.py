"""Mesa's own tests, run on our agents, agent sets and models: `make mesa-tests`.

They are taken from the source distribution of the Mesa that is installed, which pip fetches into a temporary folder.
While their modules are imported, Mesa's `Agent`, `AgentSet` and `Model` are ours. With `--if-reachable` a package that
cannot be fetched is no failure; the reason is printed. The tests of batch runs that start processes import Mesa afresh
there and so say nothing of our classes; the others do.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import mesa
import pytest

from corridor.model.mesa_views import agents, models
from tests.support.packages import Unreachable, download

OURS = {"Agent": agents.Agent, "AgentSet": agents.AgentSet, "Model": models.Model}
HOLDERS = ("mesa", "mesa.agent", "mesa.agentset", "mesa.model")  # from which tests import them; not all in each version
WANTED = ("agent", "agentset", "model", "datacollector", "batch_run", "lifespan")

DEPARTURES = {  # since Mesa 3.5
    "test_agentset_get_item": "our sets are indexed without a warning that Mesa 4 will not do so",
    "test_hardkeyagentset_downgrade": "asks for the class of what a private class of Mesa gives, which is Mesa's own",
}


def fetch(release: str, folder: Path) -> Path:
    """The unpacked source distribution of a version of Mesa. Raises Unreachable."""
    archive = download(f"mesa=={release}", folder, "--no-binary", "mesa")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def lay_out(source: Path, folder: Path) -> list[Path]:
    """Copies of the wanted test files in a folder of their own, beside no settings and no fixtures of anybody."""
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    found = [path for name in WANTED if (path := source / "tests" / f"test_{name}.py").exists()]
    return [Path(shutil.copy(path, folder)) for path in found]


class Replacement:
    """A plugin of pytest: collecting a module imports it, and only that import finds our classes in Mesa."""

    def __init__(self) -> None:
        self.modules: dict[str, list[str]] = {}  # what each test module took from us
        self.left_out: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Iterator[None]:
        """Put our classes in the place of Mesa's."""
        with pytest.MonkeyPatch.context() as patch:
            for holder in map(imported, HOLDERS):
                for name in OURS.keys() & vars(holder).keys() if holder else ():
                    patch.setattr(holder, name, OURS[name])
            return (yield)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what our sets do otherwise on purpose."""
        departs = [item for item in items if item.name in DEPARTURES and hasattr(mesa.agent.AgentSet, "to_list")]
        config.hook.pytest_deselected(items=departs)
        items[:] = [item for item in items if item not in departs]
        self.left_out = [item.name for item in departs]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """See that every module took ours and nothing of Mesa's, and that Mesa is as before."""
        for module in {item.getparent(pytest.Module).obj for item in session.items}:  # type: ignore[union-attr]
            taken = [name for name in OURS if name in vars(module)]
            theirs = [name for name in taken if getattr(module, name) is not OURS[name]]
            if theirs:
                raise pytest.UsageError(f"{module.__name__} took Mesa's own {', '.join(theirs)}")
            self.modules[module.__name__] = taken
        untested = OURS.keys() - {name for taken in self.modules.values() for name in taken}
        if untested or mesa.Agent is agents.Agent or mesa.Model is models.Model:
            raise pytest.UsageError(f"no module took our {', '.join(untested)}" if untested else "Mesa is not restored")


def imported(name: str) -> ModuleType | None:
    """A module of Mesa, None where this version has none of that name."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


def run(release: str) -> int:
    """Fetch and run; the exit code of pytest. Raises Unreachable."""
    with tempfile.TemporaryDirectory(prefix="mesa-tests-") as name:
        files = lay_out(fetch(release, Path(name)), Path(name) / "theirs")
        replacement = Replacement()
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir", str(files[0].parent)]
        code = pytest.main([*options, *map(str, files)], plugins=[replacement])
    for test in replacement.left_out:
        print(f"{test} was left out: {DEPARTURES[test]}")
    for module, taken in replacement.modules.items():
        print(f"{module} of Mesa {release} ran on our {', '.join(taken)}")
    return int(code)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Mesa's own tests on our classes")
    parser.add_argument("--if-reachable", action="store_true", help="pass where the package cannot be fetched")
    options, release = parser.parse_args(), version("mesa")
    try:
        return run(release)
    except Unreachable as reason:
        print(f"Mesa's own tests were skipped: the sources of mesa {release} cannot be fetched ({reason})")
        return 0 if options.if_reachable else 1


if __name__ == "__main__":
    sys.exit(main())
