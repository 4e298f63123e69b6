"""Where a result comes from: hashes of code and data, git commit, versions of packages, and the machine."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import corridor.model
from corridor.experiments.config.cases import Case
from corridor.experiments.config.data.data_files import PARAMETER_TABLE
from corridor.experiments.config.data.sea import SEA_RECORD
from corridor.experiments.execution.cases.case import Definition, canonical
from corridor.model import INDICATORS
from corridor.model.parameters import Parameters

if TYPE_CHECKING:
    from corridor.experiments.config.experiment import Experiment

MODEL = Path(corridor.model.__file__).resolve().parent
ROOT = MODEL.parent  # of a checkout, or the package where it is installed
NOT_COMPUTING = (
    "reference/",
    "mesa_views/",
)  # folders of model/: the slow reference that tests use, and the views for Mesa
PACKAGES = (
    "corridor-sim",
    "mesa",
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "h5netcdf",
    "h5py",
    "joblib",
    "pyarrow",
    "matplotlib",
    "SALib",
)


def fingerprint(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def code_sha256() -> str:
    """Hash of the code of model/ that computes, on which every result depends."""
    return code_fingerprint(MODEL)


def code_fingerprint(folder: Path) -> str:
    """SHA-256 over the syntax trees of the Python files in a folder and its subfolders, without those that compute
    nothing (`NOT_COMPUTING`), comments and docstrings.

    Equal on every version of Python, since fields of the tree that are empty do not count.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(NOT_COMPUTING):
            digest.update(name.encode() + b"\0" + tree_text(ast.parse(path.read_bytes())).encode() + b"\0")
    return digest.hexdigest()


def tree_text(node: object) -> str:
    """A syntax tree as text, without its docstrings and without positions."""
    if isinstance(node, list):
        return f"[{','.join(map(tree_text, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: value for name, value in ast.iter_fields(node) if value not in (None, [])}
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
        fields["body"] = node.body[1:]
    return f"{type(node).__name__}({','.join(f'{name}={tree_text(value)}' for name, value in fields.items())})"


@cache
def data_sha256() -> str:
    """Hash of the data that model/ ships."""
    shipped = (MODEL / "data").iterdir()
    return fingerprint(sorted(path for path in shipped if path.suffix in {".csv", ".json"}))


def hashes(inputs: dict[str, str]) -> dict[str, Any]:
    """The hashes of code and data in the identity of a case."""
    own = {key: hashlib.sha256(text.encode()).hexdigest() for key, text in inputs.items()}
    return {"code_sha256": code_sha256(), "data_sha256": {"shipped": data_sha256(), **own}}


def inputs_of(experiment: Experiment) -> dict[str, dict[str, str]]:
    """World -> the text of the user's own data files that it uses, by their key in the experiment file; of a record of
    the sea only what may be used."""
    read = cache(lambda path: path.read_text(encoding="utf-8-sig"))
    found = {}
    for world in experiment.file.worlds:
        found[world] = {key: read(path) for key, path in experiment.files_of(world).items()}
        if SEA_RECORD in found[world] and (record := experiment.sea_record_of(world)):
            found[world][SEA_RECORD] = record.text
    return found


def definition_of(experiment: Experiment, case: Case, inputs: dict[str, dict[str, str]]) -> Definition:
    """The inputs of a case of an experiment; `inputs` are the data files of all its worlds.

    The user's own table of parameters is kept, but is not part of the identity, which holds the values of all of them.
    """
    file = experiment.file
    parameters = Parameters({**file.values, **case.point.parameters}, experiment.parameter_table)
    policy = case.point.policy(experiment.policies[case.world], file.start)
    own = inputs[case.world]
    computing = {key: text for key, text in own.items() if key != PARAMETER_TABLE}
    sea = {SEA_RECORD: shipped_record(experiment, case.world)}
    days, known = (experiment.first_day, file.start, file.end), {**hashes(computing), **sea}
    text = canonical(
        days, file.scale, parameters.values(), policy, known, experiment.conditions_of(case.world, case.point).rows
    )
    return Definition(text, own)


def shipped_record(experiment: Experiment, world: str) -> dict[str, str] | None:
    """What identifies the shipped record of the sea as far as a world uses it; None where it does not."""
    record = experiment.sea_record_of(world)
    return record.identity if record and record.shipped else None


def attributes_of(experiment: Experiment, case: Case, definition: Definition) -> dict[str, str]:
    """The attributes of a case file, enough to run the case again; without place and time of the run."""
    measures = [measure["name"] for measure in definition.configuration["policy"]]
    policies = {name: text for name, text in experiment.policy_files.items() if name in measures}
    return {
        "title": experiment.file.title,
        "world": case.world,
        "world_title": experiment.file.worlds[case.world].title,
        "identity": definition.identity,
        "configuration": definition.canonical,
        "inputs": json.dumps(definition.inputs),
        "policy_files": json.dumps(policies),
        "indicators": json.dumps({name: asdict(indicator) for name, indicator in INDICATORS.items()}),
    }


@cache
def provenance() -> dict[str, Any]:
    """Version, git commit, packages and machine of this process."""
    return {
        "corridor_version": version("corridor-sim"),
        "code_sha256": code_sha256(),
        "data_sha256": data_sha256(),
        **git_state(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := version_of(name))},
        "machine": {"system": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count()},
    }


def git_state() -> dict[str, str | bool]:
    """The commit that the code stands at and whether files differ from it; "unknown" without git or a checkout."""
    top = git("rev-parse", "--show-toplevel")
    commit = git("rev-parse", "HEAD") if top and Path(top).resolve() == ROOT else None
    changes = git("status", "--porcelain") if commit else None
    return {"git_commit": commit or "unknown", "git_dirty": "unknown" if changes is None else changes != ""}


def version_of(package: str) -> str | None:
    """The version of a package; None where an optional one is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def git(*arguments: str) -> str | None:
    """The output of a git command in the folder of the code; None where there is no git or no repository."""
    try:
        result = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def configuration(experiment: Experiment) -> dict[str, Any]:
    """The whole configuration: the file's contents, the contents of its policies and every parameter's value."""
    return {
        **experiment.file.model_dump(mode="json"),
        "seeds": list(experiment.seeds),
        "past_from": experiment.first_day.isoformat(),
        "policy_files": experiment.policy_files,
        "parameters": experiment.parameters.values(),
        **({"draws": experiment.file.parameters} if experiment.from_posterior else {}),
    }
