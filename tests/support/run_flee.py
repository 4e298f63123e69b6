"""Flee itself on a scenario, through its public functions: `python -m tests.support.run_flee FOLDER DAYS HASTEN`.

Prints one line of JSON: the averaged relative difference over the camps with reports, and the seconds of a processor
that the days took. A process of its own, because Flee keeps its settings in globals.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from pathlib import Path


def run(folder: Path, days: int, hasten: int) -> dict[str, float]:
    """The scenario's first days, an agent for `hasten` people."""
    from flee import InputGeography, flee, spawning
    from flee.datamanager import handle_refugee_data, read_period
    from flee.SimulationSettings import SimulationSettings

    inputs = next(folder / name for name in ("input_csv", "input_files") if (folder / name).is_dir())
    SimulationSettings.ReadFromYML(str(folder / "simsetting.yml"))
    SimulationSettings.optimisations["PopulationScaleDownFactor"] = hasten
    start, _ = read_period.read_conflict_period(str(inputs / "sim_period.csv"))
    SimulationSettings.ConflictInputFile = str(inputs / "conflicts.csv")
    geography = InputGeography.InputGeography()
    geography.ReadConflictInputCSV(str(inputs / "conflicts.csv"))
    geography.ReadLocationsFromCSV(str(inputs / "locations.csv"))
    geography.ReadLinksFromCSV(str(inputs / "routes.csv"))
    geography.ReadClosuresFromCSV(str(inputs / "closures.csv"))
    world, places = geography.StoreInputGeographyInEcosystem(flee.Ecosystem())
    data = handle_refugee_data.RefugeeTable(
        csvformat="generic",
        data_directory=str(folder / "source_data"),
        start_date=start,
        data_layout="data_layout.csv",
        population_scaledown_factor=hasten,
    )
    if (inputs / "registration_corrections.csv").is_file():
        data.ReadL1Corrections(str(inputs / "registration_corrections.csv"))
    camps = [name for name in world.get_camp_names() if name in data.header]
    for name in camps:
        spawning.add_initial_refugees(world, data, places[name])
    differences, begun = [], time.process_time()
    for day in range(days):
        geography.AddNewConflictZones(world, day)
        spawning.spawn_daily_displaced(world, day, data)
        spawning.refresh_spawn_weights(world)
        world.enact_border_closures(day)
        world.evolve()
        reported = [data.get_field(name, day) for name in camps]
        missed = sum(abs(places[name].numAgents - people) for name, people in zip(camps, reported, strict=True))
        if sum(reported):
            differences.append(missed / sum(reported))
    return {"ard": sum(differences) / len(differences), "seconds": time.process_time() - begun}


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        found = run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(found))
