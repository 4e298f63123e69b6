"""What worlds impose: levers of policies and files by which they set entries, so that what follows did not emerge.

The column `note` of effects names these levers and files. It is written and read here alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

ON_ENTRIES = ("upstream_departures", "albania_returns")  # from which all that people who come do follows
BEGIN, END = "entries are set by ", "effects that follow from them are imposed, too"
PART = "; "  # between the parts of a note


def entry_note(levers: Iterable[str]) -> str:
    """What `note` says of a world whose policy sets entries by these levers."""
    return f"{BEGIN}{', '.join(levers)}{PART}{END}"


def noted_levers(note: str) -> list[str]:
    """The levers by which entries are set, from a note."""
    parts = [part.removeprefix(BEGIN) for part in note.split(PART) if part.startswith(BEGIN)]
    return [name for part in parts for name in part.split(", ")]


def entry_levers_of(effects: pd.DataFrame) -> dict[str, list[str]]:
    """World -> the levers by which its policy sets entries, from a table of effects; only worlds that do."""
    if "note" not in effects:
        return {}
    notes = effects.groupby("world", sort=False).note.first().fillna("")
    return {str(world): levers for world, note in notes.items() if (levers := noted_levers(str(note)))}


def that_set_entries(measures: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Measure -> its levers that set entries, from the levers of each measure; only measures that do."""
    found = {name: [lever for lever in levers if lever in ON_ENTRIES] for name, levers in measures.items()}
    return {name: levers for name, levers in found.items() if levers}
