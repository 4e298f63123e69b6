"""The table of measures, on the screen and in LaTeX: one row a world, its effects over the whole run side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from corridor.results.store.yearly import WHOLE
from corridor.results.tables.numbers import number
from corridor.results.tables.summary import INTERVALS, cell

COLUMNS = {
    "attempts_people": "attempts [events]",
    "arrivals_people": "arrivals [people]",
    "prevented_people": "prevented [events]",
    "unique_people_trying": "unique people who tried",
    "deaths_channel": "deaths, Channel",
    "deaths_mediterranean": "deaths, Mediterr.",
    "cost_per_attempt_averted": "EUR per attempt averted",
}
LATEX = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$"}
NOTE = (
    "Paired differences from the baseline on the same seeds over the whole run, with a 90 % interval "
    "{interval}. Attempts and prevented count events, not people. Costs cover "
    "2022/23 while effects run to the end; a split of the published sum over measures is assumed (grade C): {split}. "
    "No upper end where averting nothing lies within the interval; '-' where nothing is averted or no cost is known."
)
SPLITS = {"dirichlet": "all splits equally likely", "equal": "equal shares"}


def parts(row: pd.Series | None, sign: str) -> tuple[str, str]:
    """A mean and its interval, both as text with the same decimals."""
    if row is None or np.isnan(row["mean"]):
        return "-", ""
    known = [abs(value) for value in (row["mean"], row.low, row.high) if np.isfinite(value)]
    digits = 0 if max(known) >= 9.95 or max(known) == 0.0 else 1
    if np.isnan(row.low):
        return number(row["mean"], digits, sign), ""
    high = "no end" if np.isinf(row.high) else number(row.high, digits, sign)
    return number(row["mean"], digits, sign), f"{number(row.low, digits, sign)} to {high}"


def rows_of(effects: pd.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """World -> for each column of the table its mean and interval as text."""
    whole = effects[effects.period == WHOLE]
    return {
        str(world): [parts(cell(rows, indicator=name), "" if name.startswith("cost") else "+") for name in COLUMNS]
        for world, rows in whole.groupby("world", sort=False)
    }


def latex(effects: pd.DataFrame, titles: Mapping[str, str], split: str) -> str:
    """The table in LaTeX, of standard commands only; intervals stand below their means in small type."""
    head = " & ".join(rf"\parbox[b]{{1.9cm}}{{\raggedleft {escaped(words)}}}" for words in COLUMNS.values())
    lines = [
        "% Written by corridor compare",
        r"\begin{tabular}{p{4.5cm}" + "r" * len(COLUMNS) + "}",
        r"\hline\noalign{\smallskip}",
        rf"World & {head} \\",
        r"\hline",
    ]
    for world, cells in rows_of(effects).items():
        means, intervals = (" & ".join(signed(each[k]) for each in cells) for k in (0, 1))
        small = " & ".join(rf"{{\scriptsize {text}}}" if text else "" for text in intervals.split(" & "))
        lines += [rf"{escaped(titles[world])} & {means} \\", rf" & {small} \\"]
    text = escaped(note_of(effects, split))
    note = rf"\multicolumn{{{len(COLUMNS) + 1}}}{{p{{18cm}}}}{{\scriptsize {text}}}"
    return "\n".join([*lines, r"\hline", note, r"\end{tabular}", ""])


def note_of(effects: pd.DataFrame, split: str) -> str:
    """The note below the table."""
    return NOTE.format(split=SPLITS[split], interval=INTERVALS[effects.interval.iloc[0]])


def signed(text: str) -> str:
    """Numbers with a minus sign instead of a hyphen; a hyphen that stands alone stays."""
    return re.sub(r"-(?=\d)", "$-$", text)


def escaped(text: str) -> str:
    """Text with the characters that mean something to LaTeX made harmless."""
    return "".join(LATEX.get(character, character) for character in text)
