"""Makes tests/CHECKS.md, the table of statistical checks, from what tests say of themselves. Run with -m.

A check is a test with the mark `catches`; one that is repeated for each of several cases counts as so many, as far as
these are known from its file: for each decision of the keyed draws, each law, each lever.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = TESTS / "CHECKS.md"
HEAD = """\
# Statistical checks

Made by `python -m tests.support.statistical_checks` from the marks of the tests; a test compares the two. Those of
`model/` run with `make test`, all others with `make verification`, with fixed seeds and bounds of four standard
errors. A check that is made for each of several cases counts as one for each.

| check | where | cases | what it would catch |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Check:
    """A test with what it would catch, and for how many cases it is made."""

    name: str
    file: str
    cases: int
    catches: str


def checks() -> list[Check]:
    """All tests with the mark `catches`, by file."""
    files = sorted(path for path in TESTS.rglob("test_*.py") if "mark.catches" in path.read_text(encoding="utf-8"))
    return [check for path in files for check in checks_in(path)]


def checks_in(path: Path) -> list[Check]:
    """Those of one file, in order."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            marks = [each for each in node.decorator_list if isinstance(each, ast.Call)]
            if said := [ast.literal_eval(each.args[0]) for each in marks if called(each) == "catches"]:
                number = 1
                for each in marks:
                    number *= cases_of(each, path) if called(each) == "parametrize" else 1
                found.append(Check(words(node.name), str(path.relative_to(TESTS)), number, said[0]))
    return found


def called(mark: ast.Call) -> str:
    """The name of a mark."""
    return mark.func.attr if isinstance(mark.func, ast.Attribute) else ""


def cases_of(mark: ast.Call, path: Path) -> int:
    """How many cases a test is made for: those that are written out, or those of a name in its module."""
    values = mark.args[1]
    if isinstance(values, ast.List | ast.Tuple):
        return len(values.elts)
    import importlib

    module = importlib.import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))
    return len(getattr(module, ast.unparse(values)))


def words(name: str) -> str:
    """A test's name as a sentence."""
    return name.removeprefix("test_").replace("_", " ")


def table() -> str:
    """The document."""
    rows = checks()
    lines = [f"| {each.name} | `{each.file}` | {each.cases} | {each.catches} |" for each in rows]
    return HEAD + "\n".join(lines) + f"\n\n{sum(each.cases for each in rows)} checks in all.\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
