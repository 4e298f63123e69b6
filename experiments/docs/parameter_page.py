"""The page of parameters: what is declared of each, where it acts, what the history says of it, how much it matters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd

import corridor.model
import corridor.results
from corridor.experiments.docs.markdown import cell, code, estimate, number, table
from corridor.model import PARAMETERS
from corridor.model.parameters import FIXED, Parameter

MODEL = Path(corridor.model.__file__).parent
PUBLISHED = Path(corridor.results.__file__).parent / "published"
NOT_RULES = ("reference", "mesa_views", "parameters.py")
HEADER = ("parameter", "default and range", "acts in", "history", "matters", "grade and source")
MAIN = "arrivals_people"
SOBOL = "sensitivity/sobol_indices.csv"
NOTHING = "–"  # noqa: RUF001 - a dash in an empty cell


def holds_parameters(value: ast.expr) -> bool:
    """Whether an expression is written like the parameters of a run or of some of its rows: `p`, `m.p.column`,
    `m.p.of(...)`."""
    if isinstance(value, ast.Call):
        method = value.func
        return isinstance(method, ast.Attribute) and method.attr in ("of", "at") and holds_parameters(method.value)
    if isinstance(value, ast.Attribute):
        return value.attr == "p" or (value.attr in ("column", "single") and holds_parameters(value.value))
    return isinstance(value, ast.Name) and (value.id in ("p", "params", "here", "single") or value.id.startswith("of_"))


@cache
def places_of_use() -> dict[str, tuple[str, ...]]:
    """Parameter -> the functions of the model that read it, as `patrols.p_stopped`, in the order of the files."""
    found: dict[str, list[str]] = {name: [] for name in PARAMETERS}
    for path in sorted(MODEL.rglob("*.py")):
        if path.relative_to(MODEL).parts[0] in NOT_RULES:
            continue
        for function, name in reads_of(ast.parse(path.read_text(encoding="utf-8"))):
            if name in found:
                found[name].append(f"{path.stem}.{function}")
    return {name: tuple(dict.fromkeys(places)) for name, places in found.items()}


def reads_of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Function or method, and the name that it reads of something that holds parameters."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and holds_parameters(node.value):
                    yield function.name, node.attr


@cache
def published(name: str, **where: str) -> dict[str, dict[str, float]]:
    """Parameter -> its row of a published table, of the rows that have these values; in the order of the table."""
    frame = pd.read_csv(PUBLISHED / name)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return {str(row.pop("parameter")): row for row in frame.to_dict("records")}  # type: ignore[misc]


def interval(low: float, high: float) -> str:
    """The two ends of an interval."""
    return f"{estimate(low)} to {estimate(high)}"


def history_of(name: str) -> str:
    """What the shipped history says of a parameter, beside its prior."""
    row = published("validation/history_parameters.csv").get(name)
    if row is None:
        return NOTHING
    learned = f"{estimate(row['median'])} ({interval(row['low'], row['high'])})"
    return f"{learned}<br>prior {interval(row['prior_low'], row['prior_high'])}"


def importance_of(name: str) -> str:
    """How much a parameter matters, by what is published."""
    ranking = published("sensitivity/ranking.csv")
    said = []
    if name in ranking:
        place, row = list(ranking).index(name) + 1, ranking[name]
        said.append(f"{place} of {len(ranking)} ({row['mean_share']:.2f}, clear on {row['clear']:.0f})")
    index = published("sensitivity/morris_indices.csv", index="mu_star", indicator=MAIN).get(name)
    if index is not None:
        effect = f"{estimate(index['value'])} ({interval(index['low'], index['high'])})"
        said.append("arrivals: " + (effect if index["value"] > index["floor"] else "within chance"))
    said += [f"first order: {share}" for share in first_order_of(name)]
    return "<br>".join(said) or NOTHING


def first_order_of(name: str) -> Iterator[str]:
    """Share of the variance of arrivals that a parameter has alone, where a study by Sobol's method is published."""
    if (PUBLISHED / SOBOL).is_file():
        row = published(SOBOL, index="S1", indicator=MAIN).get(name)
        if row is not None:
            yield f"{estimate(row['value'])} ({interval(row['low'], row['high'])})"


def row_of(p: Parameter) -> tuple[str, ...]:
    """The row of a parameter."""
    unit = f" {cell(p.unit)}" if p.unit else ""
    spread = "fixed" if p.distribution == FIXED else f"{number(p.low)} to {number(p.high)}, {p.distribution}"
    places = ", ".join(code(place) for place in places_of_use()[p.name])
    return (
        f"{code(p.name)}<br>{cell(p.meaning)}",
        f"{number(p.default)}{unit}<br>{spread}",
        places,
        history_of(p.name),
        importance_of(p.name),
        f"{p.grade}: {cell(p.source)}",
    )


def parameter_tables() -> str:
    """The tables, a section for each declared group."""
    groups = dict.fromkeys(p.group for p in PARAMETERS.values())
    parts = []
    for group in groups:
        rows = [row_of(p) for p in PARAMETERS.values() if p.group == group]
        parts.append(f"## {group.replace('_', ' ').capitalize()}\n\n{table(HEADER, rows)}\n")
    return "".join(parts)
