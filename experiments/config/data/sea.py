"""Where the nights of a run come from: the user's own file, the record of days that are past, or the climate."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from corridor.experiments.config.documents.document import Document, Problem
from corridor.model.inputs.sea import read_record, read_sea
from corridor.results.observed import DAILY

SAMPLED = "sampled"  # of the key `sea`: no night from the record
SEA, SEA_RECORD = "sea", "sea_record"
OWN_FILE, RECORD, CLIMATE = SOURCES = ("own file", "record", "climate")  # in the order in which a night is looked for


@dataclass(frozen=True)
class SeaRecord:
    """A record of nights (`date,people,boats`), and the last day of it that may be used."""

    path: Path
    until: date | None = None

    @property
    def shipped(self) -> bool:
        """Whether it is the Home Office's, which ships."""
        return self.path == DAILY

    @property
    def text(self) -> str:
        """Its rows up to the last day that may be used, as CSV."""
        return text_of(self.path, self.until)

    @property
    def identity(self) -> dict[str, str]:
        """What identifies it by content: the last day that it has, and the hash of its rows."""
        return identity_of(self, self.path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def identity_of(record: SeaRecord, _changed: int) -> dict[str, str]:
    """What identifies a record, kept from one case to the next until its file changes."""
    last = max(read_record(record.path, record.until), default=None)
    return {"until": str(last), "sha256": hashlib.sha256(record.text.encode()).hexdigest()}


def text_of(path: Path, until: date | None) -> str:
    """The rows of a record up to a day, as CSV; the file must be valid."""
    text = path.read_text(encoding="utf-8-sig")
    if until is None:
        return text
    rows, written = csv.DictReader(io.StringIO(text), skipinitialspace=True), io.StringIO()
    table = csv.DictWriter(written, rows.fieldnames or (), lineterminator="\n")
    table.writeheader()
    table.writerows(row for row in rows if row["date"].strip() <= until.isoformat())
    return written.getvalue()


def sea_problems(document: Document) -> Iterator[Problem]:
    """A record of the sea beside `sea: sampled`, which uses none; and a world that alone has a sampled sea."""
    for name, _ in document.entries("worlds"):
        if document.look_up("worlds", name, SEA) == SAMPLED:
            yield ("worlds", name, SEA), f"{SAMPLED!r} is not allowed; allowed: a CSV file, or this for all worlds"
    if document.look_up(SEA) == SAMPLED:
        for key in (SEA_RECORD, "sea_record_until"):
            if document.look_up(key) is not None:
                yield (key,), f"is not used, as `sea` is {SAMPLED!r}; allowed: one of the two"
        for name, _ in document.entries("worlds"):
            if document.look_up("worlds", name, SEA_RECORD) is not None:
                yield ("worlds", name, SEA_RECORD), f"is not used, as `sea` is {SAMPLED!r}; allowed: one of the two"


def nights_by_source(sea: Path | None, record: SeaRecord | None, first: date, last: date) -> dict[str, int]:
    """How many nights of a run come from each source (`SOURCES`), from the first day that is simulated to the last."""
    own = read_sea(sea).keys() if sea else set()
    known = read_record(record.path, record.until).keys() if record else set()
    days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    from_file, from_record = days & own, (days & known) - own
    return dict(zip(SOURCES, (len(from_file), len(from_record), len(days - own - known)), strict=True))


def sea_words(nights: dict[str, int], record: SeaRecord | None) -> str:
    """The sources of a run's nights in a line."""
    words = {
        OWN_FILE: "from the file of your own",
        RECORD: f"from the record of boats by day ({record.path.name})" if record else "",
        CLIMATE: "sampled from the climate of the month",
    }
    return ", ".join(f"{number} nights {words[source]}" for source, number in nights.items() if number)
