"""Who may import whom, which folder code may read data from, where random numbers may come from, and that every
declared parameter is used."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from corridor.model.parameters import PARAMETERS

ROOT = Path(__file__).parents[1]
TOPS = ("model", "results", "experiments", "calibration")
LAYERS = (  # lowest first: a module may import modules of its own layer and of those before it
    ("model.engine",),
    ("model.inputs",),
    (
        "model.day_inputs",
        "model.decisions",
        "model.lever_declarations",
        "model.levers",
        "model.levers_of_places",
        "model.luck",
        "model.parameters",
        "model.policy",
        "model.records",
        "model.tables",
    ),
    ("model.state",),
    ("model.indicators",),
    ("model.stages",),
    ("model.simulation",),
    ("model.mesa_views", "model.reference"),
    ("model",),
    ("results.observed", "results.store"),
    ("results.tables", "results"),
    ("results.plots",),
    ("results.report",),
    ("experiments.config", "experiments"),
    ("experiments.execution",),
    ("experiments.analyses",),
    ("calibration.evidence", "calibration"),
    ("calibration.fit",),
    ("calibration.predict",),
    ("calibration.validation",),
    ("experiments.interface", "experiments.benchmarks"),
    ("experiments.published", "experiments.app"),
    ("corridor",),
    ("experiments.cli", "corridor.__main__"),
    ("experiments.docs",),
)
RUN_AS_MODULES = {"corridor.__main__", "calibration.evidence.derivations.__main__", "calibration.evidence.entries"}
MODEL_LIBRARIES = {"numpy", "mesa", "corridor"}


def module_of(path: Path) -> str:
    """`model.stages.coast` for the file of that name; `model` for its `__init__.py`; `corridor` for the public face."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {module_of(path): path for top in (*TOPS, "corridor") for path in sorted((ROOT / top).rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def imports(name: str) -> set[str]:
    """Full names of what a module imports, `corridor.` left out for our own; also inside functions."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {each.removeprefix("corridor.") if each != "corridor" else each for each in found}


def our_imports(name: str) -> set[str]:
    """The modules of this project that a module imports."""
    found = set()
    for each in imports(name):
        while each and each not in FILES:
            each = each.rpartition(".")[0]
        found |= {each} - {""}
    return found - {name}


def layer(name: str) -> int:
    """The layer whose prefix is the longest that fits."""
    fits = [
        (len(prefix), k)
        for k, prefixes in enumerate(LAYERS)
        for prefix in prefixes
        if name == prefix or name.startswith(f"{prefix}.")
    ]
    return max(fits)[1]


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_from_its_own_layer_or_lower_ones(name: str) -> None:
    higher = {other for other in our_imports(name) if layer(other) > layer(name)}
    assert not higher


def test_no_imports_form_a_circle() -> None:
    ahead = {name: our_imports(name) for name in FILES}
    while leaves := {name for name, others in ahead.items() if not others}:
        ahead = {name: others - leaves for name, others in ahead.items() if name not in leaves}
    assert not ahead, f"circles among {sorted(ahead)}"


def test_the_model_needs_numpy_and_mesa_alone() -> None:
    for name in FILES:
        if layer(name) <= layer("model"):
            allowed = (
                MODEL_LIBRARIES
                if name.startswith(("model.mesa_views", "model.reference")) or name == "model"
                else MODEL_LIBRARIES - {"mesa"}
            )
            outside = {each.split(".")[0] for each in imports(name)} - sys.stdlib_module_names - set(TOPS)
            assert outside <= allowed, name


def test_only_the_commands_print_exit_or_touch_typer_and_rich() -> None:
    for name, tree in TREES.items():
        if name.startswith(("experiments.cli", "experiments.benchmarks", "experiments.docs")) or name in RUN_AS_MODULES:
            continue
        assert not {"typer", "rich"} & {each.split(".")[0] for each in imports(name)}, name
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert not [call for call in calls if isinstance(call, ast.Name) and call.id in ("print", "exit")], name
        assert not [call for call in calls if ast.unparse(call) == "sys.exit"], name


@pytest.mark.slow
def test_code_reads_the_data_files_of_its_own_top_folder_alone() -> None:
    """`Path(__file__)` climbs no higher than the top folder; other folders' data are reached through their code."""
    for name, tree in TREES.items():
        if name == "experiments.benchmarks.landed":  # runs the whole repository, at another revision
            continue
        for node in ast.walk(tree):
            climbs = climb(node)
            if climbs is not None:
                assert climbs <= len(FILES[name].relative_to(ROOT).parts) - 1, name


def climb(node: ast.AST) -> int | None:
    """How many folders an expression such as `Path(__file__).parents[1]` climbs; None if it is none."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
        below = climb(node.value.value)
        assert isinstance(node.slice, ast.Constant)
        return None if below is None else below + int(node.slice.value) + 1  # type: ignore[arg-type]
    if isinstance(node, ast.Attribute) and node.attr == "parent":
        below = climb(node.value)
        return None if below is None else below + 1
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "resolve":
        return climb(node.func.value)
    return 0 if ast.unparse(node) == "Path(__file__)" else None


def test_nothing_in_the_model_consumes_random_numbers() -> None:
    for name, path in FILES.items():
        if layer(name) <= layer("model"):
            text = path.read_text(encoding="utf-8")
            assert "random" not in {each.split(".")[0] for each in imports(name)}, name
            for word in ("np.random", "default_rng", "self.random.", "model.rng", ".rng."):
                assert word not in text, (name, word)


def test_every_parameter_that_code_reads_has_a_row_and_every_row_is_read() -> None:
    used = set()
    for name, tree in TREES.items():
        if not name.startswith("model.") or name == "model.parameters":  # there p is a declaration, not the values
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and holds_parameters(node.value):
                used.add(node.attr)
    assert used - {"values", "conditions", "of", "at", "column", "single"} == set(PARAMETERS)


def holds_parameters(value: ast.expr) -> bool:
    """Whether it is written like the parameters of a run, or of some of its rows: `p`, `m.p.column`, `m.p.of(...)`."""
    if isinstance(value, ast.Call):
        method = value.func
        return isinstance(method, ast.Attribute) and method.attr in ("of", "at") and holds_parameters(method.value)
    if isinstance(value, ast.Attribute):
        return value.attr == "p" or (value.attr in ("column", "single") and holds_parameters(value.value))
    return isinstance(value, ast.Name) and value.id in ("p", "params", "of_bound", "here", "single")


def test_every_name_that_is_imported_exists() -> None:
    """Also where it is imported within a function, which type checkers do not see in packages with `__getattr__`."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("corridor."):
                target = str(node.module).removeprefix("corridor.")
                known = defined(TREES[target])
                missing = [
                    each.name for each in node.names if each.name not in known and f"{target}.{each.name}" not in TREES
                ]
                assert not missing, f"{name} imports {missing} from {node.module}"


def defined(tree: ast.Module) -> set[str]:
    """The names of a module that its own text gives."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(each.asname or each.name).split(".")[0] for each in node.names}
    return found
