"""Every command, block of Python and file in the documents works, in the small forms of `tests/support/documents.py`.

`corridor` commands run in this process, one after the other in a folder of their document, as a reader would type them;
those of ONLY_READ are read as the program reads them. Other lines of a shell are checked for what they name.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from unittest.mock import patch

import pytest
from IPython.display import Image
from matplotlib.figure import Figure
from ruamel.yaml import YAML

from corridor.experiments.config.experiment_file import ExperimentFile
from corridor.experiments.config.policies.policy_files import PolicyFile
from corridor.model.levers import LEVERS
from tests.support.batches import ended
from tests.support.documents import (
    COMMANDS,
    MEANT,
    ONLY_READ,
    ROOT,
    Block,
    blocks_of,
    less,
    needs,
    only_read,
    read_command,
    run_python,
    small_experiments,
    words_of,
)
from tests.support.figures import SAVE

TOPS = ("model/", "results/", "experiments/", "calibration/", "tests/", "corridor/")
SITE = ROOT / "experiments" / "docs"
GALLERY = [path for path in sorted((SITE / "gallery").glob("*.md")) if path.name != "index.md"]
NOTEBOOKS = sorted((ROOT / "experiments" / "notebooks").glob("*.md"))
HANDWRITTEN = [
    ROOT / "README.md",
    *(ROOT / top / "README.md" for top in ("model", "experiments", "calibration", "results", "tests")),
    ROOT / "CONTRIBUTING.md",
    *(path for path in sorted(SITE.rglob("*.md")) if not {"generated", "paper", "gallery"} & set(path.parts)),
]
WITH_CODE = [path for path in HANDWRITTEN if any(blocks_of(path))]
RUN_ELSEWHERE = {  # documents whose lines are read here, and what runs them
    "experiments/app/README.md": "tests/browser",
    "experiments/benchmarks/README.md": "tests/experiments/cli/test_cli.py, tests/experiments/benchmarks",
    "experiments/corridors/atlantic/README.md": "tests/experiments/test_corridors.py",
    "experiments/starter/README.md": "tests/experiments/cli/test_init.py",
    "results/published/README.md": "make published-quick",
}
NO_CODE = {  # indented or fenced text that is none
    ".github/PULL_REQUEST_TEMPLATE.md": "a list",
    "experiments/app/assets/LICENCES.md": "texts of licences",
    "experiments/docs/paper/paper.md": "its head",
}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
NOT_OURS = {"dask_jobqueue", "dask-jobqueue"}  # of a cluster; what uses it is compiled, not run


def named(path: Path) -> str:
    """A document from the root."""
    return path.relative_to(ROOT).as_posix()


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which a reader works, with small experiments."""
    monkeypatch.chdir(tmp_path)
    small_experiments(monkeypatch)
    (tmp_path / "experiments").symlink_to(ROOT / "experiments")  # the repository, for what documents name in it
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("path", WITH_CODE, ids=named)
def test_the_code_of_a_document_runs(path: Path, reader: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, object] = {}
    blocks = list(blocks_of(path))
    if "report.pdf" in path.read_text(encoding="utf-8"):  # which takes figures that are rendered
        monkeypatch.setattr(Figure, "savefig", SAVE)
    if any(reads_quick(block) for block in blocks):
        assert ended("run", "quick", "--jobs", 1, "--quiet") == 0
    for block in blocks:
        if block.kind == "file":
            write(reader, block)
        elif block.kind == "python" and not NOT_OURS & set(needs(block.text)):
            assert not needs(block.text)
            with patch.dict(LEVERS):
                run_python(block.text, names, named(path))
        for line in shell_lines(block):
            if line.startswith("cd "):
                monkeypatch.chdir(words_of(line)[1])
            elif line.startswith("corridor "):
                words = words_of(line)[1:]
                (read_command(words) if only_read(words) else run(words, line))


def run(words: list[str], line: str) -> None:
    """Run a command to its end."""
    assert ended(*less(words)) == 0, line


def reads_quick(block: Block) -> bool:
    """Whether a block reads the stored run that documents call DIR, or results/runs/quick."""
    commands = [words_of(line)[1:] for line in shell_lines(block) if line.startswith("corridor ")]
    read = [words for words in commands if not only_read(words) and MEANT["DIR"] in words]
    return bool(read) or (block.kind == "python" and MEANT["DIR"] in block.text)


