"""Who may import whom, where random numbers may come from, and that every declared parameter is used."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from model.params import PARAMETERS

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "model": {"model"},
    "results": {"results"},
    "experiments": {"experiments", "model", "results"},
    "calibration": {"calibration", "experiments", "model", "results"},
}
MODEL_LIBRARIES = {"numpy", "mesa"}
STANDARD = {
    "__future__", "bisect", "calendar", "collections", "csv", "dataclasses", "datetime", "enum", "io", "itertools",
    "math", "pathlib", "re", "time", "typing", "zlib", "functools", "types",
    "weakref",
}


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_layers_import_one_way(package):
    assert files(package)
    for path in files(package):
        assert imported(path) & set(MAY_IMPORT) <= MAY_IMPORT[package], path


def test_the_model_needs_numpy_and_mesa_alone():
    for path in files("model"):
        assert imported(path) <= MODEL_LIBRARIES | STANDARD | {"model"}, path


def test_nothing_in_the_model_consumes_random_numbers():
    for path in files("model"):
        text = path.read_text(encoding="utf-8")
        assert "random" not in imported(path), path
        for word in ("np.random", "default_rng", "self.random.", "model.rng", ".rng."):
            assert word not in text, (path, word)


def test_every_parameter_is_declared_and_used():
    used = set()
    for path in files("model"):
        if path.name == "params.py":  # there p is a declaration, not the values
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and holds_parameters(node.value):
                used.add(node.attr)
    assert used - {"values", "of", "at", "column", "single"} == set(PARAMETERS)


def holds_parameters(value: ast.expr) -> bool:
    """Whether it is written like the parameters of a run, or of some of its rows: `p`, `m.p.column`, `m.p.of(...)`."""
    if isinstance(value, ast.Call):
        method = value.func
        return isinstance(method, ast.Attribute) and method.attr in ("of", "at") and holds_parameters(method.value)
    if isinstance(value, ast.Attribute):
        return value.attr == "p" or (value.attr in ("column", "single") and holds_parameters(value.value))
    return isinstance(value, ast.Name) and value.id in ("p", "params", "of_bound", "here", "single")


def test_parameters_are_within_their_range_and_have_a_source():
    for p in PARAMETERS.values():
        assert p.low <= p.default <= p.high, p.name
        assert p.grade in ("A", "B", "C") and p.source and p.unit is not None and p.meaning, p.name
