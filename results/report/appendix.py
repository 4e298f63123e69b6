"""The end of a report: figures, method, responsible use, every table, the data dictionary, and versions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.results.report.contents import Contents
from corridor.results.report.document import Block, Command, Paragraph, Picture, Section, TableBlock
from corridor.results.report.images import for_page
from corridor.results.report.language import Language
from corridor.results.report.made_by import command_blocks
from corridor.results.report.sentences import name_of

MOST_BYTES = 1_500_000  # of figures on the page, before they are written as text
MOST_ROWS = 1500  # of a table on the page
DIFFERENCE = "_difference"  # behind the names of figures about the effect on an indicator
VERSIONS = {
    "version": "corridor_version",
    "python": "python",
    "commit": "git_commit",
    "code": "code_sha256",
    "data": "data_sha256",
    "plan": "plan_sha256",
    "file": "experiment_file",
}


def figures_section(contents: Contents, language: Language) -> Section:
    """The stored figures, with alternative texts."""
    contained = {path: for_page(path) for path in contents.figures}
    chosen, left_out = fitting({path: len(content) for path, content in contained.items()})
    blocks: list[Block] = [Paragraph(language.text("figures.intro"))] if chosen else []
    for path in chosen:
        caption = caption_of(path.stem, language)
        blocks.append(Picture(path, contained[path], language.text("figures.alt", caption=caption), caption))
    if left_out:
        names = language.listed([path.name for path in left_out])
        blocks.append(Paragraph(language.text("figures.left_out", names=names)))
    return Section("figures", language.text("figures.title"), blocks or [Paragraph(language.text("figures.none"))])


def caption_of(stem: str, language: Language) -> str:
    """What a figure is, from its name: the longest beginning that has a text, and what of (an indicator, a world)."""
    parts = stem.split("_")
    for size in range(len(parts), 0, -1):
        if caption := language.get(f"figures.{'_'.join(parts[:size])}", ""):
            rest = "_".join(parts[size:])
            about = name_of(rest.removesuffix(DIFFERENCE), language)
            if rest.endswith(DIFFERENCE):
                about = language.text("study.effect_on", name=about)
            return language.text("report.labelled", label=caption, text=about) if rest else caption
    return language.text("figures.other", name=stem)


def fitting(sizes: Mapping[Path, int]) -> tuple[list[Path], list[Path]]:
    """The figures that fit on the page, and those that do not; smaller ones first where not all do."""
    room, fits = MOST_BYTES, set()
    for path in sorted(sizes, key=lambda each: (sizes[each], each.name)):
        room -= sizes[path]
        if room >= 0:
            fits.add(path)
    return [path for path in sizes if path in fits], [path for path in sizes if path not in fits]


def method_section(language: Language) -> Section:
    """The method in a page."""
    return Section("method", language.text("method.title"), paragraphs("method", language))


def use_section(language: Language) -> Section:
    """What the results may not be used for."""
    return Section("use", language.text("use.title"), paragraphs("use", language))


def paragraphs(part: str, language: Language) -> list[Block]:
    """The numbered paragraphs of a part."""
    keys = (f"{part}.p{number}" for number in range(1, 20))
    return [Paragraph(language.text(key)) for key in keys if key in language.texts]


def tables_section(contents: Contents, language: Language) -> Section:
    """Every table of the folder."""
    blocks: list[Block] = [Paragraph(language.text("tables.intro"))]
    blocks += [
        table_block(name, frame, contents.meanings.get(name, ""), language)
        for name, frame in contents.tables.items()
        if not frame.empty
    ]
    return Section("tables", language.text("tables.title"), blocks)


def table_block(name: str, frame: pd.DataFrame, meaning: str, language: Language) -> TableBlock:
    """A table as it is stored, without empty columns; those with one value are named above it."""
    file, known = f"{name}.csv", frame.dropna(axis="columns", how="all")
    single = [column for column in known if len(known) > 1 and known[column].nunique(dropna=False) == 1]
    shown = known.drop(columns=single).head(MOST_ROWS)
    notes = []
    if single:
        pairs = [f"{column} = {cell(known[column].iloc[0], language)}" for column in single]
        notes.append(language.text("tables.constant", pairs=", ".join(pairs)))
    if len(frame) > len(shown):
        notes.append(
            language.text("tables.cut", shown=language.number(len(shown)), rows=language.number(len(frame)), name=file)
        )
    numeric = frozenset(k for k, column in enumerate(shown) if pd.api.types.is_numeric_dtype(shown[column]))
    rows = [[cell(value, language) for value in row] for row in shown.itertuples(index=False, name=None)]
    caption = language.text("tables.caption", name=file, meaning=meaning) if meaning else file
    summary = language.text("tables.open", name=file, rows=language.number(len(frame)))
    return TableBlock(caption, [str(column) for column in shown], rows, numeric, summary, notes, file)


def cell(value: Any, language: Language) -> str:
    """A stored value: numbers with five significant digits, whole ones as they are, nothing for what is missing."""
    if not isinstance(value, Real) or value is True or value is False:
        return "" if value is None else str(value)
    number = float(value)
    if math.isnan(number):
        return ""
    if math.isinf(number) or number == 0.0:
        return language.number(number)
    whole = number == round(number)
    text = language.number(number, 1.0 if whole else 10.0 ** min(0, math.floor(math.log10(abs(number))) - 4))
    decimal = language.text("number.decimal")
    short = text.rstrip("0").rstrip(decimal) if decimal in text else text
    return short if abs(number) >= 10_000 else short.replace(language.text("number.thousands"), "")  # 2018 is a year


def dictionary_section(contents: Contents, language: Language) -> Section:
    """What each column means."""
    title, table = language.text("dictionary.title"), contents.dictionary
    if table.empty:
        return Section("dictionary", title, [Paragraph(language.text("dictionary.none"))])
    header = [language.text(f"dictionary.{key}") for key in ("table", "column", "meaning")]
    rows = [["" if pd.isna(each) else str(each) for each in row] for row in table.itertuples(index=False, name=None)]
    summary = language.text("tables.open", name=title, rows=len(rows))
    caption = language.text("dictionary.caption")
    return Section("dictionary", title, [TableBlock(caption, header, rows, summary=summary)])


def versions_section(contents: Contents, language: Language) -> Section:
    """By what the results were made, and how to make them again."""
    return Section("versions", language.text("versions.title"), list(version_blocks(contents, language)))


def version_blocks(contents: Contents, language: Language) -> Iterator[Block]:
    """The command, versions and hashes."""
    yield from command_blocks(contents, language)
    yield Paragraph(language.text("versions.report"))
    yield Command(f"corridor report DIR --language {language.code}")
    rows = [[language.text(f"versions.{key}"), str(value)] for key, value in values_of(contents, language)]
    if not rows:
        yield Paragraph(language.text("versions.unknown"))
        return
    header = [language.text("versions.item"), language.text("versions.value")]
    yield TableBlock(language.text("versions.caption"), header, rows)


def values_of(contents: Contents, language: Language) -> Iterator[tuple[str, str]]:
    """The versions and hashes that the manifest has."""
    manifest = contents.manifest
    for key, name in VERSIONS.items():
        if value := manifest.get(name):
            dirty = key == "commit" and manifest.get("git_dirty")
            yield key, language.text("versions.dirty", commit=value) if dirty else str(value)
    if packages := manifest.get("packages"):
        yield "packages", ", ".join(f"{name} {version}" for name, version in packages.items())
