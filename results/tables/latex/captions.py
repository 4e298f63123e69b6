"""What stands above a table of a run: what it shows, of which worlds, days and seeds, and what intervals are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from corridor.results.tables.intervals import FEW
from corridor.results.tables.latex.tabular import Caption
from corridor.results.tables.layout import ALL_EQUAL, number_title, values_of, words
from corridor.results.tables.shape import Number, Shape
from corridor.results.tables.summary import INTERVALS

IN_SMALL_TYPE = "In small type"


def caption_of(
    manifest: Mapping[str, Any], meaning: str, shared: Mapping[str, str], of_numbers: tuple[str, ...], left_out: str
) -> Caption:
    """Title, meaning, what all rows share, scale, seeds or draws, which rows are left out, and what intervals are."""
    settings = manifest.get("configuration", {})
    seeds, drawn = settings.get("seeds", []), bool(settings.get("draws"))
    of_seeds = seeds_words(len(seeds), int(settings.get("seeds_per_draw") or 1), drawn) if seeds else ""
    return Caption(
        str(manifest.get("title") or "Results"),
        (
            f"{meaning[:1].upper()}{meaning[1:]}",
            *(shared_words(name, text, settings) for name, text in shared.items()),
            left_out,
            f"{settings['scale']:g} people per agent" if "scale" in settings else "",
            f"{manifest['runs']} runs, each with its own parameters and seed" if "runs" in manifest else of_seeds,
            *of_numbers,
        ),
    )


def shared_words(column: str, text: str, settings: Mapping[str, Any]) -> str:
    """A label or text that all rows share; a period with its days."""
    if column == "period":
        return f"{text.capitalize()}{days_of(text, settings) if 'start' in settings else ''}"
    return f"{'Compared with' if column == 'baseline' else words(column).capitalize()}: {text}"


def days_of(period: str, settings: Mapping[str, Any]) -> str:
    """The days of a period that the run has, in brackets: those of a year, or of the whole run."""
    first, last = str(settings["start"]), str(settings["end"])
    if period.isdigit():
        first, last = max(first, f"{period}-01-01"), min(last, f"{period}-12-31")
    return f" ({first} to {last})"


def seeds_words(seeds: int, per_draw: int, drawn: bool) -> str:
    """How many seeds, or draws of a posterior with how many seeds each."""
    if not drawn:
        return f"{seeds} seeds"
    each = f"{per_draw} seeds" if per_draw > 1 else "its seed"
    return f"{seeds // per_draw} draws of the posterior, each with {each}"


def interval_sentences(rows: pd.DataFrame, shape: Shape) -> tuple[str, ...]:
    """What the small type is, by number where that differs, and what stands there for runs that are all equal."""
    values = {each: values_of(rows, each) for each in shape.numbers if each.low}
    few = any(bool(each.few.any()) for each in values.values())
    by_words: dict[str, list[str]] = {}
    for one, each in values.items():
        if (each.low.notna() & ~each.few).any():
            by_words.setdefault(ends_words(one, rows), []).append(number_title(one, rows, named=True))
    alone = len(by_words) == 1
    parts = [text if alone else f"of {' and '.join(titles)}: {text}" for text, titles in by_words.items()]
    return (
        f"{IN_SMALL_TYPE}: {'; '.join(parts)}" if parts else "",
        f"“{ALL_EQUAL}”: all of few runs (fewer than {FEW}) give the same, and another may differ" if few else "",
    )


def ends_words(one: Number, rows: pd.DataFrame) -> str:
    """What the ends of a number are."""
    if one.ends or "interval" not in rows:
        return one.ends or "90 % interval"
    kinds = [INTERVALS[kind] for kind in rows.interval.dropna().unique() if kind in INTERVALS]
    return f"90 % interval {'; or '.join(kinds)}".strip()
