"""What the identity of a case takes from the code: all that computes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.experiments.execution.cases import provenance
from corridor.experiments.execution.cases.provenance import code_fingerprint

CODE = '''"""A rule."""


def step(x: float) -> float:
    """Half of it."""
    return x / 2.0  # because
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("rule.py", "stages/rule.py", "reference/rule.py", "mesa_views/rule.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(CODE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rule.py", "A rule.", "The rule."),
        ("rule.py", "Half of it.", "One half."),
        ("stages/rule.py", "  # because", ""),
        ("stages/rule.py", "x / 2.0", "(x / 2.0)"),
        ("reference/rule.py", "2.0", "3.0"),
        ("mesa_views/rule.py", "2.0", "3.0"),
    ],
)
def test_what_computes_nothing_is_not_in_the_hash_of_the_code(folder: Path, name: str, old: str, new: str) -> None:
    before = code_fingerprint(folder)
    (folder / name).write_text(CODE.replace(old, new), encoding="utf-8")
    assert CODE.replace(old, new) != CODE and code_fingerprint(folder) == before


@pytest.mark.parametrize("name", ["rule.py", "stages/rule.py"])
@pytest.mark.parametrize(("old", "new"), [("2.0", "3.0"), ("step", "half"), ("x: float", "x: int"), ("return ", "")])
def test_what_computes_is_in_the_hash_of_the_code(folder: Path, name: str, old: str, new: str) -> None:
    before = code_fingerprint(folder)
    (folder / name).write_text(CODE.replace(old, new), encoding="utf-8")
    assert code_fingerprint(folder) != before


def test_the_names_of_files_are_in_the_hash_of_the_code(folder: Path) -> None:
    before = code_fingerprint(folder)
    (folder / "rule.py").rename(folder / "other.py")
    assert code_fingerprint(folder) != before


@pytest.mark.parametrize(("status", "dirty"), [("", False), (" M x.py", True), (None, "unknown")])
def test_a_manifest_says_whether_files_differ_from_the_commit(
    monkeypatch: pytest.MonkeyPatch, status: str | None, dirty: bool | str
) -> None:
    said = {"rev-parse --show-toplevel": str(provenance.ROOT), "rev-parse HEAD": "abc", "status --porcelain": status}
    monkeypatch.setattr(provenance, "git", lambda *words: said[" ".join(words)])
    assert provenance.git_state() == {"git_commit": "abc", "git_dirty": dirty}


def test_the_state_of_another_repository_is_not_that_of_the_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The code may be installed in a folder that lies in a repository of something else."""
    monkeypatch.setattr(provenance, "git", lambda *words: str(tmp_path))
    assert provenance.git_state() == {"git_commit": "unknown", "git_dirty": "unknown"}
