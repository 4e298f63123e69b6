"""The report as a whole: put together from the contents of a folder, and written as a page and a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from corridor.results.report import appendix, evidence, explore, headline, studies
from corridor.results.report.contents import Contents, read_contents
from corridor.results.report.document import Document
from corridor.results.report.language import Language, language_of
from corridor.results.report.page import page
from corridor.results.report.pdf import pdf
from corridor.results.store.whole_files import write_text, write_whole

FORMATS = ("html", "pdf")
STEM = "report"


def write_report(
    directory: str | Path, language: str = "en", formats: Sequence[str] = FORMATS, out: str | Path | None = None
) -> list[Path]:
    """Write report.html and report.pdf of a stored result, into its folder or into `out`; their paths.

    `formats` are among `FORMATS`. Raises StoreError where the folder holds no result. Equal results give equal bytes.
    """
    document = document_of(read_contents(directory), language_of(language))
    folder, paths = Path(out) if out is not None else Path(directory), []
    made = pdf(document) if "pdf" in formats else b""  # before anything is written
    folder.mkdir(parents=True, exist_ok=True)
    if "html" in formats:
        paths.append(folder / f"{STEM}.html")
        write_text(paths[-1], page(document))
    if "pdf" in formats:
        paths.append(folder / f"{STEM}.pdf")
        write_whole(paths[-1], partial(Path.write_bytes, data=made))
    return paths


def document_of(contents: Contents, language: Language) -> Document:
    """The report of what a folder holds, in a language."""
    study = studies.study_of(contents, language)
    sections = [
        study.section if study else headline.effects_section(contents, language),
        explore.explore_section(contents, language),
        evidence.imposed_section(contents, language),
        evidence.sure_section(contents, language),
        appendix.figures_section(contents, language),
        evidence.costs_section(contents, language),
        appendix.method_section(language),
        appendix.use_section(language),
        appendix.tables_section(contents, language),
        appendix.dictionary_section(contents, language),
        appendix.versions_section(contents, language),
    ]
    title = contents.title or language.text("report.results_of", name=contents.folder.resolve().name)
    question = study.question if study else headline.question_of(contents, language)
    answer = study.answer if study else headline.answer_of(contents, language)
    cautions = [*evidence.cautions_of(contents, language), language.text("report.scenario")]
    return Document(language.code, title, question, answer, cautions, [each for each in sections if each is not None])
