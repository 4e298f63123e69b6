"""The documents: what they name exists, the README is short, and their words are those of plain scientific English."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from corridor.experiments.cli import app
from tests.support import quality, statistical_checks

ROOT = Path(__file__).parents[1]
TOPS = ("model", "results", "experiments", "calibration", "tests", "corridor", ".github")
DOCUMENTS = [
    path.relative_to(ROOT).as_posix()
    for path in sorted([*ROOT.glob("*.md"), *(each for top in TOPS for each in (ROOT / top).rglob("*.md"))])
    if not {"runs", "generated"} & set(path.parts)
]
CONFIGS = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "experiments/configs").rglob("*.yaml"))]
MADE_BY_DOCS = re.compile(r"(^|/)generated/")
OF_A_RUN = ("results/runs/", "figures/", "cases/", "index/", "failures/")  # what a run makes, not what is kept
FENCED = re.compile(r"^```([^\n`]*)\n(.*?)^```$|((?:^ {4}[^\n]*\n)+)", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
DIALECT = re.compile(
    r"\b(told|tells?|noughts?|doors?|textures?|plants?|planted|drawn|is right|are right|looks? after|for who)\b"
    r"|\b(observed|yearly|annual|monthly|weekly|published|press|later|earlier|simulated) figures\b",
    re.IGNORECASE,
)
COMMANDS = typer.main.get_command(app.app).commands
OPTIONS = {
    name: {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for name, command in COMMANDS.items()
}


def text_of(name: str) -> str:
    """A document."""
    return (ROOT / name).read_text(encoding="utf-8")


def lines_of_code(text: str) -> list[str]:
    """Lines of code blocks, and code within lines, without comments."""
    found = [(kind, fenced or indented) for kind, fenced, indented in FENCED.findall(text)]
    blocks = [block for kind, block in found if kind not in ("{toctree}", "{important}")]
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line.split(" #")[0].strip() for line in [*lines, *INLINE.findall(FENCED.sub("", text))]]


def prose_of(text: str) -> str:
    """A document without code and without the targets of links."""
    return re.sub(r"\]\([^)]*\)", "]", INLINE.sub("", FENCED.sub("", text)))


def named_paths(line: str) -> Iterator[str]:
    """Paths with a folder that a line of code names."""
    for word in re.findall(r"(?<![\w/<>.*])(?:[\w.-]+/)+[\w.*-]*(?![\w/(])", line):
        if not word.startswith(OF_A_RUN):
            yield word


def python_blocks(name: str) -> list[str]:
    """The blocks of Python in a document."""
    return re.findall(r"^```python\n(.*?)^```$", text_of(name), re.DOTALL | re.MULTILINE)


def test_the_readme_is_short() -> None:
    assert len(text_of("README.md").splitlines()) <= 150


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files(name: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", text_of(name)):
        if not MADE_BY_DOCS.search(target):  # tests/experiments/docs has those
            assert "://" in target or ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_that_a_document_names_exist(name: str) -> None:
    """Seen from the root or from the document's own folder; only those that begin with one of their folders."""
    here = (ROOT / name).parent
    for line in lines_of_code(text_of(name)):
        for path in named_paths(line):
            tops = [base for base in (ROOT, here) if (base / path.split("/")[0]).is_dir()]
            assert not tops or any(list(base.glob(path.rstrip("/"))) for base in tops), path


def test_the_table_of_commands_is_complete() -> None:
    section = text_of("README.md").split("\n## Commands\n")[1].split("\n## ")[0]
    assert set(re.findall(r"`corridor ([a-z-]+)", section)) == set(COMMANDS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_options_that_a_document_names_exist(name: str) -> None:
    every = set().union(*OPTIONS.values(), {"--version", "--help"})
    for line in lines_of_code(text_of(name)):
        options = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", line))
        if command := re.match(r"corridor ([a-z]+(?:-[a-z]+)*)\b", line):
            assert command[1] in COMMANDS, line
            assert options <= OPTIONS[command[1]] | {"--help"}, line
        elif line.startswith("--"):
            assert options <= every, line


@pytest.mark.parametrize("name", [*DOCUMENTS, ".pre-commit-config.yaml"])
def test_targets_of_make_that_a_document_names_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for line in lines_of_code(text_of(name)):
        if named := re.match(r"make((?: [a-z-]+\b(?!=))+)", line):
            assert set(named[1].split()) <= targets, line


def test_every_target_of_make_says_what_it_does() -> None:
    makefile = text_of("Makefile")
    phony = makefile.split(".PHONY:")[1].split("\n")[0].split()
    assert set(phony) == set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "model/README.md", "results/README.md"])
def test_examples_name_what_the_package_offers(name: str) -> None:
    for block in python_blocks(name):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("corridor"):
                module = importlib.import_module(str(node.module))
                assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "corridor":
                assert hasattr(importlib.import_module("corridor"), node.attr), ast.unparse(node)


@pytest.mark.parametrize("name", [*DOCUMENTS, *CONFIGS])
def test_no_word_of_the_private_dialect_is_left(name: str) -> None:
    assert not [found[0] for found in DIALECT.finditer(prose_of(text_of(name)))]


def test_the_table_of_checks_and_the_quality_file_say_what_is_declared() -> None:
    """Made anew by `python -m tests.support.statistical_checks` and `python -m tests.support.quality`."""
    assert text_of("tests/CHECKS.md") == statistical_checks.table()
    assert text_of("tests/QUALITY.md") == quality.quality()
    assert sum(each.cases for each in statistical_checks.checks()) >= 100


def test_every_line_of_the_quality_file_points_to_a_command_or_a_file() -> None:
    """What was verified, validated and assumed can be looked up: each row names what is there to be run or read."""
    sections = re.split(r"^## ", text_of("tests/QUALITY.md"), flags=re.MULTILINE)[1:]
    assert len(sections) >= 7
    for section in sections:
        title, _, body = section.partition("\n")
        assert "`" in body, f"{title}: names no command and no file"
        if title.startswith(("Verified", "Validated")):
            rows = [line for line in body.splitlines() if line.startswith("|")][2:]
            assert len(rows) >= 4 and [row for row in rows if "`" not in row] == []
