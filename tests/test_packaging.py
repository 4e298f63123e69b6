"""What the wheel holds, and which versions of what it needs are allowed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zlib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import matrix

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
PINNED = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split())
PINS = {canonicalize_name(name): version for name, version in PINNED.items()}


def test_every_folder_of_code_is_a_package_of_the_wheel() -> None:
    setuptools = PROJECT["tool"]["setuptools"]
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for folder in setuptools["package-dir"].values()
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {f"corridor.{name}".replace("corridor.corridor", "corridor") for name in folders} == set(
        setuptools["packages"]
    )


def test_the_wheel_holds_every_file_of_the_experiments_that_ship() -> None:
    folder = ROOT / "experiments"
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["corridor.experiments"]
    held = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    shipped = ("configs", "starter", "corridors", "examples", "app/assets")
    there = {path for name in shipped for path in (folder / name).rglob("*") if path.is_file()}
    assert held == there | set((folder / "benchmarks").rglob("*.c"))


def test_the_wheel_is_below_five_megabytes() -> None:
    """Of the repository's files, each compressed by itself, as in a wheel."""
    setuptools, packed = PROJECT["tool"]["setuptools"], 0
    for package, folder in setuptools["package-dir"].items():
        patterns = ["**/*.py", *setuptools["package-data"][package]]
        files = {path for pattern in patterns for path in (ROOT / folder).glob(pattern) if path.is_file()}
        files = {path for path in files if not {"runs", "generated"} & set(path.parts)}
        packed += sum(len(zlib.compress(path.read_bytes())) for path in files)
    assert 1e6 < packed < 4.5e6, f"{packed / 1e6:.1f} MB"


@pytest.mark.slow
def test_a_users_own_files_of_our_names_hide_nothing(tmp_path: Path) -> None:
    """As in a folder of one's own; `make matrix` does the same with the wheel, in fresh environments."""
    for name in ("model", "experiments", "calibration"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the user was imported')", encoding="utf-8")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "__init__.py").write_text("raise SystemExit('so was a folder')", encoding="utf-8")
    code = "import corridor; print(len([getattr(corridor, name) for name in corridor.__all__]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 20


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=str)
def test_a_dependency_has_a_lower_bound_and_a_pin_that_its_bounds_allow(dependency: Requirement) -> None:
    assert [each.operator for each in dependency.specifier].count(">=") == 1
    assert dependency.specifier.contains(PINS[canonicalize_name(dependency.name)])


def test_oldest_versions_are_the_lower_bounds() -> None:
    wanted = ["mesa[network]>=3.3,!=3.4.1,<4", "numpy>=2.0", "pandas<3,>=2.2.2"]
    assert matrix.oldest(wanted) == ["mesa==3.3", "numpy==2.0", "pandas==2.2.2"]
    with pytest.raises(ValueError, match="unpack"):
        matrix.oldest(["numpy"])


def test_a_python_that_is_not_there_is_not_found() -> None:
    assert matrix.interpreter("2.0") is None


@pytest.mark.parametrize(
    ("name", "outcome", "said", "well"),
    [
        ("3.12-pinned", {"digest": "a" * 64}, "the same digest", True),
        ("3.12-pinned", {"digest": "b" * 64}, "BROKEN PROMISE: another digest, bbbbbbbbbbbbbbbb;", False),
        ("3.13-newest", {"digest": "b" * 64}, "3.13-newest   another digest, bbbbbbbbbbbbbbbb;", True),
        ("3.13-newest", {"problem": "no wheel"}, "FAILED after 0 s\nno wheel", False),
        ("3.13-newest", {}, "left out: this machine has no such Python", True),
    ],
)
def test_a_digest_of_pinned_versions_must_be_the_same(
    capsys: pytest.CaptureFixture[str], name: str, outcome: dict[str, str], said: str, well: bool
) -> None:
    assert matrix.report(matrix.Outcome(name, **outcome), "a" * 64) is well  # type: ignore[arg-type]
    assert said in capsys.readouterr().out


LISTED = (ROOT / "tests" / "DEPENDENCIES.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LISTED.splitlines() if line.startswith("| ")]


def test_every_package_is_listed_with_its_licence_and_why() -> None:
    base = {row[0]: row for row in ROWS if len(row) == 3 and row[0] != "package"}
    extras = {(row[1], row[0]): row for row in ROWS if len(row) == 4 and row[0] != "package"}
    assert list(base) == [each.name for each in DEPENDENCIES]
    optional = PROJECT["project"]["optional-dependencies"]
    needed = {(extra, Requirement(text).name) for extra, texts in optional.items() for text in texts}
    assert set(extras) == {(extra, name) for extra, name in needed if name != "corridor-sim"}
    assert all(cell for row in (*base.values(), *extras.values()) for cell in row)


def test_the_base_install_has_no_gpl_and_no_code_of_ours_imports_any() -> None:
    """GPL is known here by what packages say of themselves; LGPL is none."""
    gpl, seen, open_ = set(), set(), [each.name for each in DEPENDENCIES]
    while open_:
        name = canonicalize_name(open_.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue  # for another system, or another extra
        says = [about.get("License-Expression") or "", *about.get_all("Classifier", [])]
        if any("GPL" in text.replace("LGPL", "") for text in says):
            gpl.add(name)
        needed = [Requirement(text) for text in about.get_all("Requires-Dist", [])]
        open_ += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    assert len(seen) > 30 and gpl == set()
    code = [path for folder in PROJECT["tool"]["setuptools"]["package-dir"] for path in folder_of(folder).rglob("*.py")]
    assert [str(path) for path in code if re.search(r"import platypus|from platypus", path.read_text("utf-8"))] == []


def folder_of(package: str) -> Path:
    """The folder of a package of the wheel."""
    return ROOT / str(PROJECT["tool"]["setuptools"]["package-dir"][package])
