"""What `corridor sensitivity` prints: the parameters that matter most, the noise, and what was left out."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from corridor.experiments.analyses.sensitivity.indices import ranked
from corridor.experiments.analyses.sensitivity.methods import METHODS
from corridor.model.parameters import Parameter

NOTABLE = 0.1  # share of noise in the means from which on more seeds are advised


def print_indices(
    found: pd.DataFrame, title: str, declared: Mapping[str, Parameter], most: int, console: Console
) -> None:
    """Print the parameters of an indicator that matter most, by the method's leading index, with its other indices.

    `declared` says what each parameter means, which stands below the table: beside it there is no room in a terminal.
    """
    method = str(found.method.iloc[0])
    index = METHODS[method].leading
    rows = ranked(found, method)
    others = [name for name in dict.fromkeys(found["index"]) if name != index and name != "S2"]
    wide = found[found["index"] != "S2"].pivot(index="parameter", columns="index", values="value")
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("parameter", index, "90 % interval", *others):
        table.add_column(name, justify="left" if name == "parameter" else "right", no_wrap=True)
    for row in rows.head(most).to_dict("records"):
        name, low = row["parameter"], row["low"]
        between = "-" if math.isnan(low) else f"{low:,.3g} to {row['high']:,.3g}"
        values = ("-" if math.isnan(wide.loc[name, each]) else f"{wide.loc[name, each]:,.3g}" for each in others)
        table.add_row(name, f"{row['value']:,.3g}", between, *values)
    console.print(table)
    console.print(meanings([str(name) for name in rows.parameter.head(most)], declared))
    if len(rows) > most:
        console.print(f"{most} of {len(rows)}; all are in indices.csv\n")


def meanings(names: Sequence[str], declared: Mapping[str, Parameter]) -> Table:
    """A line for each parameter: what it is, and its grade."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name in names:
        if text := meaning(declared.get(name)):
            table.add_row(name, text)
    table.add_row()
    return table


def meaning(parameter: Parameter | None) -> str:
    """What a parameter is, and its grade; nothing for a group."""
    return f"{parameter.meaning} ({parameter.grade})" if parameter else ""


def noise_lines(rows: pd.DataFrame, method: str, samples: int) -> Iterator[str]:
    """How much of the variance and of the indices of a method is chance, in words, from rows of noise.csv."""
    for row in rows.assign(samples=samples).to_dict("records"):
        if row["seeds"] < 2:
            yield f"{row['indicator']}: one seed, so that chance is not known, and in the indices; give --seeds 2"
            continue
        text = (
            f"{row['indicator']}: seeds have {row['share_of_seeds']:.1%} of the variance of single runs; "
            f"{row['share_in_index']:.1%} of what the indices are made from is chance"
        )
        if METHODS[method].changes is not None:
            text += f", which is taken out (noise floor {row['floor']:,.3g})"
        yield text + advice(row)


def advice(row: Mapping[Hashable, Any]) -> str:
    """How many seeds, and how large a sample, would make chance small beside the largest index."""
    wanted = []
    if row["share_in_index"] > NOTABLE:
        wanted.append(
            "more seeds than can be had" if math.isinf(row["seeds_needed"]) else f"--seeds {row['seeds_needed']:.0f}"
        )
    if row["samples_needed"] > row["samples"]:
        many = math.isinf(row["samples_needed"])
        wanted.append("a larger sample" if many else f"--samples {row['samples_needed']:,.0f}")
    return f"; to make that small: {' or '.join(wanted)}" if wanted else ""


def left_out_line(missing: Sequence[tuple[str, str]]) -> str:
    """Which years have no indices."""
    listed = ", ".join(f"{name} {year}" for name, year in missing)
    return f"No indices, because nothing varied or a value is not known: {listed}"
