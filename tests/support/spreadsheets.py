"""Small spreadsheets (ODS) of the layouts of publishers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/></manifest:manifest>'
)
Rows = Sequence[Sequence[object]]


def cell(value: object) -> str:
    """A cell: a day, a number, or text."""
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def write_ods(path: Path, sheets: Mapping[str, Rows], saved: str = "") -> Path:
    """A spreadsheet with these sheets; `saved` is the day in its metadata."""
    body = ""
    for name, rows in sheets.items():
        lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        body += f'<table:table table:name="{name}">{lines}</table:table>'
    content = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", KIND)
        file.writestr("content.xml", f"<office:document-content{NAMES}>{content}</office:document-content>")
        file.writestr("META-INF/manifest.xml", MANIFEST)
        if saved:
            file.writestr(
                "meta.xml", f"<office:document-meta><dc:date>{saved}T12:00:00Z</dc:date></office:document-meta>"
            )
    return path
