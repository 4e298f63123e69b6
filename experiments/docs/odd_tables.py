"""The tables of model/ODD.md, from the model's own declarations; `make odd` writes them into the document."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import corridor.model
from corridor.experiments.docs.markdown import cell, code, number, table
from corridor.model import INDICATORS, PARAMETERS
from corridor.model.engine.stage import WRITES, stage_name
from corridor.model.simulation import DAY
from corridor.model.tables import MigrantTable, NetworkTable, PatrolTable

ODD = Path(corridor.model.__file__).parent / "ODD.md"
AGENTS = (("migrant", MigrantTable), ("network", NetworkTable), ("patrol team", PatrolTable))
MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def day() -> str:
    """The order of the day: what each stage does and which columns it writes."""
    rows = [
        (code(stage_name(stage)), first_sentence(stage), ", ".join(map(code, sorted(WRITES[stage_name(stage)]))))
        for stage in DAY
    ]
    return table(("stage", "what it does", "writes"), rows)


def first_sentence(stage: Callable[..., None]) -> str:
    """The first paragraph of a docstring."""
    return cell((stage.__doc__ or "").split("\n\n")[0])


def agents() -> str:
    """The state variables of every agent."""
    rows = [
        (kind, code(name), cell(column.unit), cell(column.meaning))
        for kind, held in AGENTS
        for name, column in held.COLUMNS.items()
    ]
    return table(("agent", "variable", "unit", "meaning"), rows)


def parameters() -> str:
    """Every parameter with its default, range and grade."""
    rows = [
        (code(p.name), number(p.default), f"{number(p.low)} to {number(p.high)}", cell(p.unit), p.grade)
        for p in PARAMETERS.values()
    ]
    return table(("parameter", "default", "range", "unit", "grade"), rows)


def indicators() -> str:
    """Every indicator with its kind and unit."""
    rows = [(code(i.name), i.kind, cell(i.unit), cell(i.meaning)) for i in INDICATORS.values()]
    return table(("indicator", "kind", "unit", "meaning"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "day": day,
    "agents": agents,
    "parameters": parameters,
    "indicators": indicators,
}


def with_tables(text: str) -> str:
    """The document with every marked table as it is declared today."""
    return MARKED.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}{found[3]}", text)


if __name__ == "__main__":
    ODD.write_text(with_tables(ODD.read_text(encoding="utf-8")), encoding="utf-8")
