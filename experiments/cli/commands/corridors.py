"""Commands for another corridor: `check-map` of its places and legs.

Exit codes: 0 the map can be used (there may be remarks); 2 it has mistakes that stop a run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.experiments.cli.errors import report_errors

app = typer.Typer()


@app.command("check-map")
def check_map(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="An experiment file, a folder with places.csv and legs.csv, or a places.csv."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Where the figure goes, without an ending.", show_default=False)] = Path(
        "map"
    ),
) -> None:
    """Draw a network of places and legs, and list dead ends, places that no leg reaches, and distances that cannot
    be."""
    with report_errors():
        from corridor.experiments.config.data.map_check import read_map_of, remarks, summary_of
        from corridor.results.plots.files import write_figure
        from corridor.results.plots.network import draw_network
        from corridor.results.store.destinations import check_file

        check_file(out.parent / f"{out.name}.png" if out.name else out)
        geography = read_map_of(file)
        found = remarks(geography)
        print(summary_of(geography))
        for each in found:
            print(f"remark: {each.text}")
        places = {row for each in found for row in each.places}
        legs = {row for each in found for row in each.legs}
        figure = draw_network(geography, f"Places and legs of {Path(file).resolve().name}", places, legs)
        print(f"{len(found)} remarks; figures: " + ", ".join(map(str, write_figure(figure, out))))
