"""The gallery: a table that leads to every figure, and the published figures with the code that makes each.

The figures of the catalogue are made by the notebooks in `gallery/`.
"""

from __future__ import annotations

import re
import shutil
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
PAGES = Path(__file__).parent / "gallery"
IMAGES = "images"
INTRODUCTION = """\
# Figures of the published results

Those of `results/published/` with the call that makes each; the numbers behind a figure stand beside it in
the folder of the result.

"""


def figure_table() -> str:
    """Every figure of the catalogue: what it shows, what it needs, and a link to its section of the gallery."""
    header, rows = LISTINGS["figures"]()
    homes = sections()
    body = [(linked(name, homes), *map(cell, more)) for name, *more in rows]
    return table([header[0], "shows", "needs", "options"], body)


def sections() -> dict[str, str]:
    """Figure -> the page of the gallery that has a section of this name."""
    return {
        name: path.name
        for path in sorted(PAGES.glob("*.md"))
        for name in re.findall(r"^## `(\w+)`$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def linked(name: str, homes: dict[str, str]) -> str:
    """A name as a link to its section, from a page in the folder of the gallery."""
    return f"[{code(name)}]({homes[name]}#{name})" if name in homes else code(name)


def published_page(folder: Path) -> str:
    """The page of published figures; the images that it shows are copied into a folder beside it."""
    parts = [INTRODUCTION]
    for step in STEPS:
        parts += [entry(step, file, folder) for file in step.files if is_figure(PUBLISHED / file)]
    return "".join(parts)


def is_figure(path: Path) -> bool:
    """Whether a published file is a figure, and there: a new step of the recipe is not published at once."""
    return path.suffix == ".png" and path.is_file()


def entry(step: Step, file: str, folder: Path) -> str:
    """A figure with its code."""
    source = PUBLISHED / file
    copy = folder / IMAGES / source.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)
    title = source.stem.replace("_", " ").capitalize().replace("wis", "WIS")
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
