"""What the wheel holds, and which versions of what it needs are allowed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
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
    folders = ("configs", "starter", "app/assets")
    there = {path for name in folders for path in (folder / name).rglob("*") if path.is_file()}
    assert held == there


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
