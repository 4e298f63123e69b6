"""Spreadsheets (ODS, XLSX, XLS) and delimited text as sheets of cells."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from corridor.model.engine.errors import InputError
from corridor.model.inputs.files import refusal
from corridor.model.inputs.reader import read_text, to_date

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # first bytes of ODS and XLSX (zip), and of XLS
METADATA = ("meta.xml", "docProps/core.xml")  # of ODS and XLSX
CHANGED = re.compile(r"<(?:dc:date|dcterms:modified)[^>]*>(\d{4}-\d{2}-\d{2})")
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError)  # of a damaged or locked archive
MOST_UNPACKED = 400_000_000  # bytes
ISO_DAY = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet of a file; `name` is empty for a text file. Empty cells are ''."""

    file: str
    name: str
    rows: Sequence[Sequence[Any]]

    def place(self, row: int | None = None, column: str = "") -> str:
        """Where a cell is, in words; `row` counts from zero."""
        parts = [self.file, f"sheet {self.name}" if self.name else "", "" if row is None else f"row {row + 1}", column]
        return ", ".join(part for part in parts if part)


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file, recognised by its first bytes. Raises InputError for a file that cannot be read."""
    try:
        if why := refusal(path):
            raise InputError([f"{path}: {why}"])
        with path.open("rb") as file:
            start = file.read(4)
        if start not in SPREADSHEETS:
            return [Sheet(path.name, "", text_rows(path))]
        check_unpacked(path)
        book = CalamineWorkbook.from_path(path)
        return [
            Sheet(path.name, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except IsADirectoryError:
        raise InputError([f"{path}: is a directory; a file is expected"]) from None
    except FileNotFoundError:
        raise InputError([f"{path}: no such file"]) from None
    except (CalamineError, OSError) as error:
        raise InputError([f"{path}: cannot be read as a spreadsheet ({error})"]) from None


def check_unpacked(path: Path) -> None:
    """Raises InputError for a spreadsheet that is far larger unpacked than any that a publisher makes."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except UNREADABLE as error:
        raise InputError([f"{path}: cannot be read as a spreadsheet ({error})"]) from None
    if size > MOST_UNPACKED:
        raise InputError([f"{path}: has {size:,} bytes when it is unpacked; allowed: {MOST_UNPACKED:,}"])


def text_rows(path: Path) -> list[list[str]]:
    """Rows of a text file with commas, semicolons or tabs between its cells. Raises InputError where it is none."""
    text = read_text(path)
    header = text.split("\n", 1)[0]
    sign = "\t" if "\t" in header and "," not in header else max(",;", key=header.count)
    if sign == "," and "\t" in header:  # Eurostat's bulk files: commas between dimensions and tabs between periods
        text = text.replace("\t", ",")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=sign)
    try:
        return list(reader)
    except csv.Error as error:
        raise InputError([f"{path.name}, line {reader.line_num}: is not a CSV file ({error})"]) from None


def sha256_of(path: Path) -> str:
    """Hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def date_of_name(path: Path) -> date | None:
    """A date such as 2025-11-14 in the name of a file."""
    found = ISO_DAY.findall(path.name)
    try:
        return date.fromisoformat(found[-1]) if found else None
    except ValueError:
        return None


def date_of_metadata(path: Path) -> date | None:
    """The day on which a spreadsheet was last saved, by its own metadata."""
    if not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            for name in set(METADATA) & set(archive.namelist()):
                if found := CHANGED.search(archive.read(name).decode("utf-8", "replace")):
                    return to_date(found[1])
    except UNREADABLE:
        pass  # the sheets could be read, and the day can be given
    return None
