"""Documents and notebooks that live elsewhere in the repository, as pages of the site."""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath

import corridor

ROOT = Path(corridor.__file__).parents[1]
DOCUMENTS = {  # document -> its page
    "model/ODD.md": "odd",
    "model/data/SOURCES.md": "sources",
    "calibration/VALIDATION.md": "validation",
    "calibration/HISTORY.md": "history",
    "results/published/README.md": "published",
    "results/observed/README.md": "observed",
    "model/README.md": "simulator",
    "experiments/README.md": "experiments",
    "calibration/README.md": "calibration",
    "results/README.md": "results",
    "tests/README.md": "tests",
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changelog",
}
NOTEBOOKS = "experiments/notebooks"
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def copy_documents(folder: Path) -> None:
    """Write each document into a folder, its links led to pages of the site, and the images that it shows."""
    for source, page in DOCUMENTS.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        write(folder / f"{page}.md", LINK.sub(lambda link, at=source: led(link, at, folder), text))  # type: ignore[misc]


def copy_notebooks(folder: Path) -> None:
    """Write each notebook into a folder."""
    for source in sorted((ROOT / NOTEBOOKS).glob("*.md")):
        if source.name != "README.md":
            write(folder / source.name, source.read_text(encoding="utf-8"))


def led(link: re.Match[str], source: str, folder: Path) -> str:
    """A link as it is on the site: to the page of a document, to a copy of an image, or no link but the path."""
    image, words, target, anchor = link.groups()
    if "://" in target:
        return link[0]
    path = resolved(source, target)
    if image:
        copy = folder / "images" / Path(path).name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, copy)
        return f"![{words}](images/{copy.name})"
    if path in DOCUMENTS:
        return f"[{words}]({DOCUMENTS[path]}.md{anchor or ''})"
    return f"`{path}`" if words.strip("`") in (path, target) else f"{words} (`{path}`)"


def resolved(source: str, target: str) -> str:
    """The path of a link's target from the root of the repository, with the README of a folder in its place."""
    path = (ROOT / PurePosixPath(source).parent / target).resolve().relative_to(ROOT.resolve()).as_posix()
    readme = f"{path}/README.md"
    return readme if readme in DOCUMENTS else path


def write(path: Path, text: str) -> None:
    """Write a page where it differs, so that Sphinx reads again only what is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
