"""One version in every file that names it, and what an installation weighs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import corridor
from corridor.experiments.config.documents.changed_names import GONE, KEYS, OPTIONS
from corridor.model import INDICATORS, LEVERS, PARAMETERS
from tests.support.batches import ended

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = Version(PROJECT["version"])  # the one place
RELEASES = re.findall(r"^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
LIGHTEST, MOST_MEGABYTES = 100, 400


def field_of_citation(name: str) -> str:
    """A field of CITATION.cff."""
    (found,) = re.findall(rf'^{name}: "?([^"\n]+)"?$', (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)
    return str(found)


def test_the_head_of_the_changelog_is_of_the_declared_version() -> None:
    """While work goes on it is a development version later than the last release, and the head is *Unreleased*."""
    released = [(Version(name), day) for name, day in RELEASES if name != "Unreleased"]
    assert [each for each, _ in released] == sorted((each for each, _ in released), reverse=True)
    if DECLARED.is_devrelease:
        assert RELEASES[0][0] == "Unreleased"
        assert released[0][0] < DECLARED
    else:
        assert RELEASES[0] == (str(DECLARED), released[0][1])


def test_what_is_cited_is_the_last_release() -> None:
    last, day = next((name, day) for name, day in RELEASES if name != "Unreleased")
    assert (field_of_citation("version"), field_of_citation("date-released")) == (last, day)


def test_the_installed_package_and_the_command_say_the_declared_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert version("corridor-sim") == str(DECLARED), "install again: make setup"
    assert corridor.__version__ == str(DECLARED)
    assert ended("--version") == 0
    assert capsys.readouterr().out == f"corridor {DECLARED}\n"


def test_the_container_is_of_the_declared_version_and_of_a_python_that_is_allowed() -> None:
    text = (ROOT / ".container" / "Containerfile").read_text(encoding="utf-8")
    assert f'version="{DECLARED}"' in text
    pythons = set(re.findall(r"python:(\d\.\d+)-slim", text))
    assert len(pythons) == 1
    assert Version(pythons.pop()) >= Version(PROJECT["requires-python"].removeprefix(">="))
    (extras,) = re.findall(r'"/source\[([a-z,]+)\]"', text)
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])


def test_a_tag_of_this_commit_names_the_declared_version() -> None:
    try:
        done = subprocess.run(
            ["git", "tag", "--points-at", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except OSError:
        pytest.skip("git is absent")
    if done.returncode:
        pytest.skip(f"git cannot say which tags this commit has: {done.stderr.strip()}")
    tags = [tag for tag in done.stdout.split() if re.fullmatch(r"v\d.*", tag)]
    if not tags:
        pytest.skip("this commit has no tag of a version")
    assert [Version(tag) for tag in tags] == [DECLARED]


def test_a_name_that_goes_is_known_until_its_version_and_no_longer() -> None:
    for old, renamed in (OPTIONS | KEYS).items():
        assert Version(renamed.since) < Version(renamed.until), old
        assert Version(DECLARED.base_version) < Version(renamed.until), f"{old}: take it out"
    assert not set(GONE) & (set(INDICATORS) | set(LEVERS) | set(PARAMETERS))


def base_install() -> dict[str, int]:
    """Distribution -> bytes of the files that its wheel holds, for all that a base install brings; bytecode is made
    later, and is not counted."""
    found: dict[str, int] = {}
    waiting = [Requirement(text) for text in PROJECT["dependencies"]]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = requirement.extras or {""}
        if name in found and extras == {""}:
            continue
        try:
            there = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # of another platform
        files = [path for path in there.files or () if path.suffix != ".pyc"]
        found[name] = sum(path.size or 0 for path in files)
        needed = [Requirement(text) for text in there.requires or ()]
        waiting += [
            each
            for each in needed
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    return found


def test_a_base_install_is_below_400_megabytes() -> None:
    found = base_install()
    assert {"mesa", "scipy", "networkx", "pandas"} <= set(found)
    assert not {"pyarrow", "statsmodels", "arviz"} & set(found)
    assert LIGHTEST < sum(found.values()) / 1e6 < MOST_MEGABYTES


@pytest.mark.slow
def test_a_run_needs_no_optional_package(tmp_path: Path) -> None:
    """As in a base install: run, index as CSV, export, status, and refusals that name the extra."""
    code = """
import sys
for name in ("pyarrow", "statsmodels", "ema_workbench", "pymoo", "typst", "openpyxl", "distributed", "dask"):
    sys.modules[name] = None
import corridor
from corridor.experiments.cli.app import main
short = ["--set", "end=2022-06-10", "--set", "past=none", "--set", "any_scale=true"]
setting = [*short, "--scale", "200", "--seeds", "1", "--jobs", "1"]
commands = {
    "run": ["run", "quick", "--set", "start=2022-06-01", *setting, "--out", "out", "--quiet"],
    "status": ["status", "out"],
    "csv": ["export", "out", "--csv"],
    "parquet": ["export", "out", "--parquet"],
    "validate": ["validate", "--rolling"],
}
for name, arguments in commands.items():
    try:
        main(arguments)
    except SystemExit as ended:
        print(name, ended.code, flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    codes = dict(line.split() for line in done.stdout.splitlines() if re.fullmatch(r"[a-z]+ \d", line))
    assert codes == {"run": "0", "status": "0", "csv": "0", "parquet": "2", "validate": "2"}, done.stdout + done.stderr
    assert "pyarrow is not installed; pip install 'corridor-sim[parquet]'" in done.stderr
    assert "statsmodels is not installed; pip install 'corridor-sim[validation]'" in done.stderr
    assert [path.suffix for path in (tmp_path / "out" / "index").iterdir()] == [".csv"]
