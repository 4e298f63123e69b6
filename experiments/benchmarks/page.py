"""The measurements of `side_by_side` as a page of Markdown."""

from __future__ import annotations

from typing import Any


def page(measured: dict[str, Any]) -> str:
    """The text of results/published/benchmarks.md."""
    about, sizes, copy = measured["machine"], measured["sizes"], measured["copy"]
    reference = measured["reference"]
    lines = [
        "# Speed and memory",
        "",
        "Made by `make bench`. Seconds are processor time of one core without set-up; programs run in turn, "
        f"{measured['rounds']} times each, and medians are shown; ratios are medians over rounds. Runs begin in "
        f"2018 and last {measured['years']} year{'s' if measured['years'] > 1 else ''}, at defaults, without a policy.",
        "",
        f"Machine: {about['processor']}, {about['cores']} cores, load {about['load']} when the measurement began, "
        f"{about['system']}, Python {about['python']}, numpy {about['numpy']}.",
        "",
        "## Worlds of several sizes",
        "",
        *table(
            ("world", "agents", "seconds", "peak MB"),
            [
                (row["world"], f"{row['agents']:,}", f"{row['seconds']:.2f}", f"{row['peak_mb']:.0f}")
                for row in sizes["rows"]
            ],
        ),
        "",
        f"From 1:10 on, seconds grow with the power {sizes['exponent']:.2f} of the agents; an agent takes "
        f"{sizes['bytes_an_agent']:.0f} bytes.",
        "",
        "## Replicates together, ten people an agent",
        "",
        *table(
            ("together", "seconds each", "times cheaper than alone"),
            [
                (f"{row['together']:.0f}", f"{row['seconds_each']:.2f}", f"{row['times_cheaper']:.2f}")
                for row in measured["replicates"]
            ],
        ),
        "",
        "## Copies and the reference",
        "",
        f"To copy a world of {copy['agents']:,.0f} agents takes {copy['milliseconds']:.0f} ms. A day of one seed, one "
        f"agent a person, takes {reference['reference_ms']:g} ms agent by agent and {reference['alone_ms']:g} ms on "
        f"arrays ({reference['ratio_alone']} times less), with the same bits.",
        "",
        "## The route walk",
        "",
        "A network of 40 places and 80 legs, 365 days; our tables, calendar, kernels and keyed draws beside one Mesa "
        "agent a person (`experiments/benchmarks/route_walk/`). Attempts a person and year have to agree up to chance.",
        "",
        *table(
            ("people", "tables, s", "Mesa objects, s", "ratio", "attempts, tables", "attempts, objects"),
            [
                (
                    f"{row['people']:,.0f}",
                    f"{row['tables_seconds']:.2f}",
                    f"{row['objects_seconds']:.2f}",
                    f"{row['ratio']:.1f}",
                    f"{row['tables_attempts']:.3f}",
                    f"{row['objects_attempts']:.3f}",
                )
                for row in measured["walk"]
            ],
        ),
        "",
    ]
    return "\n".join(lines)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A Markdown table: names to the left, numbers to the right."""
    rule = [" --- ", *(" ---: " for _ in head[1:])]
    return [f"| {' | '.join(head)} |", f"|{'|'.join(rule)}|", *(f"| {' | '.join(row)} |" for row in rows)]
