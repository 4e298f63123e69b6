"""The gallery: published figures with the code that makes each, and every figure that can be made of a stored run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import corridor
import corridor.results
from corridor.experiments.cli.listing import LISTINGS
from corridor.experiments.config.designs.selection import Selection
from corridor.experiments.docs.markdown import cell, code, table
from corridor.experiments.published.recipe import STEPS, Step

PUBLISHED = Path(corridor.results.__file__).parent / "published"
IMAGES = "images"
INTRODUCTION = """\
# Gallery

Every published figure with the code that makes it; the numbers behind it stand beside it in the folder of the result.
Figures of your own runs are in `figures/` of their folder, as PNG and PDF, and in `result.figures` in Python.

"""
LISTING = "figures"  # of `corridor list`, where there is one


def gallery_page(folder: Path) -> str:
    """The page; the images that it shows are copied into a folder beside it."""
    parts = [INTRODUCTION]
    for step in STEPS:
        parts += [entry(step, file, folder) for file in step.files if is_figure(PUBLISHED / file)]
    return "".join([*parts, *catalogue()])


def is_figure(path: Path) -> bool:
    """Whether a published file is a figure, and there: a new step of the recipe is not published at once."""
    return path.suffix == ".png" and path.is_file()


def entry(step: Step, file: str, folder: Path) -> str:
    """A figure with its code."""
    source = PUBLISHED / file
    copy = folder / IMAGES / source.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)
    title = source.stem.replace("_", " ").capitalize()
    return f"## {title}\n\n![{title}]({IMAGES}/{source.name})\n\n```python\n{call_of(step)}\n```\n\n"


def call_of(step: Step) -> str:
    """The lines of Python that make the results of a step; a file of the published folder is one of their files."""
    name, module = step.call.__name__, step.call.__module__
    public = name in corridor.__all__
    first = "import corridor" if public else f"from {module} import {name}"
    if any(isinstance(value, Selection) for value in step.arguments.values()) and not public:
        first = f"import corridor\n{first}"
    arguments = ", ".join(f"{key}={as_code(value)}" for key, value in step.arguments.items())
    return f"{first}\n\n{'corridor.' if public else ''}{name}({arguments})"


def as_code(value: Any) -> str:
    """A value as it is written in Python."""
    if isinstance(value, Selection):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        return f"corridor.Selection({', '.join(f'{name}={held!r}' for name, held in given.items() if held)})"
    return repr(value)


def catalogue() -> Iterator[str]:
    """Every figure that can be made of a stored run, as `corridor list figures` has them."""
    if LISTING in LISTINGS:
        header, rows = LISTINGS[LISTING]()
        body = [(code(row[0]), *map(cell, row[1:])) for row in rows]
        yield f"## All figures of stored runs\n\n{table(header, body)}"
