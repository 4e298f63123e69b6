"""The report as one HTML page: everything is inside, nothing is asked of another host."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corridor.results.report.document import Document
from corridor.results.report.language import language_of

TEMPLATES = Path(__file__).parent / "templates"
PAGE, SNIPPET = "report.html.j2", "snippet.html.j2"


def page(document: Document) -> str:
    """The page of a report. All texts are escaped, whoever wrote them."""
    language = language_of(document.language)
    return environment().get_template(PAGE).render(document=document, t=language.text) + "\n"


@cache
def environment() -> Environment:
    """The templates, which escape what they are given."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["data_uri"] = data_uri
    made.globals["own_file"] = own_file
    return made


def data_uri(png: bytes) -> str:
    """A PNG as text within the page."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def own_file(name: str) -> Markup:
    """A style sheet or script of ours, which is not escaped."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))
