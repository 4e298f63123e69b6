"""`corridor bench`: how fast the simulator and batches are on this machine."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from corridor.experiments.cli.errors import report_errors

app = typer.Typer()


@app.command()
def bench(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    scale: Annotated[float, typer.Option(min=0.1, max=1000, help="People per agent of the first run.")] = 1.0,
    years: Annotated[int, typer.Option(min=1, max=8, help="Years from 2018 on.")] = 8,
    batch: Annotated[bool, typer.Option("--batch", help="Measure batches instead: cores, store, memory.")] = False,
    sharing: Annotated[
        bool, typer.Option("--sharing", help="Measure instead what worlds save by a shared past (at --scale).")
    ] = False,
) -> None:
    """Measure the speed: one 1:1 replicate stage by stage, and eight replicates together against one alone."""
    with report_errors():
        from corridor.experiments.benchmarks import batch as batches
        from corridor.experiments.benchmarks import sharing as pasts
        from corridor.experiments.benchmarks import single

        if batch:
            measured, show = batches.measure(), batches.show
        elif sharing:
            measured, show = pasts.measure(scale), pasts.show
        else:
            measured, show = single.measure(scale, years), single.show
        if as_json:
            print(json.dumps(measured))
        else:
            show(measured, Console(highlight=False))
