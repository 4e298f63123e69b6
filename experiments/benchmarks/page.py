"""The measurements of `side_by_side` as a page of Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def page(measured: dict[str, Any]) -> str:
    """The text of results/published/benchmarks.md."""
    parts = (
        about(measured),
        sizes(measured["sizes"]),
        replicates(measured["replicates"]),
        copies(measured["copy"], measured["reference"]),
        walk(measured["walk"]),
    )
    return "\n".join(line for part in parts for line in part)


def about(measured: dict[str, Any]) -> list[str]:
    """What the seconds are, and the machine."""
    machine, years = measured["machine"], measured["years"]
    return [
        "# Speed and memory",
        "",
        "Made by `make bench`. Seconds are processor time of one core without set-up; programs run in turn, "
        f"{measured['rounds']} times each, and medians are shown; ratios are medians over rounds. Runs begin in "
        f"2018 and last {years} year{'s' if years > 1 else ''}, at defaults, without a policy.",
        "",
        f"Machine: {machine['processor']}, {machine['cores']} cores, load {machine['load']} when the measurement "
        f"began, {machine['system']}, Python {machine['python']}, numpy {machine['numpy']}.",
        "",
    ]


def sizes(measured: dict[str, Any]) -> list[str]:
    """Seconds and memory by number of agents."""
    columns = {"world": "", "agents": ",", "seconds": ".2f", "peak_mb": ".0f"}
    return [
        "## Worlds of several sizes",
        "",
        *table(("world", "agents", "seconds", "peak MB"), measured["rows"], columns),
        "",
        f"From 1:10 on, seconds grow with the power {measured['exponent']:.2f} of the agents; an agent takes "
        f"{measured['bytes_an_agent']:.0f} bytes.",
        "",
    ]


def replicates(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What a replicate costs among others."""
    columns = {"together": ".0f", "seconds_each": ".2f", "times_cheaper": ".2f"}
    return [
        "## Replicates together, ten people an agent",
        "",
        *table(("together", "seconds each", "times cheaper than alone"), rows, columns),
        "",
    ]


def copies(copy: dict[str, float], reference: dict[str, float]) -> list[str]:
    """The time of a copy, and that of a day agent by agent."""
    return [
        "## Copies and the reference",
        "",
        f"To copy a world of {copy['agents']:,.0f} agents takes {copy['milliseconds']:.0f} ms. A day of one seed, one "
        f"agent a person, takes {reference['reference_ms']:g} ms agent by agent and {reference['alone_ms']:g} ms on "
        f"arrays ({reference['ratio_alone']} times less), with the same bits.",
        "",
    ]


def walk(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The route walk by engine."""
    columns = {"people": ",.0f", "program": "", "seconds": ".2f", "ratio": ".2f", "attempts": ".2f"}
    return [
        "## The route walk",
        "",
        "A network of 40 places and 80 legs, 365 days: our tables, calendar, kernels and keyed draws beside other "
        "engines with the generators of random numbers that they come with, all in one thread "
        "(`experiments/benchmarks/route_walk/`). Attempts a person and year have to agree up to chance.",
        "",
        *table(("people", "program", "seconds", "times ours", "attempts"), rows, columns),
        "",
    ]


def table(head: Sequence[str], rows: Sequence[dict[str, Any]], columns: dict[str, str]) -> list[str]:
    """A Markdown table of `columns` (name -> format): names to the left, numbers to the right."""
    rule = [" --- ", *(" ---: " for _ in head[1:])]
    lines = [" | ".join(format(row[name], form) for name, form in columns.items()) for row in rows]
    return [f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|", *(f"| {line} |" for line in lines)]
