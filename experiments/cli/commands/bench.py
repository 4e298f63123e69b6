"""`corridor bench`: how fast the simulator and batches are on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from corridor.experiments.cli.errors import FAILED, report_errors

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
    against: Annotated[
        str | None,
        typer.Option(help="Run a revision of this repository and the working tree in turn; fail on a loss over 10 %."),
    ] = None,
    publish: Annotated[
        Path | None,
        typer.Option(help="Measure sizes, replicates, copies and the route walk in turn; write them as a page."),
    ] = None,
    long: Annotated[
        bool, typer.Option("--long", help="With --publish: ten copies of the world at 1:1, and a million walkers, too.")
    ] = False,
    peers: Annotated[
        Path | None,
        typer.Option(
            metavar="PYTHON", exists=True, dir_okay=False, help="With --publish: an interpreter that has other engines."
        ),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds of --against and --publish.")] = 3,
) -> None:
    """Measure the speed: one 1:1 replicate stage by stage, and eight replicates together against one alone."""
    with report_errors():
        if publish is not None:
            from corridor.experiments.benchmarks import side_by_side
            from corridor.experiments.benchmarks.page import page
            from corridor.results.store.destinations import check_file
            from corridor.results.store.whole_files import write_text

            check_file(publish, "--publish")
            text = page(side_by_side.measure(years, rounds, long, str(peers.absolute()) if peers else None))
            write_text(publish, text)
            print(text)
            return
        from corridor.experiments.benchmarks import batch as batches
        from corridor.experiments.benchmarks import landed, single
        from corridor.experiments.benchmarks import sharing as pasts

        if against is not None:
            measured, show = landed.measure(against, rounds), landed.show
        elif batch:
            measured, show = batches.measure(), batches.show
        elif sharing:
            measured, show = pasts.measure(scale), pasts.show
        else:
            measured, show = single.measure(scale, years), single.show
        if as_json:
            print(json.dumps(measured))
        else:
            show(measured, Console(highlight=False))
        if not measured.get("kept", True):
            raise typer.Exit(FAILED)
