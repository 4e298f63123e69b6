"""The tables that a run prints: each world beside observed values, and what policies changed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corridor.experiments.cli.reports.columns import EDGES, split
from corridor.results.store.yearly import WHOLE
from corridor.results.tables.intervals import FEW, of_few
from corridor.results.tables.numbers import MAIN, digits_of, number
from corridor.results.tables.summary import INTERVALS, interval_of_values

ANSWER = (
    "attempts_people",
    "arrivals_people",
    "prevented_people",
    "unique_people_trying",
    "deaths_channel",
    "deaths_mediterranean",
)


@dataclass(frozen=True)
class Block:
    """One indicator in a table: a label for every line, and for each year as many numbers."""

    labels: tuple[str, ...]
    cells: dict[str, tuple[str, ...]]


def shown_indicators(frame: pd.DataFrame) -> list[str]:
    """The main indicators that the table has, then others if the user chose a subset."""
    present = list(dict.fromkeys(frame.indicator))
    main = [name for name in MAIN if name in present]
    chosen = [name for name in present if name not in MAIN]
    return main + (chosen if len(present) <= len(MAIN) else [])


def print_answer(summary: pd.DataFrame, effects: pd.DataFrame, from_posterior: bool, console: Console) -> None:
    """Print the main indicators over the whole run in about ten lines: what each world differs by from the baseline, or
    for a world alone its values beside observed ones."""
    if effects.empty:
        rows = summary[summary.period == WHOLE]
        title, note = f"World: {rows.world.iloc[0]}, whole run", world_note(from_posterior)
        cells = {"simulated": answers(rows), "observed": answers(rows, "observed")}
    else:
        rows = effects[effects.period == WHOLE]
        title = f"Effects: each world minus {rows.baseline.iloc[0]}, whole run"
        note = effect_note(str(rows.interval.iloc[0]), int(rows.seeds.max()))
        cells = {str(world): answers(part, sign="+") for world, part in rows.groupby("world", sort=False)}
    labels = [MAIN.get(name, name) for name in answered(rows)]
    widths = [max(map(len, [name, *column])) for name, column in cells.items()]
    for some in split(widths, console.width - max(map(len, labels)) - EDGES):
        table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False, box=box.HORIZONTALS)
        table.add_column("", no_wrap=True)
        for name in list(cells)[some]:
            table.add_column(Text(name), justify="right", no_wrap=True)
        for row in zip(labels, *list(cells.values())[some], strict=True):
            table.add_row(*map(Text, row))
        console.print(table)
    console.print(note)


def print_doubt(effects: pd.DataFrame, console: Console) -> None:
    """Print the expected effects over the whole run, and which shares of the spread of one future are chance and doubt;
    nothing where each draw has one seed."""
    known = effects[(effects.period == WHOLE) & effects.share_chance.notna()]
    for world, part in known.groupby("world", sort=False):
        table = Table(title=f"Expected effects of {world}, whole run", title_justify="left", title_style="bold")
        table.box, table.pad_edge = box.HORIZONTALS, False
        for name in ("", "expected (90 %)", "chance", "behaviour", "strength"):
            table.add_column(name, justify="left" if name == "" else "right", no_wrap=True)
        varied = set(part.indicator)
        for name in [each for each in ANSWER if each in varied] or answered(part):
            row = part[part.indicator == name]
            columns = ["expected", "expected_low", "expected_high"]
            texts = [number(value, digits_of(row[columns]), "+") for value in row[columns].iloc[0]]
            shares = row[["share_chance", "share_behaviour", "share_strength"]].iloc[0]
            cells = ["-" if pd.isna(share) else f"{share:.0%}" for share in shares]
            table.add_row(MAIN.get(name, name), f"{texts[0]} ({texts[1]} to {texts[2]})", *cells)
        console.print(table)
    if not known.empty:
        console.print(
            "Expected: chance averaged out, interval over draws. One future differs from it by chance, too: the shares "
            "of its variance that are chance, uncertainty of behaviour, and uncertainty of the strength of measures."
        )


def print_notes(effects: pd.DataFrame, console: Console) -> None:
    """Print what is to be known of the effects of a world, such as that its policies cannot act within the run."""
    for world, note in effects.drop_duplicates("world").set_index("world").note.items():
        if note:
            console.print(f"{world!s}: {note}", markup=False)


def answered(rows: pd.DataFrame) -> list[str]:
    """The indicators of the short table: the first main ones, and those of a table of few."""
    names = shown_indicators(rows)
    return [name for name in names if name in ANSWER] if set(ANSWER) <= set(names) else names


def answers(rows: pd.DataFrame, column: str = "mean", sign: str = "") -> list[str]:
    """For each indicator of the short table its value, for a mean with its interval."""
    found = []
    for name in answered(rows):
        row = rows[rows.indicator == name]
        columns = ["mean", "low", "high"] if column == "mean" else [column]
        texts = [number(value, digits_of(row[columns]), sign) for value in row[columns].iloc[0]]
        found.append(texts[0] + (reach_of(row, texts) if column == "mean" else ""))
    return found


def reach_of(row: pd.DataFrame, texts: list[str]) -> str:
    """The interval behind a value: none with one seed, and no width of zero where few pairs of runs are equal."""
    if row.low.isna().any():
        return ""
    equal = "interval" in row and of_few(row.low, row.high, row.seeds).all()
    return " (all equal)" if equal else f" ({texts[1]} to {texts[2]})"


def print_worlds(summary: pd.DataFrame, from_posterior: bool, console: Console) -> None:
    """Print a table for each world beside observed values, as wide as the console.

    Years that do not fit side by side follow below; no number is cut. `from_posterior` says that every seed has
    parameters drawn from a posterior.
    """
    for world in dict.fromkeys(summary.world):
        rows = summary[summary.world == world]
        print_blocks(console, f"World: {world}", list(dict.fromkeys(rows.period)), world_blocks(rows))
    console.print(world_note(from_posterior) + "\n")


def world_note(from_posterior: bool) -> str:
    """What the numbers of a world are."""
    return (
        f"Simulated mean; 90 % prediction interval {interval_of_values(from_posterior)} ('-' with one seed); observed "
        "value of the same days ('-' where none is known). Attempts and prevented count events, so a person may be in "
        "them many times; unique people count once a year, and once in all years. Observed deaths and prevented are "
        "contested counts: results/observed/annual.csv has their grades."
    )


def print_effects(effects: pd.DataFrame, console: Console) -> None:
    """Print the paired effects of each world, by period."""
    for (world, baseline), frame in effects.groupby(["world", "baseline"], sort=False):
        moved = set(frame[frame["mean"].fillna(0.0) != 0.0].period) | {WHOLE}
        periods = [name for name in dict.fromkeys(frame.period) if name in moved] or list(dict.fromkeys(frame.period))
        rows = frame[frame.period.isin(periods)]
        print_blocks(console, f"Effect: {world} minus {baseline}", periods, effect_blocks(rows))
    if not effects.empty:
        note = effect_note(str(effects.interval.iloc[0]), int(effects.seeds.max()))
        console.print(f"{note} Years without any difference are left out.")


def effect_note(interval: str, seeds: int) -> str:
    """What the numbers of an effect are, with what their interval is for, and what few pairs of runs cannot say."""
    if seeds == 1:
        words = "one pair of runs says nothing about chance, so that there is no interval"
    else:
        words = f"90 % interval {INTERVALS[interval]}"
    few = f" {seeds} pairs of runs are few: where all are equal another may differ." if 1 < seeds < FEW else ""
    return f"Mean paired difference on the same seeds; {words}.{few} Attempts and prevented count events, not people."


def world_blocks(rows: pd.DataFrame) -> list[Block]:
    """Mean, interval and observed value of each indicator; no line for observed values if there are none."""
    blocks = []
    for name in shown_indicators(rows):
        part = rows[rows.indicator == name]
        columns = ["mean", "low", "high"] + ["observed"] * bool(part.observed.notna().any())
        blocks.append(block(part, columns, MAIN.get(name, name)))
    return blocks


def effect_blocks(rows: pd.DataFrame) -> list[Block]:
    """Mean difference and interval of each indicator, with signs."""
    names = shown_indicators(rows)
    return [block(rows[rows.indicator == name], ["mean", "low", "high"], MAIN.get(name, name), "+") for name in names]


def block(part: pd.DataFrame, columns: list[str], label: str, sign: str = "") -> Block:
    """One indicator: its numbers under each other, all with the same decimals."""
    digits = digits_of(part[columns])
    if "interval" in part:
        equal = of_few(part.low, part.high, part.seeds)
        part = part.assign(low=part.low.mask(equal), high=part.high.mask(equal))
    words = {"mean": label, "low": "  90 % from", "high": "  to", "observed": "  observed"}
    table = part.set_index("period")[columns]
    cells = {str(year): tuple(number(value, digits, sign) for value in row) for year, row in table.iterrows()}
    return Block(tuple(words[column] for column in columns), cells)


def print_blocks(console: Console, title: str, years: list[str], blocks: list[Block]) -> None:
    """Print blocks below each other, in as many tables as the width needs for all years."""
    label = max(len(words) for each in blocks for words in each.labels)
    heads = {year: "all years" if year == WHOLE else year for year in years}
    widths = [max(len(heads[year]), *(len(cell) for each in blocks for cell in each.cells[year])) for year in years]
    for k, some in enumerate(split(widths, console.width - label - EDGES)):
        table = Table(
            title=title + " (continued)" * bool(k),
            title_justify="left",
            title_style="bold",
            pad_edge=False,
            box=box.HORIZONTALS,
            show_lines=True,
            padding=(0, 1),
        )
        table.add_column("", no_wrap=True)
        for year in years[some]:
            table.add_column(heads[year], justify="right", no_wrap=True)
        for each in blocks:
            table.add_row(Text("\n".join(each.labels)), *(Text("\n".join(each.cells[year])) for year in years[some]))
        console.print(table)