def write(folder: Path, block: Block) -> None:
    """Write a file of a document below the folder in which its commands run."""
    path = Path(block.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")


def shell_lines(block: Block) -> list[str]:
    """The lines that are typed in a shell."""
    lines = block.text.splitlines() if block.kind == "lines" else []
    return [line for line in lines if line.strip() and not line.startswith((" ", "#"))]


def test_no_document_with_code_is_forgotten() -> None:
    every = [path for top in ("", ".github/", *TOPS) for path in ROOT.glob(f"{top}**/*.md" if top else "*.md")]
    written = [path for path in every if not {"generated", "runs", ".venv"} & set(path.parts)]
    known = {*WITH_CODE, *GALLERY, *NOTEBOOKS, *map(ROOT.joinpath, {**RUN_ELSEWHERE, **NO_CODE})}
    assert [named(path) for path in written if path not in known and any(blocks_of(path))] == []
    assert all(path.exists() for path in known)


@pytest.mark.parametrize("path", WITH_CODE, ids=named)
def test_a_part_of_a_file_has_keys_that_such_a_file_takes(path: Path) -> None:
    known = {*ExperimentFile.model_fields, *PolicyFile.model_fields}
    for block in blocks_of(path):
        if block.kind == "yaml":
            assert set(YAML(typ="safe").load(block.text)) <= known, block.text


@pytest.mark.parametrize("path", [*WITH_CODE, *map(ROOT.joinpath, RUN_ELSEWHERE)], ids=named)
def test_every_line_of_a_shell_is_one_that_works(path: Path) -> None:
    """Quick: no line is run, and none may be of a kind that nobody checks."""
    for block in blocks_of(path):
        script = block.kind == "file" and block.name.endswith(".sh")
        for line in block.text.splitlines() if script else shell_lines(block):
            if line.startswith("corridor "):
                read_command(words_of(re.sub(r"\$\w+", "0", line))[1:])
            elif line.startswith(("pip install", "python -m")):
                check_python_line(line)
            elif block.kind == "lines" and is_command(line):
                assert line.split()[0] in ("make", "cd", ".", "corridor"), line


def is_command(line: str) -> bool:
    """Whether an indented line is typed in a shell, and not output or a table."""
    return bool(re.match(r"(make|cd|\.|corridor|pip|python|bash|sh|git) ", line))


def check_python_line(line: str) -> None:
    """Extras, files, folders and modules that a line with pip or `python -m` names exist."""
    for extras in re.findall(r"(?:corridor-sim|\.)\[([\w,]+)\]", line):
        assert set(extras.split(",")) <= set(EXTRAS), line
    module = re.match(r"python -m (\S+)", line)
    if module and module[1] != "venv":
        assert importlib.util.find_spec(module[1]), line
    for file in re.findall(r"tests/\S+\.py", line):
        assert (ROOT / file).exists(), line


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_its_first_cell_to_its_last(path: Path, reader: Path) -> None:
    names: dict[str, object] = {}
    shown = [run_python(block.text, names, path.name) for block in blocks_of(path) if block.kind == "cell"]
    assert any(hasattr(value, "_repr_html_") for value in shown), "nothing is shown"


@pytest.mark.slow
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_every_section_of_the_gallery_makes_its_figure(path: Path, reader: Path) -> None:
    names: dict[str, object] = {}
    for block in blocks_of(path):
        shown = run_python(block.text, names, path.name)
        if shown is not None:
            assert isinstance(shown, Figure | Image), block.text


def test_a_command_that_is_only_read_exists() -> None:
    assert set(ONLY_READ) <= set(COMMANDS)


def test_mistakes_in_documents_are_found(reader: Path) -> None:
    """The small forms can fail: unknown options, worlds, names, files and errors of Python are found."""
    document = reader / "document.md"
    document.write_text("```{code-block} yaml\n:caption: a.yaml\ntitle: a\n```\n\n    corridor check a.yaml\n", "utf-8")
    file, lines = blocks_of(document)
    assert (file.kind, file.name, lines.text) == ("file", "a.yaml", "corridor check a.yaml\n")
    write(reader, file)
    assert ended("check", "a.yaml") == 2
    with pytest.raises(Exception, match="No such option"):
        read_command(["run", "quick", "--sedes", "2"])
    with pytest.raises(NameError):
        run_python("1 + missing", {}, "document")
    with pytest.raises(AssertionError):
        check_python_line("pip install 'corridor-sim[clustre]'")
