"""The command that serves the page: `app`.

Exit codes: 0 stopped by Ctrl-C; 2 a mistake on the command line, a folder that holds no result, or missing packages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.experiments.cli.errors import report_errors

app = typer.Typer()


@app.command("app")
def serve(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A result, or a folder of results; results/runs by default."),
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", help="The port; 0 for any that is free.")] = 8765,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A host, beside this machine's own names, under which the page may be asked for; repeatable.",
            show_default=False,
        ),
    ] = None,
    visitors: Annotated[int, typer.Option(metavar="N", help="How many visitors may be there at a time.")] = 8,
    draws: Annotated[int, typer.Option(metavar="N", help="From how many draws an effect is made.")] = 64,
    scale: Annotated[float, typer.Option(metavar="X", help="People per agent.")] = 10.0,
    jobs: Annotated[int, typer.Option(metavar="N", help="Processes that make draws; 0 is as many as cores.")] = 0,
) -> None:
    """Serve a page on this machine: explore results, or play with levers. Needs corridor-sim[app]."""
    with report_errors():
        from corridor.experiments.app.options import RUNS, AppOptions
        from corridor.experiments.app.server import AppServer

        options = AppOptions(
            directory if directory is not None else RUNS, host, port, tuple(allow_host or ()), visitors, draws, scale,
            jobs,
        )  # fmt: skip
        AppServer(options).serve(announce)


def announce(options: object) -> None:
    """Where the page is, when it can be opened."""
    from corridor.experiments.app.options import AppOptions

    assert isinstance(options, AppOptions)
    print(f"The page is at {options.address} (Ctrl-C stops it)", flush=True)
    if options.folder.is_dir():
        print(f"Results are those in {options.folder}")
